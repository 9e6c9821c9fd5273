// What is typed and not sent yet survives a reload and the back button, in this tab alone; who comes by a link finds the form empty.
const KEY = "typed";
const fieldsOf = (form) => [...form.elements].filter((one) => one.name && !["hidden", "submit"].includes(one.type));
const isChosen = (one) => one.type === "radio" || one.type === "checkbox";

function put(form, values) {
  fieldsOf(form).forEach((one, place) => {
    if (isChosen(one)) one.checked = values[place] === true;
    else one.value = values[place] ?? one.value;
  });
  form.dispatchEvent(new Event("input"));
}

export function keepTyped(form) {
  const came = performance.getEntriesByType("navigation")[0]?.type;
  const kept = JSON.parse(sessionStorage.getItem(KEY));
  sessionStorage.removeItem(KEY);
  if (came !== "navigate" && kept?.path === location.pathname) put(form, kept.values);
  window.addEventListener("pagehide", () => {
    if (form.dataset.sent) return;
    const values = fieldsOf(form).map((one) => (isChosen(one) ? one.checked : one.value));
    sessionStorage.setItem(KEY, JSON.stringify({ path: location.pathname, values }));
  });
}
