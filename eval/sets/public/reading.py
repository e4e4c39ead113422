"""Reads the JSON and XML files of public distributions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from lxml import etree

from eval.errors import BadSet


def read_json(path: Path) -> Any:
    """Return the value of a JSON file; raises :class:`BadSet`."""
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise BadSet([f"{path}: cannot be read as JSON ({error})"]) from error


def read_xml(path: Path) -> etree._Element:
    """Return the root of an XML file, read without entities, network or huge trees."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    try:
        return etree.parse(str(path), parser).getroot()
    except (OSError, etree.XMLSyntaxError) as error:
        raise BadSet([f"{path}: cannot be read as XML ({error})"]) from error


def text_at(element: etree._Element, path: str) -> str:
    """The text below the first match of ``path``, whitespace folded; empty when there is none."""
    found = element.find(path)
    return "" if found is None else " ".join("".join(str(part) for part in found.itertext()).split())


def need(row: Any, key: str, path: Path) -> Any:
    """Return ``row[key]``; raises :class:`BadSet` that names file and key."""
    if not isinstance(row, dict) or key not in row:
        raise BadSet([f"{path}: a record lacks {key!r}; is this the distribution that the name says?"])
    return row[key]
