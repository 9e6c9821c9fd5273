// While somebody types whom they mean, the first few who fit are shown below as a choice. Without scripts a button does it.
const PAUSE = 180; // milliseconds after the last key
const SHORTEST = 2;

/** The field says where to ask (data-suggest) and where the answer goes (data-suggest-into, the id of a part of the form). */
export function suggestPeople(field) {
  const into = document.getElementById(field.dataset.suggestInto);
  if (!into) return;
  into.setAttribute("aria-live", "polite");
  let waiting = 0;
  let asked = null;
  let last = field.value.trim();

  const ask = async () => {
    const typed = field.value.trim();
    if (typed === last) return;
    last = typed;
    asked?.abort();
    if (typed.length < SHORTEST) {
      into.replaceChildren();
      return;
    }
    asked = new AbortController();
    const address = new URL(field.dataset.suggest, location.href);
    address.searchParams.set("q", typed);
    try {
      const answer = await fetch(address, { signal: asked.signal, credentials: "same-origin" });
      if (!answer.ok || answer.redirected) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      into.replaceChildren(...page.body.childNodes);
    } catch {
      // asked again with the next key, or not at all: the form works without
    }
  };

  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, PAUSE);
  });
  into.addEventListener("change", (event) => {
    const chosen = event.target.closest('input[name="client"]');
    if (chosen) field.dispatchEvent(new CustomEvent("person-chosen", { bubbles: true, detail: { ...chosen.dataset, id: chosen.value } }));
  });
}
