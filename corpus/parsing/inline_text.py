"""How inline markup becomes plain text: superscripts, subscripts, and which elements hold text."""

from __future__ import annotations

import re

NEVER_TEXT = frozenset({
    "script", "style", "template", "noscript", "head", "iframe", "object", "embed", "svg", "canvas",
    "audio", "video", "select", "datalist", "button", "textarea", "input", "dialog",
})  # fmt: skip
"""HTML elements whose content a reader of the page never reads as text."""

VOID_ELEMENTS = frozenset(
    {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
)

HTML_ELEMENTS = (
    NEVER_TEXT
    | VOID_ELEMENTS
    | frozenset({
        "a", "abbr", "address", "article", "aside", "b", "bdi", "bdo", "big", "blockquote", "caption", "center",
        "cite", "code", "colgroup", "dd", "del", "details", "dfn", "div", "dl", "dt", "em", "fieldset",
        "figcaption", "figure", "font", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "i", "ins",
        "kbd", "label", "legend", "li", "main", "mark", "nav", "ol", "p", "picture", "pre", "q", "s", "samp",
        "section", "small", "span", "strike", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot",
        "th", "thead", "time", "title", "tr", "tt", "u", "ul", "var",
    })
)  # fmt: skip

_ORDINAL = re.compile(r"(?:st|nd|rd|th)\b", re.IGNORECASE)
_PLAIN_RAISED = re.compile(r"[®™©℠°*†‡§¶+−–-]+")


def superscript(before: str, raised: str) -> str:
    """Return raised text so that it can never be read as part of the number or word before it.

    ``10`` + ``9`` gives ``^9`` (10^9, never 109); ordinals, trade marks, charges and footnote signs
    need no sign of their own.
    """
    text = raised.strip()
    if not text:
        return ""
    if _PLAIN_RAISED.fullmatch(text) or text.startswith(("^", "[", "(")):
        return text
    if before[-1:].isdigit() and _ORDINAL.fullmatch(text):
        return text
    return f"^{text}"


def subscript(before: str, lowered: str) -> str:
    """Return lowered text; only after a digit does it need a sign: ``10`` + ``2`` gives ``10_2``."""
    text = lowered.strip()
    return f"_{text}" if text and before[-1:].isdigit() and text[0].isdigit() else text
