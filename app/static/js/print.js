// Printing needs script: its button shows only where that runs. On paper nothing stays folded.
export function offerPrinting(page) {
  page.querySelectorAll("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });
  window.addEventListener("beforeprint", () => page.querySelectorAll(".guidance details").forEach((part) => (part.open = true)));
}
