// Counts down how long the chosen time is kept. Shows minutes, warns at two, and tells a listener only at
// five, two and none, so that nobody is interrupted every minute.
const SPOKEN = new Set([5, 2, 1]);
const minutes = (count) => (count === 1 ? "1 minute" : `${count} minutes`);

export function watchHold(box) {
  if (box.dataset.hold === "0") return;
  const ends = Date.now() + Number(box.dataset.hold) * 1000;
  const part = (name) => box.querySelector(`[data-hold-${name}]`);
  const says = part("says");
  let last = null;

  function show() {
    const seconds = Math.ceil((ends - Date.now()) / 1000);
    const left = Math.max(0, Math.ceil(seconds / 60));
    if (left === last) return;
    last = left;
    if (seconds <= 0) {
      clearInterval(timer);
      box.classList.add("hold-over");
      box.querySelector(".hold-text").hidden = true;
      part("over").hidden = false;
      says.textContent = "We no longer keep the time you chose. You can still go on: it may be free.";
      return;
    }
    part("left").textContent = ` ${minutes(left)} left.`;
    box.classList.toggle("hold-soon", left <= 2);
    if (SPOKEN.has(left)) says.textContent = `The time you chose is kept for ${minutes(left)} more.`;
  }

  const timer = setInterval(show, 1000);
  show();
}
