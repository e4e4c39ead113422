"""Parser for Markdown, with or without YAML front matter."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

from corpus.document import POPULATIONS, Document, Metadata
from corpus.errors import UnreadableDocument
from corpus.parsing.encoding import decode
from corpus.parsing.front_matter import has_front_matter, read_front_matter, split_front_matter
from corpus.parsing.identifiers import fallback_id
from corpus.parsing.inline_text import HTML_ELEMENTS, NEVER_TEXT, VOID_ELEMENTS, subscript, superscript
from corpus.parsing.port import RawFile
from corpus.parsing.text_builder import DocumentBuilder, normalise_block

_SUFFIXES = frozenset({".md", ".markdown", ".mdown", ".mkd"})
_GRADE_FIELDS = ("strength", "certainty", "population")
_GRADE_BRACES = re.compile(r"\s*\{\s*((?:[A-Za-z_-]+\s*=\s*\"[^\"]*\"\s*)+)\}\s*$")
_GRADE_FIELD = re.compile(r"([A-Za-z_-]+)\s*=\s*\"([^\"]*)\"")
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9-]*)([^>]*)>", re.DOTALL)
_HIDDEN = re.compile(
    r"\bhidden\b|display\s*:\s*none|visibility\s*:\s*hidden|aria-hidden\s*=\s*[\"']?true", re.I
)


class MarkdownParser:
    """Headings, paragraphs, lists and tables of CommonMark; raw HTML and comments are not text."""

    name = "markdown"
    version = "1"
    size_limit = 10_000_000

    def __init__(self) -> None:
        self._markdown = MarkdownIt("commonmark").enable("table")

    def matches(self, file: RawFile) -> bool:
        head = file.head.removeprefix(b"\xef\xbb\xbf")
        if head.startswith((b"---\n", b"---\r\n")) and re.search(rb"^[A-Za-z_]+:", head, re.MULTILINE):
            return True
        return file.suffix in _SUFFIXES

    def parse(self, file: RawFile) -> Iterator[Document]:
        text, warning = decode(file.stream.read(), name=file.name)
        if has_front_matter(text):
            source, body = split_front_matter(text, name=file.name)
            matter = read_front_matter(source, name=file.name)
            metadata, document_id = matter.metadata(), matter.id
        else:
            body, document_id = text, ""
            metadata = Metadata(title=self._first_heading(text) or file.stem)
        builder = DocumentBuilder(metadata.title)
        if warning:
            builder.warn(warning)
        _BodyWalk(self._markdown, builder, name=file.name).walk(self._markdown.parse(body))
        if builder.is_empty:
            raise UnreadableDocument(file.name, "The file holds no text below its front matter and headings.")
        yield builder.build(
            document_id=document_id or fallback_id(file.stem, builder.canonical_text()),
            metadata=metadata,
            media_type="text/markdown",
        )

    def _first_heading(self, text: str) -> str:
        tokens = self._markdown.parse(text)
        for token, following in pairwise(tokens):
            if token.type == "heading_open" and token.tag == "h1":
                return normalise_block(_inline_text(following.children or []))
        return ""


class _BodyWalk:
    """Walks the token stream once and hands every block to the builder."""

    def __init__(self, markdown: MarkdownIt, builder: DocumentBuilder, *, name: str) -> None:
        self._markdown = markdown
        self._builder = builder
        self._name = name

    def walk(self, tokens: Sequence[Token]) -> None:
        position = 0
        lists: list[str] = []  # the marker of the next item, one for each open list
        while position < len(tokens):
            token = tokens[position]
            if token.type == "heading_open":
                heading = normalise_block(_inline_text(tokens[position + 1].children or []))
                # A first-level heading that repeats the title would print it twice.
                if not (token.tag == "h1" and self._builder.is_empty and heading == self._builder.title):
                    self._builder.heading(heading, level=int(token.tag[1]))
                position += 2
            elif token.type in ("bullet_list_open", "ordered_list_open"):
                lists.append("-" if token.type == "bullet_list_open" else str(token.attrGet("start") or 1))
            elif token.type in ("bullet_list_close", "ordered_list_close"):
                lists.pop()
            elif token.type == "list_item_open":
                marker = lists[-1]
                if marker != "-":
                    lists[-1] = str(int(marker) + 1)
                    marker = f"{marker}."
                position = self._item(tokens, position, marker=marker, nested=len(lists) > 1)
                continue
            elif token.type == "table_open":
                position = self._table(tokens, position)
                continue
            elif token.type == "inline":
                self._builder.paragraph(self._plain(token))
            elif token.type in ("fence", "code_block"):
                self._builder.paragraph(token.content)
            elif token.type == "html_block" and not token.content.lstrip().startswith("<!--"):
                self._builder.warn("Raw HTML in the Markdown was left out.")
            position += 1

    def _item(self, tokens: Sequence[Token], position: int, *, marker: str, nested: bool) -> int:
        """Add one list item's own paragraphs as one block; return where its nested blocks begin."""
        sources: list[Token] = []
        position += 1
        while tokens[position].type == "paragraph_open":
            sources.append(tokens[position + 1])
            position += 3
        if not sources:
            return position
        in_recommendations = any(part.lower().startswith("recommendation") for part in self._builder.path)
        braces = _GRADE_BRACES.search(sources[-1].content)
        if not in_recommendations or (nested and braces is None):
            self._builder.list_item(" ".join(self._plain(source) for source in sources), marker=marker)
            return position
        grade = self._grade(braces.group(1)) if braces else {}
        texts = [_inline_text(source.children or []) for source in sources[:-1]]
        texts.append(self._without(sources[-1], braces))
        self._builder.recommendation(
            " ".join(texts),
            strength=grade.get("strength"),
            certainty=grade.get("certainty"),
            populations=self._populations(grade.get("population", "")),
            marker=marker,
        )
        return position

    def _without(self, inline: Token, braces: re.Match[str] | None) -> str:
        if braces is None:
            return _inline_text(inline.children or [])
        rest = self._markdown.parseInline(inline.content[: braces.start()])
        return "".join(_inline_text(token.children or []) for token in rest)

    def _plain(self, inline: Token) -> str:
        """Text of a block that is no recommendation, where a grade in braces has lost its way."""
        braces = _GRADE_BRACES.search(inline.content)
        if braces and any(key in _GRADE_FIELDS for key, _ in _GRADE_FIELD.findall(braces.group(1))):
            line = f"line {inline.map[0] + 1} of the body" if inline.map else "the body"
            raise UnreadableDocument(
                self._name,
                f"A grade in braces stands at {line}, outside the list items of a Recommendations heading.",
            )
        return _inline_text(inline.children or [])

    def _grade(self, fields: str) -> dict[str, str]:
        grade: dict[str, str] = {}
        for key, value in _GRADE_FIELD.findall(fields):
            if key not in _GRADE_FIELDS:
                raise UnreadableDocument(
                    self._name,
                    f"Recommendation: unknown field {key!r} in braces; known: {', '.join(_GRADE_FIELDS)}.",
                )
            grade[key] = value.strip()
        return grade

    def _populations(self, value: str) -> tuple[str, ...]:
        names = tuple(dict.fromkeys(part.strip() for part in value.split(",") if part.strip()))
        unknown = [name for name in names if name not in POPULATIONS]
        if unknown:
            raise UnreadableDocument(
                self._name,
                f"Recommendation: unknown population {', '.join(unknown)}; known: {', '.join(sorted(POPULATIONS))}.",
            )
        return names

    def _table(self, tokens: Sequence[Token], position: int) -> int:
        headers: list[str] = []
        row: list[str] = []
        in_head = False
        while tokens[position].type != "table_close":
            token = tokens[position]
            if token.type == "thead_open":
                in_head = True
            elif token.type == "thead_close":
                in_head = False
            elif token.type == "tr_open":
                row = []
            elif token.type == "inline":
                row.append(_inline_text(token.children or []))
            elif token.type == "tr_close":
                if in_head:
                    headers = row
                else:
                    self._builder.table_row(headers, row)
            position += 1
        return position + 1


