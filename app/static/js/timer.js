// Counts the times of a guide's table, one after the other, and says, to be seen and to be heard, when to switch sides.
// Before the other side there are a few seconds to turn over; they are not part of the time.
const TURN_OVER = 5;
const SOON = 5; // seconds before the end at which a listener is told

const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
const unit = (name) => new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit: name, unitDisplay: "long" });
const words = (seconds) => {
  const minutes = Math.floor(seconds / 60);
  const rest = seconds % 60;
  return [minutes && unit("minute").format(minutes), rest && unit("second").format(rest)].filter(Boolean).join(" ");
};

function stretches(rows, longer, said) {
  return rows.flatMap((row) => {
    const seconds = Number(longer ? row.dataset.most : row.dataset.seconds);
    const turn = { row, seconds, name: row.dataset.name, switches: false };
    const over = { row, seconds: TURN_OVER, name: said.switch, switches: true };
    return "switch" in row.dataset ? [over, turn] : [turn];
  });
}

export function runTimer(box) {
  const part = (name) => box.querySelector(`[data-timer-${name}]`);
  const rows = [...box.querySelectorAll("tr[data-seconds]")];
  const lengths = [...box.querySelectorAll("[data-timer-length]")];
  const [face, left, now, says, ring, go, again] = ["face", "left", "now", "says", "ring", "go", "again"].map(part);
  const said = JSON.parse(box.dataset.words);
  const timed = (sentence, seconds) => sentence.replace("{}", words(seconds));
  let plan, at, ends, rest, ticking, warned, awake;

  const say = (text) => (says.textContent = text);
  const current = () => plan[at];

  function reset() {
    stop();
    plan = stretches(rows, lengths.some((one) => one.checked && one.value === "most"), said);
    at = 0;
    rest = current().seconds;
    warned = false;
    go.textContent = said.start;
    go.hidden = false;
    again.hidden = true;
    draw();
  }

  function draw() {
    const stretch = current();
    left.textContent = clock(rest);
    now.textContent = stretch.name;
    ring.style.strokeDashoffset = String((100 * rest) / stretch.seconds);
    box.classList.toggle("timer-switching", stretch.switches);
    rows.forEach((row) => row.classList.toggle("timer-row-now", row === stretch.row && Boolean(ticking || rest < stretch.seconds || at)));
  }

  function announce() {
    const stretch = current();
    say(stretch.switches ? said.says_switch : `${stretch.name}, ${words(stretch.seconds)}.`);
    if (stretch.switches) navigator.vibrate?.(400);
  }

  function begin() {
    ends = Date.now() + rest * 1000;
    ticking = setInterval(tick, 250);
    go.textContent = said.pause;
    again.hidden = false;
    navigator.wakeLock?.request("screen").then((lock) => (awake = lock), () => {});
    draw();
  }

  function stop() {
    clearInterval(ticking);
    ticking = null;
    awake?.release();
    awake = null;
  }

  function tick() {
    rest = Math.max(0, Math.ceil((ends - Date.now()) / 1000));
    if (!rest) return next();
    if (rest <= SOON && !warned && !current().switches && current().seconds > 2 * SOON) {
      warned = true;
      say(timed(said.left, rest));
    }
    draw();
  }

  function next() {
    if (at === plan.length - 1) return finish();
    const late = Date.now() - ends; // a page in the background is not always asked in time
    at += 1;
    warned = false;
    rest = current().seconds;
    ends = Date.now() - Math.min(late, rest * 1000) + rest * 1000;
    announce();
    draw();
  }

  function finish() {
    stop();
    rest = 0;
    draw();
    now.textContent = said.done;
    box.classList.remove("timer-switching");
    rows.forEach((row) => row.classList.remove("timer-row-now"));
    say(said.rest);
    navigator.vibrate?.([200, 100, 200]);
    go.hidden = true;
    again.hidden = false;
    again.focus();
  }

  go.addEventListener("click", () => {
    if (ticking) {
      tick();
      if (!ticking) return;
      stop();
      go.textContent = said.go_on;
      say(timed(said.paused, rest));
    } else {
      if (rest === current().seconds) announce();
      else say(timed(said.left, rest));
      begin();
    }
  });
  again.addEventListener("click", () => {
    reset();
    say(said.beginning);
    go.focus();
  });
  lengths.forEach((one) => one.addEventListener("change", reset));
  face.hidden = false;
  part("controls").hidden = false;
  reset();
}

document.querySelectorAll("[data-timer]").forEach(runTimer);
