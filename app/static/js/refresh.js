// Looks at the same address again every so many seconds and puts in what has changed, but never under somebody's hands:
// not while a field, a dialog, a selection or a card is in use, and not in a window nobody looks at (that one catches up
// when it is looked at). Scroll, focus and open details stay; something is said only when something has changed.
const TYPED = "input, select, textarea, [contenteditable]";

function inUse() {
  const busy = document.querySelector("dialog[open], form[data-sent], .dragging");
  return Boolean(busy || document.activeElement?.matches(TYPED) || String(getSelection()));
}

/** What is told apart in a part: cards by their reference, other things by their words. */
function told(part) {
  const cards = [...part.querySelectorAll("[data-ref]")].map((card) => [card.dataset.ref, card.outerHTML]);
  const others = [...part.querySelectorAll(".todo, .day-gone li")].map((one) => [one.textContent, ""]);
  return new Map([...cards, ...others]);
}

function changes(before, after) {
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names].filter((name) => before.get(name) !== after.get(name)).length;
}

/** How to find the same thing again in what takes its place. */
function pathTo(element) {
  for (const name of ["id", "href", "value"]) {
    const value = element.getAttribute(name);
    if (value) return `${element.localName}[${name}="${CSS.escape(value)}"]`;
  }
  const details = element.closest("details[id]");
  return details && element.localName === "summary" ? `#${CSS.escape(details.id)} > summary` : null;
}

function replace(old, fresh) {
  const open = [...old.querySelectorAll("details[id][open]")].map((one) => one.id);
  const focus = old.contains(document.activeElement) ? pathTo(document.activeElement) : null;
  old.className = fresh.className;
  Object.assign(old.dataset, fresh.dataset);
  old.replaceChildren(...fresh.childNodes);
  open.forEach((id) => document.getElementById(id)?.setAttribute("open", ""));
  if (focus) old.querySelector(focus)?.focus({ preventScroll: true });
}

async function look() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (answer.redirected) return location.reload(); // signed out meanwhile: the way back leads here again
  if (!answer.ok) throw new Error(answer.statusText);
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

function put(page) {
  const pairs = [...document.querySelectorAll("[data-part]")].map((old) => [
    old,
    page.querySelector(`[data-part="${old.dataset.part}"]`),
  ]);
  const found = pairs.filter(([, fresh]) => fresh);
  const count = found.reduce((sum, [old, fresh]) => sum + changes(told(old), told(fresh)), 0);
  found.forEach(([old, fresh]) => replace(old, document.adoptNode(fresh)));
  return count;
}

export function refreshQuietly(part) {
  const every = Number(part.dataset.refresh) * 1000;
  const says = part.querySelector("[data-refresh-says]");
  const words = JSON.parse(part.querySelector("[data-words]").dataset.words);
  let looked = Date.now();
  const refresh = async () => {
    if (document.hidden || inUse() || Date.now() - looked < every) return;
    looked = Date.now();
    try {
      const page = await look();
      if (!page || inUse()) return;
      const count = put(page);
      if (count) says.textContent = words.changed.replace("{}", count);
      else if (says.textContent) says.textContent = "";
    } catch {
      says.textContent = words.old;
    }
  };
  setInterval(refresh, Math.min(5000, every));
  document.addEventListener("visibilitychange", refresh);
}
