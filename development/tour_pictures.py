"""Pictures of what an owner sets up and the public sees of it: the site, its languages, its look, bringing data over, the first day."""

from pathlib import Path

from playwright.sync_api import Browser, Page

from development.camera import DESK, PHONE, full_day, keep, keep_from, signed_in
from development.demonstration import OWNER, PASSWORD

_SITE = "https://www.example.com"
#: A file of clients with one of each: new, new without an address, an address that can't be right, a row without a name.
_CLIENTS = """Client name,Birth date,Email,Phone,Notes
Una Brought,1980-04-23,una@example.com,+1 212 555 0171,Prefers mornings
Ida Wright,1974-11-02,ida at example.com,,
Theo Brandt,1969-01-30,,+1 212 555 0172,
,1990-05-05,nobody@example.com,,
Noor Haddad,31 February 1985,noor@example.com,+1 212 555 0173,
Cleo Marsh,1991-07-14,cleo@example.com,+1 212 555 0174,
"""


def public_pages(browser: Browser, site: str, folder: Path) -> None:
    """The site as a visitor sees it, on a phone and at a desk, and in French."""
    desk = browser.new_page(viewport=DESK)
    for name, path in (
        ("site-home", "/"),
        ("site-service", "/services/psoas-release"),
        ("site-where", "/where"),
    ):
        desk.goto(f"{site}{path}")
        keep(desk, folder, name)
    desk.goto(f"{site}/therapists/")
    keep(desk, folder, "site-therapists")
    phone = browser.new_page(viewport=PHONE, device_scale_factor=2)
    phone.goto(f"{site}/book/psoas-release")
    keep_from(phone, folder, "language-switch", ".site-foot")
    phone.get_by_role("button", name="Français").or_(phone.get_by_role("link", name="Français")).last.click()
    phone.wait_for_load_state()
    phone.get_by_role("button", name="Continuer").click()
    phone.wait_for_load_state()
    keep(phone, folder, "book-french")


def settings_pages(browser: Browser, site: str, folder: Path) -> None:
    """What an owner sets up beside the daily work; a day in French."""
    page = signed_in(browser, site, DESK, scale=1)
    page.goto(f"{site}/staff/settings/look")
    page.locator("#accent").fill("#7fb6a0")
    page.get_by_role("button", name="Save", exact=True).last.click()
    page.wait_for_load_state()
    keep(page, folder, "settings-look")
    page.goto(f"{site}/staff/settings/embed")
    page.get_by_role("textbox").first.fill(_SITE)
    page.get_by_role("button", name="Save", exact=True).last.click()
    page.wait_for_load_state()
    keep_from(page, folder, "settings-embed", "[aria-labelledby=button]")
    page.goto(f"{site}/staff/styleguide")
    keep_from(page, folder, "styleguide", "body")
    _import(page, site, folder)
    _french_day(signed_in(browser, site, DESK, scale=1, locale="fr-CA"), site, folder)


def beginning(browser: Browser, link: str, folder: Path) -> None:
    """A practice of one's own, begun by its link; its list afterwards."""
    page = browser.new_page(viewport=DESK)
    page.goto(link)
    page.get_by_label("practice", exact=False).first.fill("Quiet Harbour Bodywork")
    page.get_by_label("Your name").fill("Robin Vale")
    page.get_by_label("E-mail").fill(OWNER)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password_confirm]").fill(PASSWORD)
    page.get_by_role("button", name="Begin", exact=True).click()
    page.wait_for_load_state()
    page.goto(f"{link.partition('/staff')[0]}/staff/settings/")
    keep(page, folder, "checklist")


def _import(page: Page, site: str, folder: Path) -> None:
    page.goto(f"{site}/staff/settings/import")
    file = {"name": "clients.csv", "mimeType": "text/csv", "buffer": _CLIENTS.encode()}
    page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    page.get_by_role("button", name="Read the file").click()
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("heading", name="Bring it in?").wait_for()
    keep_from(page, folder, "import-preview", "[aria-labelledby=rows]")
    page.get_by_role("button", name="Drop the rows").click()
    page.wait_for_load_state()


def _french_day(page: Page, site: str, folder: Path) -> None:
    """The owner's own language for a moment; then what it was."""
    for language in ("fr", ""):
        page.goto(f"{site}/staff/account")
        page.locator("#member-language").select_option(language)
        page.locator("#language button[type=submit]").click()
        page.wait_for_load_state()
        if language:
            full_day(page, site)
            keep(page, folder, "day-french")
