// Loads the page again every so many seconds, but never under somebody's hands: not while a field, a menu or a
// selection is in use, and not in a window nobody looks at (that one catches up when it is looked at).
const EDITABLE = "input, select, textarea, [contenteditable]";

function inUse() {
  return Boolean(document.activeElement?.matches(EDITABLE) || document.querySelector("details[open], form[data-sent]") || String(getSelection()));
}

export function refreshQuietly(part) {
  const every = Number(part.dataset.refresh) * 1000;
  let loaded = Date.now();
  const refresh = () => {
    if (document.hidden || inUse() || Date.now() - loaded < every) return;
    loaded = Date.now();
    location.reload();
  };
  setInterval(refresh, 5000);
  document.addEventListener("visibilitychange", refresh);
}
