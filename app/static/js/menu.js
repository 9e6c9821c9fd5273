// A menu of the head closes when one clicks elsewhere or presses Escape.
export function foldMenus(page) {
  const fold = (except) => page.querySelectorAll("details.desk-me[open]").forEach((menu) => menu !== except && menu.removeAttribute("open"));
  page.addEventListener("click", (event) => fold(event.target.closest("details.desk-me")));
  page.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    page.querySelector("details.desk-me[open] > summary")?.focus();
    fold(null);
  });
}
