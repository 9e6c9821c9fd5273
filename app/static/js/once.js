// A form marked data-once is sent once: a second click while the first is under way does nothing.
// Buttons stay enabled, because a disabled button's value would not be sent.
export function sendOnce(page) {
  page.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-once]")) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    event.submitter?.setAttribute("aria-disabled", "true");
  });
  // The back button shows the page as it was left: let it be sent again.
  window.addEventListener("pageshow", () => {
    page.querySelectorAll("form[data-sent]").forEach((form) => {
      delete form.dataset.sent;
      form.querySelectorAll("[aria-disabled]").forEach((button) => button.removeAttribute("aria-disabled"));
    });
  });
}
