"""List words the glossary may want: long words by the number of documents that hold them.

``python -m eval.training.count_terms FOLDER_OR_FILE ...`` reads text, Markdown, XML, JSON lines (``.gz`` too) and
``.tar.gz`` archives of them; prints ``documents<TAB>word``, most frequent first, without the words that the
glossary explains or replaces already.
"""

from __future__ import annotations

import argparse
import gzip
import re
import tarfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from assistant.audience.glossary import load_glossary
from assistant.audience.reading import count_syllables

_WORD = re.compile(r"[a-z][a-z'-]+")
_TAG = re.compile(r"<[^>]*>")


def read_texts(path: Path) -> Iterator[str]:
    """The documents of a folder, an archive, a file of lines or one text; one string each."""
    if path.is_dir():
        for child in sorted(path.iterdir()):
            yield from read_texts(child)
    elif path.name.endswith(".tar.gz"):
        with tarfile.open(path) as archive:
            for member in archive:
                opened = archive.extractfile(member) if member.isfile() else None
                if opened:
                    yield opened.read().decode("utf-8", "replace")
    elif ".jsonl" in path.name:
        with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8") as lines:
            yield from lines
    elif path.suffix in {".md", ".txt", ".xml", ".html"}:
        yield path.read_text("utf-8", errors="replace")


def count_terms(texts: Iterable[str], *, syllables: int) -> Counter[str]:
    """Documents that hold each word of at least ``syllables`` that the glossary does not know."""
    glossary = load_glossary()
    known = {word.lower() for form in glossary.entries for word in form}
    counts: Counter[str] = Counter()
    for text in texts:
        words = set(_WORD.findall(_TAG.sub(" ", text).lower()))
        counts.update(word for word in words - known if count_syllables(word) >= syllables)
    return counts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--syllables", type=int, default=3)
    parser.add_argument("--least", type=int, default=5, help="documents")
    arguments = parser.parse_args()
    texts = (text for path in arguments.paths for text in read_texts(path))
    for word, documents in count_terms(texts, syllables=arguments.syllables).most_common():
        if documents < arguments.least:
            break
        print(f"{documents}\t{word}")


if __name__ == "__main__":
    main()
