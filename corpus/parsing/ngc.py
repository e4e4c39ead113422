"""Parser for the guideline summaries of the National Guideline Clearinghouse.

A file holds named fields whose values are escaped HTML. The issuer's recommendations stand in the
field "Major Recommendations", each with its grade; the scheme that explains the grades follows in
the same field under "Definitions" and is no recommendation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from lxml import etree

from corpus.document import Document, Metadata, SourceKind, SourceStatus
from corpus.errors import UnreadableDocument
from corpus.parsing.grades import Grade, find_grades, is_grade_alone
from corpus.parsing.html_blocks import BlockShape, HtmlBlock, HtmlBlocks, Typeface, parse_html
from corpus.parsing.identifiers import clean_pmid, fallback_id, slug
from corpus.parsing.populations import stated_populations
from corpus.parsing.port import RawFile
from corpus.parsing.text_builder import DocumentBuilder, normalise_block, table_row_text
from corpus.parsing.xml_source import parse_xml, root_name
from corpus.sentences import split_sentences

_RECOMMENDATIONS = "Major Recommendations"

# Fields a reader may ask about, in reading order. What is left out describes how the summary was made:
# methods, committees, funding, availability, the clearinghouse's own statements.
_FIELDS = (
    "Disease/Condition(s)",
    "Other Disease/Condition(s) Addressed",
    "Guideline Objective(s)",
    "Target Population",
    "Interventions and Practices Considered",
    "Major Outcomes Considered",
    _RECOMMENDATIONS,
    "Potential Benefits",
    "Potential Harms",
    "Contraindications",
    "FDA Warning/Regulatory Alert",
    "Qualifying Statements",
    "Guideline Status",
)

_DEFINITIONS = re.compile(r"definitions?\s*:?\s*$", re.IGNORECASE)
_RECOMMENDATION_HEADING = re.compile(r"\brecommendations?\b", re.IGNORECASE)
_DISCUSSION_HEADING = re.compile(
    r"\b(?:considerations|discussion|rationale|background|resources|approaches to prevention)\b",
    re.IGNORECASE,
)
_NOT_THEIR_OWN = re.compile(
    r"\b(?:others|other organi[sz]ations|previous|rationale|scheme|strength|grad\w+|categor\w+|definitions?|update)\b",
    re.IGNORECASE,
)
# Under these the issuer tells of what it recommends elsewhere: those grades belong to other guidelines.
_OF_OTHER_GUIDELINES = re.compile(
    r"(?:useful |other |additional )?resources|(?:other|additional|related) (?:approaches(?: to prevention)?|recommendations)",
    re.IGNORECASE,
)
_STRENGTH_COLUMN = re.compile(
    r"(?:strength|grade|class|category) of (?:the )?recommendations?|recommendation (?:strength|grade|category)",
    re.IGNORECASE,
)
_CERTAINTY_COLUMN = re.compile(
    r"(?:quality|certainty|level|strength) of (?:the )?evidence|evidence (?:quality|level|type)",
    re.IGNORECASE,
)
_RECOMMENDATION_LEAD = re.compile(r"recommendations?(?:\s+\d+[a-z]?)?\s*[:.]", re.IGNORECASE)
_REMARK = re.compile(
    r"\*|(?:rationale|limitations?|notes?|exceptions?|evidence|quality of|potential|see|refer|source)\b",
    re.IGNORECASE,
)
_DIRECTIVE = re.compile(
    r"\bshould\b|\bmust\b|\b(?:recommends?|suggests?|advises?)\b|\b(?:is|are|be)\s+(?:not\s+)?(?:recommended|indicated|preferred)\b"
    r"|\bno recommendations?\b|\bunable to make a recommendation\b|\binsufficient evidence\b",
    re.IGNORECASE,
)
_IMPERATIVE = re.compile(
    r"(?:do not|consider|offer|avoid|assess|assure|administer|advise|arrange|ask|begin|conduct|consult|counsel|discontinue|"
    r"discuss|educate|encourage|ensure|evaluate|give|hospitalize|identify|initiate|inform|manage|measure|monitor|obtain|"
    r"offer|perform|prescribe|provide|recommend|refer|remind|repeat|review|screen|start|stop|test|treat|use|vaccinate)\b",
    re.IGNORECASE,
)
_ENDS_SENTENCE = re.compile(r"[.?!][\"”’)\]]*$")
_YEAR = re.compile(r"\b(?:19|20)\d{2}\b")
_PUBMED_LINK = re.compile(r"list_uids=(\d+)|pubmed/(\d+)", re.IGNORECASE)
_WITHDRAWN = re.compile(
    r"\b(?:guideline|summary) (?:has been|was|is) (?:withdrawn|rescinded|archived)\b", re.IGNORECASE
)
_ORGANISATION_TYPE = re.compile(r"\s+-\s+[^-]+$")
_LONGEST_HEADING = 160
_LONGEST_LEAD_WORDS = 30


class NgcParser:
    """One guideline summary a file."""

    name = "NGC XML"
    version = "2"
    size_limit = 50_000_000

    def matches(self, file: RawFile) -> bool:
        return root_name(file.head) == "Version" and (
            b"National Guideline Clearinghouse" in file.head or b"<FieldValue" in file.head
        )

    def parse(self, file: RawFile) -> Iterator[Document]:
        fields = _read_fields(parse_xml(file), file.name)
        title = " ".join(block.text for block in fields.get("Guideline Title", ())).rstrip(".")
        if not title:
            raise UnreadableDocument(file.name, "The guideline has no title (field 'Guideline Title').")
        builder = DocumentBuilder(title)
        for name in _FIELDS:
            if blocks := fields.get(name):
                builder.heading(name, level=1)
                _FieldWriter(builder, recommendations=name == _RECOMMENDATIONS).write(blocks)
        if builder.is_empty:
            raise UnreadableDocument(file.name, "The guideline has none of the fields that hold its content.")
        if _RECOMMENDATIONS not in fields:
            builder.warn("The file holds no field 'Major Recommendations'.")
        yield builder.build(
            document_id=_document_id(file.stem, builder),
            metadata=_metadata(title, fields, _bibliographic_links(fields)),
            media_type="application/xml",
        )


class _Blocks(tuple[HtmlBlock, ...]):
    """The blocks of one field, with the links that its HTML held."""

    links: tuple[str, ...] = ()


def _read_fields(root: etree._Element, name: str) -> dict[str, _Blocks]:
    fields: dict[str, _Blocks] = {}
    for element in root.iter("Field"):
        blocks: list[HtmlBlock] = []
        links: list[str] = []
        for value in element.iter("FieldValue"):
            source = value.get("Value") or ""
            if source.strip():
                tree = parse_html(source, name=name)
                blocks += HtmlBlocks().read(tree)
                links += [str(link.get("href")) for link in tree.iter("a") if link.get("href")]
        field_name = normalise_block(element.get("Name") or "")
        # The general section and the one on identity repeat some fields: the first one counts.
        if blocks and field_name not in fields:
            fields[field_name] = _Blocks(blocks)
            fields[field_name].links = tuple(links)
    return fields


def _document_id(stem: str, builder: DocumentBuilder) -> str:
    name = slug(stem)
    return name if re.fullmatch(r"ngc-\d+", name) else fallback_id(stem, builder.canonical_text())


def _bibliographic_links(fields: dict[str, _Blocks]) -> set[str]:
    source = fields.get("Bibliographic Source(s)")
    links = source.links if source is not None else ()
    return {match.group(1) or match.group(2) for link in links for match in _PUBMED_LINK.finditer(link)}


def _metadata(title: str, fields: dict[str, _Blocks], pmids: set[str]) -> Metadata:
    def text(name: str) -> str:
        return "\n".join(block.text for block in fields.get(name, ()))

    years = _YEAR.findall(text("Date Released"))
    issuers = [
        _ORGANISATION_TYPE.sub("", line) for line in text("Guideline Developer(s)").split("\n") if line
    ]
    withdrawn = _WITHDRAWN.search(text("Guideline Status") + "\n" + text("NGC Status"))
    return Metadata(
        title=title,
        kind=SourceKind.GUIDELINE,
        issuer="; ".join(dict.fromkeys(issuers)) or None,
        year=int(years[-1]) if years else None,  # "2002 Aug (revised 2014 Oct)": the text is the revised one
        # A summary of several papers has no PubMed identifier of its own.
        pmid=clean_pmid(next(iter(pmids))) if len(pmids) == 1 else None,
        populations=stated_populations(text("Target Population")),
        status=SourceStatus.WITHDRAWN if withdrawn else SourceStatus.CURRENT,
    )


@dataclass(slots=True)
class _Item:
    """A list item: its own paragraphs before and after the items nested in it."""

    marker: str
    before: list[HtmlBlock] = field(default_factory=list)
    children: list[_Item] = field(default_factory=list)
    after: list[HtmlBlock] = field(default_factory=list)

    def own_text(self) -> str:
        return " ".join(block.text for block in self.before)

    def closing_text(self) -> str:
        return " ".join(block.text for block in self.after)

    def is_graded(self) -> bool:
        return bool(find_grades(self.own_text()) or find_grades(self.closing_text()))

    def graded_descendants(self) -> int:
        return sum(child.is_graded() + child.graded_descendants() for child in self.children)

    def flat(self) -> str:
        """The item and everything nested in it on one line."""
        parts = [self.own_text(), *(f"• {child.flat()}" for child in self.children), self.closing_text()]
        return " ".join(part for part in parts if part)


_Entry = HtmlBlock | list[_Item]


class _FieldWriter:
    """Writes one field; in the recommendations field it tells recommendations from the prose around them."""

    def __init__(self, builder: DocumentBuilder, *, recommendations: bool) -> None:
        self._builder = builder
        self._recommendations = recommendations
        self._in_definitions = False
        self._field_is_graded = False

    def write(self, blocks: Sequence[HtmlBlock]) -> None:
        entries = _entries(blocks)
        self._field_is_graded = self._recommendations and any(
            find_grades(block.text) for block in blocks if block.shape is not BlockShape.TABLE_ROW
        )
        position = 0
        while position < len(entries):
            position += self._entry(entries, position)

    def _entry(self, entries: Sequence[_Entry], position: int) -> int:
        """Write the entry at ``position``; return how many entries were used up."""
        entry = entries[position]
        if isinstance(entry, list):
            for item in entry:
                self._item(item, depth=1)
            return 1
        if entry.shape is BlockShape.TABLE_ROW:
            self._table_row(entry.headers, entry.cells)
        elif entry.shape is BlockShape.CAPTION:
            self._builder.caption(entry.text)
        elif _is_heading(entry):
            self._heading(entry.text, level=_heading_level(entry))
        else:
            return self._paragraph(entry.text, entries[position + 1 : position + 3])
        return 1

    def _table_row(self, headers: Sequence[str], cells: Sequence[str]) -> None:
        """Write a row; where the table has a column for the strength of recommendation, it is one."""
        strength, certainty = (
            _cell(headers, cells, _STRENGTH_COLUMN),
            _cell(headers, cells, _CERTAINTY_COLUMN),
        )
        if strength and len(cells) > 1 and self._looks_for_grades:
            text = table_row_text(headers, cells)
            self._builder.recommendation(text, strength=strength, certainty=certainty)
        else:
            self._builder.table_row(headers, cells)

    def _heading(self, text: str, *, level: int) -> None:
        if self._in_definitions:
            level += 1
        elif self._recommendations and _DEFINITIONS.match(text):
            self._in_definitions = True
            level = 2
        self._builder.heading(text.rstrip(":"), level=level)

    def _paragraph(self, text: str, following: Sequence[_Entry]) -> int:
        """Write a paragraph, together with the list or the grade below that belongs to it."""
        if not self._looks_for_grades:
            self._builder.paragraph(text)
            return 1
        nested, closing = (*following, None, None)[:2]
        if isinstance(nested, list) and not any(
            item.is_graded() or item.graded_descendants() for item in nested
        ):
            listed = " ".join(f"• {item.flat()}" for item in nested)
            # The grade stands in a paragraph of its own below the list ...
            if (
                isinstance(closing, HtmlBlock)
                and closing.shape is BlockShape.PARAGRAPH
                and is_grade_alone(closing.text)
            ):
                self._graded(f"{text} {listed} {closing.text}", closing=find_grades(closing.text))
                return 3
            # ... or before it: "Counsel women about the following: (Consensus)".
            grades = find_grades(text)
            if grades and _announces_list(text, grades):
                self._graded(f"{text} {listed}", closing=grades)
                return 2
        if (
            isinstance(nested, HtmlBlock)
            and nested.shape is BlockShape.PARAGRAPH
            and is_grade_alone(nested.text)
            and not find_grades(text)
        ):
            self._graded(f"{text} {nested.text}", closing=find_grades(nested.text))
            return 2
        self._statement(text, marker="", is_item=False, top_level=True)
        return 1

    @property
    def _looks_for_grades(self) -> bool:
        if not self._recommendations or self._in_definitions:
            return False
        return not any(_OF_OTHER_GUIDELINES.fullmatch(part) for part in self._builder.path[1:])

    def _item(self, item: _Item, *, depth: int) -> None:
        if not self._looks_for_grades:
            self._plain_item(item, depth=depth)
            return
        own, closing = item.own_text(), item.closing_text()
        own_grades, closing_grades = find_grades(own), find_grades(closing)
        graded_below = item.graded_descendants()
        if closing_grades and not graded_below:
            self._graded(item.flat(), marker=item.marker, closing=closing_grades)
        elif own_grades:
            if item.children and not graded_below and _announces_list(own, own_grades):
                self._graded(item.flat(), marker=item.marker, closing=own_grades)
                return
            self._statement(own, marker=item.marker, is_item=True, top_level=depth == 1)
            self._children(item, depth=depth)
        elif graded_below:
            self._lead_of_graded(item, depth=depth, graded_below=graded_below)
        else:
            self._plain_item(item, depth=depth)

    def _lead_of_graded(self, item: _Item, *, depth: int, graded_below: int) -> None:
        """An ungraded item that leads in to graded ones: "In adults with pain", then one item for each action."""
        own = item.own_text()
        only = item.children[-1]
        if (
            graded_below == 1
            and len(item.children) == 1
            and only.is_graded()
            and own
            and not _ENDS_SENTENCE.search(own)
        ):
            self._graded(item.flat(), marker=item.marker, closing=find_grades(only.own_text()))
            return
        level = 10 + depth
        if own and len(own.split()) <= _LONGEST_LEAD_WORDS and not _ENDS_SENTENCE.search(own):
            self._builder.heading(own.rstrip(":"), level=level)
            self._children(item, depth=depth)
            self._builder.close_sections(level=level)
        else:
            self._statement(own, marker=item.marker, is_item=True, top_level=depth == 1)
            self._children(item, depth=depth)

    def _plain_item(self, item: _Item, *, depth: int) -> None:
        level = 10 + depth
        opened = False
        for position, block in enumerate(item.before):
            if self._looks_for_grades and _is_heading(block) and (item.children or len(item.before) > 1):
                self._heading(block.text, level=level + (0 if block.typeface & Typeface.BOLD else 1))
                opened = True
            elif self._looks_for_grades:
                self._statement(
                    block.text,
                    marker="" if position or opened else item.marker,
                    is_item=True,
                    top_level=depth == 1,
                )
            else:
                self._builder.list_item(block.text, marker=item.marker or "-")
        self._children(item, depth=depth + (2 if opened else 0))
        if opened:
            self._builder.close_sections(level=level)

    def _children(self, item: _Item, *, depth: int) -> None:
        for child in item.children:
            self._item(child, depth=depth + 1)
        for block in item.after:
            if self._looks_for_grades:
                self._statement(block.text, marker="", is_item=False, top_level=False)
            else:
                self._builder.paragraph(block.text)

    def _statement(self, text: str, *, marker: str, is_item: bool, top_level: bool) -> None:
        """Write a paragraph or an item's own text, as recommendations where it is graded or plainly one."""
        grades = find_grades(text)
        if grades:
            self._graded(text, marker=marker, closing=grades)
        elif top_level and self._is_ungraded_recommendation(text, is_item=is_item):
            self._builder.recommendation(text, marker=marker)
        elif marker:
            self._builder.list_item(text, marker=marker)
        else:
            self._builder.paragraph(text)

    def _graded(self, text: str, *, marker: str = "", closing: Sequence[Grade] = ()) -> None:
        """Cut the text after each grade: what stands up to a grade is the recommendation it grades.

        ``closing`` is the grade of the whole, for text put together from a list and its last line.
        """
        start = 0
        for group in _joined(text, find_grades(text) or [_moved_to_end(text, closing)]):
            end = group[-1].end
            while end < len(text) and text[end] in ".;,":
                end += 1
            # The list that the grade announces, or the "and" before the next item.
            if text[end:].lstrip().startswith(("•", ": •")) or text[end:].strip() in ("and", "or"):
                end = len(text)
            start = self._first_directive(text, start, group[0].start)
            strengths = dict.fromkeys(grade.strength for grade in group if grade.strength)
            certainties = dict.fromkeys(grade.certainty for grade in group if grade.certainty)
            self._builder.recommendation(
                text[start:end],
                strength="; ".join(strengths) or None,
                certainty="; ".join(certainties) or None,
                marker=marker,
            )
            start, marker = end, ""
        self._builder.paragraph(text[start:])

    def _first_directive(self, text: str, start: int, stop: int) -> int:
        """Where the recommendation begins: in a discussion, prose may stand before it in its paragraph.

        That prose is written as a paragraph of its own.
        """
        if not any(_DISCUSSION_HEADING.search(part) for part in self._builder.path):
            return start
        for sentence in split_sentences(text[start:stop], offset=start):
            if _DIRECTIVE.search(text[sentence.start : sentence.end]):
                self._builder.paragraph(text[start : sentence.start])
                return sentence.start
        return start

    def _is_ungraded_recommendation(self, text: str, *, is_item: bool) -> bool:
        if not self._looks_for_grades:
            return False
        if _RECOMMENDATION_LEAD.match(text):
            return len(text.split()) > 4
        path = self._builder.path
        heading = path[-1] if len(path) > 1 else ""
        if not _RECOMMENDATION_HEADING.search(heading) or any(
            _NOT_THEIR_OWN.search(part) for part in path[1:]
        ):
            return False
        if self._field_is_graded and not is_item:
            return False
        if text.endswith(":") or len(text.split()) < 5 or _REMARK.match(text):
            return False
        # Of a paragraph the first sentence decides: further down, prose reports what was recommended elsewhere.
        first = split_sentences(text)[0]
        return bool(_DIRECTIVE.search(text if is_item else text[: first.end]) or _IMPERATIVE.match(text))


