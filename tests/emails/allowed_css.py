"""What mails may be built from: what Gmail, Outlook and Apple Mail are documented to support.

Gmail: developers.google.com/workspace/gmail/design/css (properties, media queries; a style sheet over 16 kB or with an
error is dropped whole, so phones and darkness have a sheet each). Outlook for Windows draws with Word: Microsoft's "Word
HTML and CSS rendering capabilities in Outlook". Apple Mail is WebKit; it wants color-scheme before it darkens.
"""

#: Understood by all three (Word knows them on tables, cells, paragraphs and words).
EVERYWHERE = frozenset(
    "background-color border border-bottom border-collapse border-color border-left border-right border-top"
    " border-top-color color font-family font-size font-weight letter-spacing line-height margin padding padding-bottom"
    " padding-left padding-right padding-top text-align text-decoration text-transform vertical-align white-space width".split()
)
#: Word ignores them, and nothing is lost by it: square corners, a card held by a table of its own, whole links.
NICE_TO_HAVE = frozenset(
    "border-radius border-spacing display max-width max-height overflow opacity word-break".split()
)
#: For one program only, ignored by the others.
FOR_ONE = {
    "mso-padding-alt": "Outlook",
    "mso-hide": "Outlook",
    "color-scheme": "Apple",
    "supported-color-schemes": "Apple",
}
PROPERTIES = EVERYWHERE | NICE_TO_HAVE | frozenset(FOR_ONE)
DISPLAYS = frozenset({"none", "block", "inline-block"})

#: Gmail drops attribute selectors, pseudo-classes (but these sheets may have :root) and sibling combinators.
SELECTOR = r":root|[a-z0-9.\-_]+( [a-z0-9.\-_]+)?"
AT_RULES = frozenset({"@media (max-width: 480px)", "@media (prefers-color-scheme: dark)"})

ELEMENTS = frozenset(
    "html head meta title style body div span table tbody tr td th h1 h2 h3 p a br strong em ul ol li".split()
)
ATTRIBUTES = frozenset(
    "lang charset name content class style role width align valign bgcolor cellpadding cellspacing border href rel scope"
    " aria-hidden data-css-inline".split()
)
SCHEMES = ("https://", "mailto:", "tel:")
