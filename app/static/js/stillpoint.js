// What makes the pages kinder where scripts run. Every page works without.
// A part is fetched only by a page that has something for it, so that a first visit loads this file alone.
const here = (marked) => document.querySelectorAll(marked);
const wanted = (marked, file, begin) => here(marked).length && import(file).then(begin);
// Of a time that is kept: the minutes left at which a listener is told.
const SPOKEN = new Set([5, 2, 1]);
const unit = new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit: "minute", unitDisplay: "long" });
const said = (words, count) => words.replace("{}", unit.format(count));

sendOnce();
focusProblem(document);
offerPrinting(document);
here("[data-hold]").forEach(watchHold);
wanted("details.desk-me", "./menu.js", (part) => part.foldMenus(document));
wanted("[data-keep-scroll]", "./scroll.js", (part) => here("[data-keep-scroll]").forEach(part.keepScroll));
wanted("[data-refresh]", "./refresh.js", (part) => here("[data-refresh]").forEach(part.refreshQuietly));
wanted("[data-answered]", "./answered.js", (part) => here("[data-answered]").forEach(part.countAnswered));
wanted("form[data-typed]", "./typed.js", (part) => here("form[data-typed]").forEach(part.keepTyped));
wanted("[data-suggest]", "./suggest.js", (part) => here("[data-suggest]").forEach(part.suggestPeople));

// A form marked data-once is sent once: a second click while the first is under way does nothing.
// Buttons stay enabled, because a disabled button's value would not be sent.
function sendOnce() {
  document.addEventListener("submit", (event) => {
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
    here("form[data-sent]").forEach((form) => {
      delete form.dataset.sent;
      form.querySelectorAll("[aria-disabled]").forEach((button) => button.removeAttribute("aria-disabled"));
    });
  });
}

// Brings the list of problems into focus, and a radio's or box's field into view when its problem is followed.
function focusProblem(page) {
  const summary = page.querySelector("[data-focus]");
  if (!summary) return;
  summary.focus();
  summary.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    const field = link && page.getElementById(link.getAttribute("href").slice(1));
    if (!field) return;
    event.preventDefault();
    (field.closest(".field") || field).scrollIntoView({ block: "start" });
    field.focus({ preventScroll: true });
  });
}

// Printing needs script: its button shows only where that runs. On paper nothing stays folded.
function offerPrinting(page) {
  page.querySelectorAll("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });
  window.addEventListener("beforeprint", () => page.querySelectorAll(".guidance details").forEach((part) => (part.open = true)));
}

// Counts down how long the chosen time is kept. Shows minutes, warns at two, and tells a listener only at
// five, two and none, so that nobody is interrupted every minute.
function watchHold(box) {
  if (box.dataset.hold === "0") return;
  const ends = Date.now() + Number(box.dataset.hold) * 1000;
  const part = (name) => box.querySelector(`[data-hold-${name}]`);
  const says = part("says");
  const words = JSON.parse(box.dataset.words);
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
      says.textContent = words.over;
      return;
    }
    part("left").textContent = ` ${said(words.left, left)}`;
    box.classList.toggle("hold-soon", left <= 2);
    if (SPOKEN.has(left)) says.textContent = said(words.more, left);
  }

  const timer = setInterval(show, 1000);
  show();
}
