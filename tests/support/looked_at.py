"""A page in the browser, loaded once and looked at in every way: to the eye, by keyboard, narrow, dark, in forced colours."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import ConsoleMessage, Page, Response, ViewportSize

from tests.support.pages import RULES, SCREENS

MOST_SHIFT = 0.05
MOST_BYTES = 60_000
MOST_REQUESTS = 6
_ZOOMED: ViewportSize = {"width": 640, "height": 400}  # 1280 by 800 at twice the size
#: What stands in a frame is a page of its own, or a mail, in which no script may run.
_ROUTINE = {"resultTypes": ["violations"], "preload": False, "iframes": False}
_ALL = _ROUTINE | {"runOnly": {"type": "tag", "values": RULES}}
_WORDS = _ALL | {"rules": {"color-contrast": {"enabled": False}, "target-size": {"enabled": False}}}


def _only(*rules: str) -> dict[str, Any]:
    return _ROUTINE | {"runOnly": {"type": "rule", "values": rules}}


_LOOK = """asked => axe.run(document, asked).then(found => found.violations.flatMap(one => one.nodes.map(
  node => `${one.id}: ${one.help} at ${node.target.join(' ')}`)))"""
_SHIFT = """() => new Promise(done => {
  let whole = 0
  new PerformanceObserver(list => {
    for (const one of list.getEntries()) if (!one.hadRecentInput) whole += one.value
  }).observe({type: "layout-shift", buffered: true})
  requestAnimationFrame(() => requestAnimationFrame(() => done(whole)))
})"""
_WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
#: Colours change softly; whoever looks at them waits until they have.
_SETTLE = """() => document.getAnimations().forEach(one => {
  if (one instanceof CSSTransition) one.finish()
})"""
_MOVING = """document.getAnimations().filter(one => one.playState === "running").map(
  one => (one.animationName ?? one.transitionProperty) + " moves although nobody wants it")"""
# What can be used is reached in the order of the page, shows that it has the focus, and is then not under something else.
_KEYBOARD = """() => {
  const faults = [], named = one => one.tagName.toLowerCase() + (one.id ? "#" + one.id : "") + " " +
    JSON.stringify((one.getAttribute("aria-label") ?? one.innerText ?? one.name ?? "").trim().slice(0, 30))
  const usable = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]"
  const seen = one => one.checkVisibility({visibilityProperty: true, contentVisibilityAuto: true}) &&
    !one.closest("[inert]")
  const looks = one => {
    const around = [...(one.labels ?? []), one.parentElement, one.nextElementSibling, one.closest("article, li, fieldset")]
    return [[one], [one, "::after"], ...around.filter(Boolean).map(part => [part])].map(part => {
      const style = getComputedStyle(...part)
      return [style.outlineStyle, style.outlineWidth, style.outlineColor, style.boxShadow, style.borderColor,
        style.backgroundColor, style.textDecorationLine, style.textDecorationThickness].join()
    }).join("|")
  }
  document.activeElement?.blur?.()
  const all = [...document.querySelectorAll(usable)].filter(one => !one.disabled && seen(one))
  for (const one of all) {
    if (one.tabIndex > 0) faults.push("tabindex above 0: " + named(one))
    if (one.tabIndex < 0) {
      if (one.matches("a[href], button, input, select, textarea") && !one.closest("[role=listbox], [role=option], [aria-hidden=true]"))
        faults.push("no key leads to " + named(one))
      continue
    }
    const before = looks(one)
    one.focus({focusVisible: true})
    if (document.activeElement !== one) { faults.push("takes no focus: " + named(one)); continue }
    if (looks(one) === before) faults.push("does not show its focus: " + named(one))
    const box = one.getClientRects()[0]
    if (!box || box.width < 2 || box.height < 2) continue
    const inset = Math.min(4, box.width / 4, box.height / 4)
    const points = [[box.left + box.width / 2, box.top + box.height / 2], [box.left + inset, box.top + inset],
      [box.right - inset, box.bottom - inset], [box.left + inset, box.bottom - inset]]
    const isOn = ([x, y]) => {
      const top = document.elementFromPoint(x, y)
      return top && (one.contains(top) || top.contains(one) || [...(one.labels ?? [])].some(label => label.contains(top)))
    }
    if (!points.some(isOn)) faults.push("is hidden once it has the focus: " + named(one))
  }
  document.activeElement?.blur?.()
  scrollTo(0, 0)
  return faults
}"""


@dataclass
class Looked:
    """What a page has said and asked for since it was told where to go."""

    page: Page
    said: list[str] = field(default_factory=list)
    answers: list[Response] = field(default_factory=list)

    def go(self, address: str, status: int) -> list[str]:
        """Load an address; what is wrong with the load itself."""
        self.said.clear()
        self.answers.clear()
        answer = self.page.goto(address)
        found = answer.status if answer else 0
        return [] if found == status else [f"answers {found}, not {status}"]

    def faults(self) -> list[str]:
        """All that is wrong with the page as it stands; it is left as it was."""
        page, wrong = self.page, []
        shift = page.evaluate(_SHIFT)
        if shift > MOST_SHIFT:
            wrong.append(f"shifts by {shift:.3f}")
        if page.locator("h1").count() != 1:
            wrong.append("has not one heading of the first level")
        self._seen_as(reduced_motion="reduce")
        wrong += page.evaluate(_LOOK, _ALL) + page.evaluate(_KEYBOARD)
        wrong += self._zoomed() + self._dark() + self._forced() + self._narrow()
        self._seen_as(reduced_motion="no-preference")
        return wrong + self.said

    def words_faults(self) -> list[str]:
        """What another language may have changed: names, roles, the language itself, and how wide things are."""
        wrong: list[str] = self.page.evaluate(_LOOK, _WORDS)
        with self._as_large_as(SCREENS["narrow"]):
            wrong += self._too_wide("at 320 pixels")
        return wrong + self.said

    def weight_faults(self) -> list[str]:
        """What a first visit costs: bytes, requests, and to whom."""
        sizes = [len(one.body()) if one.status < 300 or one.status >= 400 else 0 for one in self.answers]
        own = urlsplit(self.page.url).netloc
        wrong = [f"asks {one.url}" for one in self.answers if urlsplit(one.url).netloc != own]
        if sum(sizes) >= MOST_BYTES:
            each = ", ".join(
                f"{urlsplit(one.url).path} {size}" for one, size in zip(self.answers, sizes, strict=True)
            )
            wrong.append(f"weighs too much, {sum(sizes)} bytes: {each}")
        if len(sizes) > MOST_REQUESTS:
            asked = ", ".join(urlsplit(one.url).path for one in self.answers)
            wrong.append(f"makes {len(sizes)} requests: {asked}")
        return wrong

    def _zoomed(self) -> list[str]:
        with self._as_large_as(_ZOOMED):
            return self._too_wide("at 200 %")

    def _narrow(self) -> list[str]:
        with self._as_large_as(SCREENS["narrow"]):
            of_width: list[str] = self.page.evaluate(
                _LOOK, _only("target-size", "scrollable-region-focusable")
            )
            wrong = self._too_wide("at 320 pixels") + of_width
            wrong += self.page.evaluate(_KEYBOARD)
        return [f"{one} (at 320 pixels)" for one in wrong]

    def _dark(self) -> list[str]:
        self._seen_as(color_scheme="dark")
        wrong = [f"{one} (dark)" for one in self.page.evaluate(_LOOK, _only("color-contrast"))]
        self._seen_as(color_scheme="light")
        return wrong

    def _forced(self) -> list[str]:
        """Colours of the reader's own, and no wish for motion."""
        self._seen_as(forced_colors="active")
        wrong = self._too_wide("in forced colours")
        wrong += self.page.evaluate(_MOVING)
        self._seen_as(forced_colors="none")
        return wrong

    def _seen_as(self, **media: Any) -> None:
        self.page.emulate_media(**media)
        self.page.evaluate(_SETTLE)

    def _too_wide(self, where: str) -> list[str]:
        wider = self.page.evaluate(_WIDER)
        return [f"is {wider} pixels too wide {where}"] if wider > 0 else []

    @contextmanager
    def _as_large_as(self, size: ViewportSize) -> Iterator[None]:
        usual = self.page.viewport_size
        assert usual is not None
        self.page.set_viewport_size(size)
        yield
        self.page.set_viewport_size(usual)


def looking(page: Page, *, cold: bool = False) -> Looked:
    """Listens to what the page says from now on; ``cold``: as if each visit were the first."""
    looked = Looked(page)

    def hear(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            looked.said.append(f"console: {message.text}")

    page.add_init_script(AXE_SCRIPT)
    page.on("console", hear)
    page.on("pageerror", lambda error: looked.said.append(f"script: {error}"))
    page.on("response", lambda answer: looked.answers.append(answer))
    if cold:
        page.context.new_cdp_session(page).send("Network.setCacheDisabled", {"cacheDisabled": True})
    return looked
