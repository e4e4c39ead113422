"""Opens XML safely: no entities, no network, no huge trees, and a plain sentence for what is wrong."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterator
from typing import IO

from lxml import etree

from corpus.errors import UnreadableDocument
from corpus.parsing.port import RawFile

_PROLOG = re.compile(r"\s+|<\?.*?\?>|<!--.*?-->", re.DOTALL)
_DOCTYPE = re.compile(r"<!DOCTYPE\s+([^\s>\[]+)[^>\[]*(?:\[.*?\]\s*)?>", re.DOTALL | re.IGNORECASE)
_ELEMENT = re.compile(r"<([A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)(?=[\s/>])")
_ENTITY_DECLARATION = re.compile(rb"<!ENTITY", re.IGNORECASE)

_ENTITIES_REFUSED = (
    "The file declares entities of its own, which can be made to grow without bound; "
    "remove the <!ENTITY ...> declarations."
)


def sniff(head: bytes) -> str:
    """Return the first bytes as text, good enough to look for tags in."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", "ignore")
    return head.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "ignore")


def root_name(head: bytes) -> str:
    """Return the local name of the first element, or an empty string where the file is not markup."""
    text = sniff(head)
    position = 0
    while True:
        match = _PROLOG.match(text, position) or _DOCTYPE.match(text, position)
        if match is None:
            break
        position = match.end()
    element = _ELEMENT.match(text, position)
    return element.group(2) if element else ""


def is_xml(head: bytes) -> bool:
    """True where the file says that it is XML."""
    return sniff(head).lstrip().startswith("<?xml")


def parse_xml(file: RawFile) -> etree._Element:
    """Return the root element; comments and processing instructions are gone.

    Raises ``UnreadableDocument`` for malformed XML, with its line, and for declared entities.
    """
    data = file.stream.read()
    _refuse_entities(data, file.name)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        tree = etree.parse(io.BytesIO(data), parser)
    except etree.XMLSyntaxError as error:
        raise UnreadableDocument(file.name, syntax_problem(error)) from error
    return tree.getroot()


def stream_elements(stream: IO[bytes], *, tags: tuple[str, ...], name: str) -> Iterator[etree._Element]:
    """Yield each element of one of ``tags`` as it is complete, then free it: memory stays flat.

    Raises ``UnreadableDocument`` like :func:`parse_xml`, after the elements before the fault.
    """
    _refuse_entities(stream.read(1 << 16), name)
    stream.seek(0)
    events = etree.iterparse(
        stream,
        events=("end",),
        tag=tags,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        for _, element in events:
            yield element
            parent = element.getparent()
            element.clear(keep_tail=False)
            if parent is not None:
                while element.getprevious() is not None:
                    del parent[0]
    except etree.XMLSyntaxError as error:
        raise UnreadableDocument(name, syntax_problem(error)) from error


def syntax_problem(error: etree.XMLSyntaxError) -> str:
    """Say in a sentence what lxml found."""
    line, message = error.lineno, (error.msg or "unknown fault").split(", line ")[0]
    return f"The XML is malformed at line {line}: {message}."


def entity_text(entity: etree._Element) -> str:
    """Return what an unresolved named entity stands for in HTML (``&nbsp;``), or a space."""
    text = html.unescape(entity.text or "")
    return " " if text.startswith("&") else text


def local_name(element: etree._Element) -> str:
    """Tag without its namespace; empty for entities and the like."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def text_of(element: etree._Element | None) -> str:
    """All text below an element, white space collapsed; empty for ``None``."""
    return " ".join("".join(str(part) for part in element.itertext()).split()) if element is not None else ""


def _refuse_entities(data: bytes, name: str) -> None:
    plain = data if b"\x00" not in data[:64] else data.replace(b"\x00", b"")  # UTF-16 hides the word
    if _ENTITY_DECLARATION.search(plain):
        raise UnreadableDocument(name, _ENTITIES_REFUSED)
