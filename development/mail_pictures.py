"""A picture of each kind of mail, wide and on a telephone, light and dark: docs/mails/*.png, shown by docs/mails.md.

python -m development.mail_pictures                    all of them
python -m development.mail_pictures therapist_agenda   only these kinds
"""

import argparse
import base64
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from app.domain.notifications import Kind
from app.emails.compose import compose
from development.browser import FLAGS, ensure
from development.demonstration import ROOT
from development.sample_letters import sample
from development.small_pictures import smaller

WIDE, PHONE = 700, 390
SCHEMES = ("light", "dark")
#: Two wide panes and two of a telephone side by side, with air between them.
_SHEET = """<!doctype html><meta charset="utf-8"><style>
body {{ margin: 0; padding: 14px; width: {width}px; background: #8d8676; display: flex; gap: 14px; align-items: flex-start }}
img {{ display: block; border-radius: 6px; zoom: 0.5 }}
</style>{images}"""


def main() -> None:
    """Compose, draw and keep the pictures that were asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("kinds", nargs="*", type=Kind, default=list(Kind))
    parser.add_argument("--language", default="en")
    parser.add_argument("--folder", type=Path, default=ROOT / "docs" / "mails")
    chosen = parser.parse_args()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(ensure()), args=list(FLAGS))
        for kind in chosen.kinds:
            picture = _four_panes(browser, compose(sample(kind, chosen.language)).html)
            path = chosen.folder / f"{kind}.png"
            path.write_bytes(smaller(picture))
            print(f"{path.name}: {path.stat().st_size // 1000} kB")
        browser.close()


def _four_panes(browser: Browser, html: str) -> bytes:
    panes = [_pane(browser, html, width, scheme) for width in (WIDE, PHONE) for scheme in SCHEMES]
    images = "".join(f'<img src="data:image/png;base64,{base64.b64encode(pane).decode()}">' for pane in panes)
    width = 2 * (WIDE + PHONE) + 3 * 14
    context = browser.new_context(viewport={"width": width + 28, "height": 400}, device_scale_factor=0.65)
    page = context.new_page()
    page.set_content(_SHEET.format(width=width, images=images))
    picture = page.screenshot(full_page=True)
    context.close()
    return picture


def _pane(browser: Browser, html: str, width: int, scheme: str) -> bytes:
    context = browser.new_context(
        viewport={"width": width, "height": 300},
        device_scale_factor=2,
        color_scheme="dark" if scheme == "dark" else "light",
        java_script_enabled=False,
        offline=True,
    )
    page = context.new_page()
    page.set_content(html)
    picture = page.screenshot(full_page=True)
    context.close()
    return picture


if __name__ == "__main__":
    main()
