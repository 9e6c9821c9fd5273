// The day and the week where scripts run: any quarter of an hour of a free stretch books, and cards can be dragged.
import { clockOf } from "./clock.js";
import { dragCards } from "./drag.js";

const QUARTER = 3; // rows of five minutes

/** The minutes from midnight so many after a time such as 09:35. */
function later(at, minutes) {
  const [hour, minute] = at.split(":").map(Number);
  return hour * 60 + minute + minutes;
}

/** For an address: 09:35. */
const plain = (minutes) => [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, "0")).join(":");

/** The link of a free stretch follows the pointer: it leads to the quarter of an hour that is pointed at. */
function bookWhereOnePoints(region) {
  const said = clockOf(region);
  const words = JSON.parse(region.dataset.words);
  region.addEventListener("pointermove", (event) => {
    const link = event.target.closest("a.opening");
    if (!link || event.pointerType === "touch" || region.querySelector(".dragging")) return;
    const box = link.getBoundingClientRect();
    const rows = Number(/rows-(\d+)/.exec(link.className)[1]);
    const height = box.height / rows;
    const quarter = Math.floor((event.clientY - box.top) / height / QUARTER);
    const row = Math.max(0, Math.min(quarter * QUARTER, rows - QUARTER));
    const at = later(link.dataset.at, row * 5);
    const address = new URL(link.href);
    address.searchParams.set("near", plain(at));
    link.href = address;
    const here = link.querySelector(".opening-here") ?? link.appendChild(document.createElement("span"));
    here.className = "opening-here";
    here.setAttribute("aria-hidden", "true");
    here.textContent = words.book.replace("{}", said(at));
    here.style.transform = `translateY(${row * height}px)`;
  });
  region.addEventListener("pointerout", (event) => {
    const link = event.target.closest("a.opening");
    if (!link || link.contains(event.relatedTarget)) return;
    link.querySelector(".opening-here")?.remove();
    const address = new URL(link.href);
    address.searchParams.set("near", link.dataset.at);
    link.href = address;
  });
}

document.querySelectorAll(".day-scroll").forEach(bookWhereOnePoints);
const dialog = document.getElementById("move-dialog");
if (dialog) document.querySelectorAll(".day-scroll").forEach((region) => dragCards(region, dialog));