def _inline_text(children: Sequence[Token]) -> str:
    """Visible text of one inline token's children."""
    parts: list[str] = []
    skipped_until: str | None = None  # name of the hidden element whose end tag is awaited
    script: tuple[str, int] | None = None  # an open <sup> or <sub>, and where its text begins in parts
    for child in children:
        tag = _TAG.fullmatch(child.content) if child.type == "html_inline" else None
        if skipped_until is not None:
            if tag and tag.group(1) and tag.group(2).lower() == skipped_until:
                skipped_until = None
            continue
        if child.type in ("text", "code_inline"):
            parts.append(child.content)
        elif child.type in ("softbreak", "hardbreak"):
            parts.append(" ")
        elif tag is not None:
            closing, element = bool(tag.group(1)), tag.group(2).lower()
            if element not in HTML_ELEMENTS:
                parts.append(child.content)  # "x<y and z>w" is arithmetic, not a tag
            elif closing and script is not None and element == script[0]:
                raised = "".join(parts[script[1] :])
                before = "".join(parts[: script[1]])
                parts[script[1] :] = [
                    superscript(before, raised) if element == "sup" else subscript(before, raised)
                ]
                script = None
            elif closing:
                continue
            elif element in NEVER_TEXT or (_HIDDEN.search(tag.group(3)) and element not in VOID_ELEMENTS):
                skipped_until = element
            elif element in ("sup", "sub"):
                script = (element, len(parts))
            elif element == "br":
                parts.append(" ")
    return "".join(parts)
