"""The real browser: screens, a page for a test, and what an accessibility check finds."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

from development.browser import FLAGS, find

SCREENS: dict[str, ViewportSize] = {
    "phone": {"width": 360, "height": 740},
    "narrow": {"width": 320, "height": 640},
    "desktop": {"width": 1280, "height": 800},
}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# To list all that is right as well would take axe three times as long; of what it would load no rule of ours makes use.
_ASKED = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"], "preload": False}
#: What depends on how wide the page is.
_ASKED_OF_WIDTH = {
    "runOnly": {"type": "rule", "values": ["target-size", "scrollable-region-focusable"]},
    "resultTypes": ["violations"],
    "preload": False,
}
_LOOK = "asked => axe.run(document, asked).then(found => found.violations)"
_WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# Slow machines under two test workers; a page that needs longer is broken.
PATIENCE = 15_000


@contextmanager
def running_browser() -> Iterator[Browser]:
    """A headless browser without contact to the outside."""
    path = find()
    assert path is not None, "No browser is installed; `make test` gets one."
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def new_page(browser: Browser, screen: str, javascript: bool = True) -> Iterator[Page]:
    """A page with cookies of its own, as large as the screen named."""
    context = browser.new_context(
        viewport=SCREENS[screen],
        has_touch=screen != "desktop",
        is_mobile=screen != "desktop",
        java_script_enabled=javascript,
        locale="en-CA",
        accept_downloads=True,
    )
    context.set_default_timeout(PATIENCE)
    try:
        yield context.new_page()
    finally:
        context.close()


def keep_picture(page: Page, path: Path) -> None:
    """Leaves what the page looked like, for the person who must find out why a test failed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=path.with_suffix(".png"), full_page=True)
    path.with_suffix(".html").write_text(page.content())


def pixels_too_wide(page: Page) -> int:
    """By how much the page that has come is wider than the screen; 0 is good."""
    page.wait_for_load_state()
    wider: int = page.evaluate(_WIDER)
    return wider


def accessibility_faults(page: Page, *, of_width: bool = False) -> list[str]:
    """What axe finds against WCAG 2.2 AA, one line each; empty is good. ``of_width``: only what the width may have changed."""
    page.evaluate(AXE_SCRIPT)
    return [
        f"{fault['id']} ({fault['impact']}): {fault['help']} at {', '.join(map(str, node['target']))}"
        for fault in page.evaluate(_LOOK, _ASKED_OF_WIDTH if of_width else _ASKED)
        for node in fault["nodes"]
    ]