def _entries(blocks: Sequence[HtmlBlock]) -> list[_Entry]:
    """Gather neighbouring list items into trees."""
    entries: list[_Entry] = []
    top: list[_Item] = []
    open_items: list[_Item] = []
    for block in blocks:
        if block.shape is not BlockShape.LIST_ITEM:
            entries.append(block)
            open_items = []
            continue
        if not open_items:
            top = []
            entries.append(top)
        if not block.marker and len(open_items) >= block.level:
            item = open_items[block.level - 1]
            del open_items[block.level :]
            (item.after if item.children else item.before).append(block)
            continue
        del open_items[block.level - 1 :]
        while len(open_items) < block.level:  # an item that holds nothing but a list
            item = _Item(marker=block.marker or "-")
            (open_items[-1].children if open_items else top).append(item)
            open_items.append(item)
        open_items[-1].before.append(block)
    return entries


def _joined(text: str, grades: Sequence[Grade]) -> Iterator[list[Grade]]:
    """Keep grades together that stand in one sentence: "after an attempt [B] and others at risk. [I]"."""
    group: list[Grade] = []
    for grade in grades:
        if group and not re.match(r"\s*[a-z,;]", text[group[-1].end : group[-1].end + 3]):
            yield group
            group = []
        group.append(grade)
    if group:
        yield group


