// Dragging a card to another time or column: a preview of what the rule says opens, and only its button moves anything.
// The way by keyboard, and on a phone, is the card's own page. Steps of 15 minutes; with Shift held, of 5.
import { clockOf } from "./clock.js";

const AWAY = 6; // pixels before a press becomes a drag
const EDGE = 36;
const STEP = 3; // rows of five minutes
// How the day is looked at, to come back to it so: "therapist" is already with whom the session is to be.
const WAY_BACK = new Map([["day", "day"], ["location", "location"], ["by", "by"], ["show", "show"], ["therapist", "only"]]);

class Drag {
  constructor(region, card, event) {
    this.region = region;
    this.words = JSON.parse(region.dataset.words);
    this.grid = card.closest(".day-grid");
    this.card = card;
    this.columns = [...this.grid.querySelectorAll(".day-column")];
    this.from = card.closest(".day-column");
    this.fromRow = Number(/from-(\d+)/.exec(card.className)[1]);
    this.length = Number(/rows-(\d+)/.exec(card.className)[1]);
    this.to = this.from;
    this.row = this.fromRow;
    this.pointer = event.pointerId;
    this.grip = event.clientY - card.getBoundingClientRect().top;
    this.label = document.createElement("span");
    this.label.className = "drag-time";
    this.label.setAttribute("aria-hidden", "true");
    card.append(this.label);
    card.classList.add("dragged");
    this.grid.classList.add("dragging");
    region.setPointerCapture(event.pointerId);
  }

  get rowHeight() {
    return this.from.querySelector(".day-floor").getBoundingClientRect().height / Number(this.grid.dataset.rows);
  }

  move(event) {
    this.scroll(event);
    const under = (column) => {
      const box = column.getBoundingClientRect();
      return event.clientX >= box.left && event.clientX < box.right;
    };
    this.to = this.columns.find(under) ?? this.to;
    const top = this.from.querySelector(".day-floor").getBoundingClientRect().top;
    const step = event.shiftKey ? 1 : STEP;
    const row = Math.round((event.clientY - this.grip - top) / this.rowHeight / step) * step + 1;
    this.row = Math.max(1, Math.min(row, Number(this.grid.dataset.rows) - this.length + 1));
    const aside = this.to.getBoundingClientRect().left - this.from.getBoundingClientRect().left;
    this.card.style.transform = `translate(${aside}px, ${(this.row - this.fromRow) * this.rowHeight}px)`;
    this.label.textContent = this.clock();
  }

  scroll(event) {
    const box = this.region.getBoundingClientRect();
    const towards = (at, low, high) => (at < low + EDGE ? -12 : at > high - EDGE ? 12 : 0);
    this.region.scrollBy(towards(event.clientX, box.left, box.right), towards(event.clientY, box.top, box.bottom));
  }

  clock() {
    const [hour, minute] = this.grid.dataset.first.split(":").map(Number);
    return clockOf(this.region)(hour * 60 + minute + (this.row - 1) * 5);
  }

  get moved() {
    return this.row !== this.fromRow || this.to !== this.from;
  }

  get address() {
    const start = new Date(Date.parse(this.to.dataset.begins) + (this.row - 1) * 300_000);
    const address = new URL(this.grid.dataset.preview.replace("REFERENCE", this.card.dataset.ref), location.href);
    address.searchParams.set("start", `${start.toISOString().slice(0, 19)}Z`);
    if (this.to.dataset.key) address.searchParams.set(this.grid.dataset.by, this.to.dataset.key);
    address.searchParams.set("row_version", this.card.dataset.version);
    new FormData(document.getElementById("acts")).forEach((value, name) => {
      if (WAY_BACK.has(name)) address.searchParams.set(WAY_BACK.get(name), value);
    });
    return address;
  }

  release() {
    this.grid.classList.remove("dragging");
    if (this.region.hasPointerCapture(this.pointer)) this.region.releasePointerCapture(this.pointer);
  }

  springBack() {
    this.release();
    this.label.remove();
    this.card.classList.add("springs");
    this.card.style.transform = "";
    const rest = () => this.card.classList.remove("springs", "dragged");
    this.card.addEventListener("transitionend", rest, { once: true });
    setTimeout(rest, 400);
  }

  async preview(dialog) {
    this.release();
    dialog.replaceChildren();
    try {
      const answer = await fetch(this.address, { headers: { Accept: "text/html" } });
      if (answer.redirected) return location.reload();
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      dialog.append(...(page.querySelector("main") ?? page.body).childNodes);
    } catch {
      dialog.textContent = this.words.nothing_moved;
    }
    if (!dialog.querySelector("[data-close], form[method=dialog]")) dialog.append(closer(this.words.close));
    dialog.addEventListener("close", () => (this.springBack(), this.card.querySelector("a").focus()), { once: true });
    dialog.showModal();
  }
}

function closer(says) {
  const button = document.createElement("button");
  button.type = "button";
  button.dataset.close = "";
  button.className = "button button-quiet";
  button.textContent = says;
  return button;
}

export function dragCards(region, dialog) {
  let pressed = null; // where a press began that may become a drag
  let drag = null;
  const end = () => (pressed = drag = null);

  region.addEventListener("dragstart", (event) => event.target.closest?.(".card") && event.preventDefault());
  region.addEventListener("pointerdown", (event) => {
    const card = event.target.closest(".card[data-version]");
    const isList = matchMedia("(max-width: 43.74rem)").matches;
    if (card && !isList && event.button === 0 && event.pointerType !== "touch" && !event.target.closest("button"))
      pressed = { card, event };
  });
  region.addEventListener("pointermove", (event) => {
    if (!pressed) return;
    const far = Math.hypot(event.clientX - pressed.event.clientX, event.clientY - pressed.event.clientY);
    if (!drag && far > AWAY) drag = new Drag(region, pressed.card, pressed.event);
    drag?.move(event);
  });
  region.addEventListener("pointerup", () => {
    if (drag) {
      addEventListener("click", (event) => event.preventDefault(), { capture: true, once: true });
      if (drag.moved) drag.preview(dialog);
      else drag.springBack();
    }
    end();
  });
  region.addEventListener("pointercancel", () => (drag?.springBack(), end()));
  addEventListener("keydown", (event) => event.key === "Escape" && (drag?.springBack(), end()));
  dialog.addEventListener("click", (event) => {
    if (event.target.closest("[data-close]")) (event.preventDefault(), dialog.close());
  });
}
