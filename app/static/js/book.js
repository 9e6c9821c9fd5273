// The booking form where scripts run: who is known appears while one types, and Enter does what the field is for.
const WAIT = 180; // milliseconds without typing
const FEWEST = 2;
const form = document.getElementById("caller");
const found = document.getElementById("found");

/** Sends the form as one of its buttons would. */
function press(name) {
  const button = form.querySelector(`button[name="${name}"]:not([aria-hidden])`);
  if (button) form.requestSubmit(button);
}

function choose(radio) {
  radio.checked = true;
  if (radio.value) return press("use");
  found.replaceChildren();
  form.elements.phone.focus();
}

function suggest() {
  const says = document.getElementById("found-says");
  const use = document.getElementById("use-found");
  let waiting = 0;
  let asked = "";

  async function look(typed) {
    asked = typed;
    if (typed.length < FEWEST) return put("");
    const address = new URL(found.dataset.suggest, location.href);
    address.searchParams.set("q", typed);
    const answer = await fetch(address, { headers: { Accept: "text/html" } });
    if (!answer.ok || answer.redirected || asked !== typed) return;
    put(await answer.text());
  }

  function put(html) {
    const page = new DOMParser().parseFromString(html, "text/html");
    found.replaceChildren(...page.body.childNodes);
    const count = found.querySelectorAll("input[type=radio][value]:not([value=''])").length;
    use.hidden = !count;
    says.textContent = count ? found.dataset.says.replace("{}", count) : "";
  }

  for (const name of ["name", "phone", "email"]) {
    const field = form.elements[name];
    field.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => look(field.value.trim()).catch(() => {}), WAIT);
    });
    field.addEventListener("keydown", (event) => {
      const first = found.querySelector("input[type=radio]");
      if (event.key !== "ArrowDown" || !first) return;
      event.preventDefault();
      first.checked = true;
      first.focus();
    });
  }
  found.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target.type !== "radio") return;
    event.preventDefault();
    choose(event.target);
  });
  // With the mouse one click is meant; arrow keys only go from one to the next.
  found.addEventListener("click", (event) => {
    const radio = event.target.closest("label")?.control;
    if (radio && event.detail > 0) (event.preventDefault(), choose(radio));
  });
}

if (found) suggest();
form?.addEventListener("keydown", (event) => {
  const books = event.target.name === "at" || event.target.name === "start";
  if (event.key !== "Enter" || !books) return;
  event.preventDefault();
  press("book");
});
