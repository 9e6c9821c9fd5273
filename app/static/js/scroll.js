// Keeps the place in a scrolling region, per address, across a reload. The first time, the day opens at now.
export function keepScroll(region) {
  const key = `scroll:${region.dataset.keepScroll}:${location.pathname}`;
  const page = `${key}:page`;
  const kept = sessionStorage.getItem(key);
  if (kept) {
    const [left, top] = kept.split(",").map(Number);
    region.scrollTo(left, top);
    if (sessionStorage.getItem(page)) window.scrollTo(0, Number(sessionStorage.getItem(page)));
  } else {
    const now = region.querySelector("[data-now]");
    if (now && region.scrollHeight > region.clientHeight) region.scrollTop = Math.max(0, now.offsetTop - region.clientHeight / 3);
  }
  window.addEventListener("pagehide", () => {
    sessionStorage.setItem(key, `${region.scrollLeft},${region.scrollTop}`);
    sessionStorage.setItem(page, String(window.scrollY));
  });
}
