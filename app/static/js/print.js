// Printing needs script: its button shows only where that runs.
export function offerPrinting(page) {
  page.querySelectorAll("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });
}