def _cell(headers: Sequence[str], cells: Sequence[str], column: re.Pattern[str]) -> str | None:
    """The cell of the one column whose header fits."""
    found = [
        cell
        for header, cell in zip(headers, cells, strict=False)
        if column.fullmatch(normalise_block(header))
    ]
    return normalise_block(found[0]) or None if len(found) == 1 else None


def _moved_to_end(text: str, closing: Sequence[Grade]) -> Grade:
    return replace(closing[-1], start=len(text), end=len(text))


def _announces_list(text: str, grades: Sequence[Grade]) -> bool:
    """True where the text, its grade aside, ends with a colon."""
    return (text[: grades[-1].start].rstrip()[-1:] == ":") or text.rstrip().endswith(":")


def _is_heading(block: HtmlBlock) -> bool:
    if block.shape is BlockShape.HEADING:
        return True
    if not block.typeface or len(block.text) > _LONGEST_HEADING or find_grades(block.text):
        return False
    return not (block.text.endswith(".") and len(block.text.split()) > 12)


def _heading_level(block: HtmlBlock) -> int:
    if block.shape is BlockShape.HEADING:
        return 1 + block.level
    face = block.typeface
    if face & Typeface.BOLD:
        return 2 if face & Typeface.UNDERLINED else 3
    return 4 if face & Typeface.UNDERLINED else 5
