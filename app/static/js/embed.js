// Booking on a practice's own site. Put this script on a page, and mark what it is to work on:
//   <a data-stillpoint="button" href="...">Book</a>      becomes a button that leads to the booking pages
//   <div data-stillpoint="frame"><a href="...">...</a></div>   becomes a frame with sessions, days and times
// Both may name data-service, data-therapist, data-location, data-src, data-lang. Without scripts the links stay links.
(() => {
  "use strict";
  const script = document.currentScript;
  if (!script) return;
  const house = new URL(script.src).origin;
  const colour = "#2c6753";
  const patience = 6000;
  const named = ["therapist", "location", "src", "lang"];

  const address = (mark, path) => {
    const url = new URL(path, house);
    for (const name of named) if (mark.dataset[name]) url.searchParams.set(name, mark.dataset[name]);
    if (!mark.dataset.src) url.searchParams.set("src", "website");
    return url;
  };

  const button = (mark) => {
    const url = address(mark, "/book");
    if (mark.dataset.service) url.searchParams.set("service", mark.dataset.service);
    mark.href = url.href;
    if ("plain" in mark.dataset) return;
    Object.assign(mark.style, {
      display: "inline-block", padding: "0.75em 1.4em", borderRadius: "0.6em", background: colour, color: "#fff",
      font: "600 1rem/1.3 system-ui, sans-serif", textDecoration: "none", textAlign: "center",
    });
  };

  const frame = (mark) => {
    const instead = [...mark.childNodes];
    const shown = document.createElement("iframe");
    shown.src = address(mark, mark.dataset.service ? `/embed/${encodeURIComponent(mark.dataset.service)}` : "/embed/").href;
    shown.title = mark.dataset.title || "Booking";
    Object.assign(shown.style, { display: "block", width: "100%", height: "40rem", border: "0" });
    let heard = false;
    let pages = 0;
    addEventListener("message", (event) => {
      if (event.origin !== house || event.source !== shown.contentWindow) return;
      const height = event.data && event.data.stillpoint === "height" ? Number(event.data.height) : NaN;
      if (!(height >= 100 && height <= 20000)) return;
      heard = true;
      shown.style.height = `${Math.ceil(height)}px`;
    });
    shown.addEventListener("load", () => {
      pages += 1;
      // Where we may not be framed, the window there is not ours and hears nothing.
      shown.contentWindow.postMessage({ stillpoint: "hello" }, house);
      if (pages > 1 && shown.getBoundingClientRect().top < 0) shown.scrollIntoView({ block: "start" });
      if (pages === 1) setTimeout(() => heard || mark.replaceChildren(...instead), patience);
    });
    mark.replaceChildren(shown);
  };

  const begin = () => {
    document.querySelectorAll("a[data-stillpoint=button]").forEach(button);
    document.querySelectorAll("[data-stillpoint=frame]").forEach(frame);
  };
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", begin);
  else begin();
})();
