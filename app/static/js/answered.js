// Says quietly, at the foot of the window, how many of a form's questions are answered; nobody is interrupted by it.
export function countAnswered(line) {
  const asked = [...line.closest("form").querySelectorAll(".question")];
  const isAnswered = (one) => one.querySelector("input:checked") || one.querySelector("textarea")?.value.trim();
  const isLeft = (one) => "needed" in one.dataset && !isAnswered(one);

  function count() {
    const words = line.dataset.answered.replace("{count}", asked.filter(isAnswered).length);
    line.textContent = words.replace("{left}", asked.filter(isLeft).length);
    line.hidden = false;
  }

  line.closest("form").addEventListener("input", count);
  window.addEventListener("pageshow", count);
  count();
}
