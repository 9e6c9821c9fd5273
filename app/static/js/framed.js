// In a frame: tells the site around it how high the page is, once that site has said hello and is one of those allowed.
const allowed = document.querySelector("meta[name=stillpoint-origins]").content.split(" ");
let around = null;

const tell = () => {
  if (around) parent.postMessage({ stillpoint: "height", height: document.body.offsetHeight }, around);
};

addEventListener("message", (event) => {
  if (event.source !== parent || !allowed.includes(event.origin)) return;
  if (!event.data || event.data.stillpoint !== "hello") return;
  around = event.origin;
  tell();
});
new ResizeObserver(tell).observe(document.body);
