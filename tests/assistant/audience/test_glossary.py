"""The glossary is large, well formed, short and readable, and every term stands in some library."""

from __future__ import annotations

import gzip
import re
import statistics
import tarfile
from collections import Counter
from importlib.resources import files
from pathlib import Path

import pytest

from assistant.audience.glossary import build_glossary, load_glossary, read_term
from assistant.audience.reading import reading_grade

ROOT = Path(__file__).parents[3]
DOSE = re.compile(r"\d\s*(?:mg|g|ml|mcg|iu|units?|mmol)\b", re.IGNORECASE)
ADVICE = re.compile(
    r"\b(?:should|ask your|see a|talk to|consult|do not|don't|take (?:one|two|it))\b", re.IGNORECASE
)


def test_holds_at_least_four_hundred_terms_once_each() -> None:
    names = [term.term for term in load_glossary().terms]
    assert len(names) >= 400
    assert [name for name, times in Counter(names).items() if times > 1] == []


def test_no_file_lists_a_key_twice() -> None:
    """YAML keeps the last of two equal keys in silence."""
    folder = files("assistant.audience")
    for path in (folder / "phrases.yaml", *(folder / "glossary").iterdir()):
        keys = re.findall(r"^([^#\s][^:]*):", path.read_text("utf-8"), re.MULTILINE)
        assert [key for key, times in Counter(keys).items() if times > 1] == []


def test_glosses_are_short_plain_and_give_no_advice() -> None:
    glosses = [term.gloss for term in load_glossary().terms]
    assert [gloss for gloss in glosses if len(gloss.split()) > 12] == []
    assert [gloss for gloss in glosses if DOSE.search(gloss) or ADVICE.search(gloss)] == []
    grades = [grade for gloss in glosses if (grade := reading_grade(gloss)) is not None]
    assert statistics.median(grades) < 6


def test_a_gloss_does_not_explain_a_term_by_itself() -> None:
    terms = load_glossary().terms
    assert [term.term for term in terms if term.gloss.casefold() == term.term.casefold()] == []


def test_plain_words_bring_no_number_and_start_with_no_article() -> None:
    glossary = load_glossary()
    listed = {form: plain for term in glossary.terms for form, plain in term.plain.items()}
    listed.update(glossary.phrases)
    for form, plain in listed.items():
        assert re.findall(r"\d+", plain) == re.findall(r"\d+", form), form
        assert not re.match(r"(?:an?|the)\s", plain), form


def test_a_form_listed_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        build_glossary(
            [read_term("cramp", "x", "a pain"), read_term("spasm", "x", {"gloss": "a", "or": ["cramp"]})], {}
        )


@pytest.mark.parametrize("body", [None, 3, ["a"], {"gloss": "a", "dose": "b"}, {"or": ["b"]}])
def test_a_malformed_entry_is_refused(body: object) -> None:
    with pytest.raises(ValueError, match="cramp"):
        read_term("cramp", "x", body)


def test_the_longest_form_wins_and_case_matters_for_abbreviations() -> None:
    glossary = load_glossary()
    assert [match.term.term for match in glossary.find("Atrial fibrillation or ALS") if match.term] == [
        "atrial fibrillation",
        "amyotrophic lateral sclerosis",
    ]
    assert list(glossary.find("als")) == []


@pytest.mark.shared
def test_every_term_stands_in_some_library() -> None:
    data, documents = ROOT.parent / "shared/data/cochrane_pls", ROOT.parent / "shared/documents"
    if not data.is_dir() or not documents.is_dir():
        pytest.skip("the shared development data are not beside the repository")
    texts = [path.read_text("utf-8") for path in sorted((ROOT / "corpus/documents").glob("*.md"))]
    with gzip.open(data / "test.jsonl.gz", "rt", encoding="utf-8") as lines:
        texts += list(lines)
    for name in ("ngc_federal_guidelines_xml", "pmc_cc_by_jats", "medquad_nih_xml", "pubmed_xml_sample"):
        with tarfile.open(documents / f"{name}.tar.gz") as archive:
            for member in archive:
                opened = archive.extractfile(member) if member.isfile() else None
                if opened:
                    texts.append(opened.read().decode("utf-8", "replace"))
    words = re.sub(r"[\s-]+", " ", " ".join(texts).lower().replace("’", "'"))
    missing = [
        term.term
        for term in load_glossary().terms
        if not any(re.sub(r"[\s-]+", " ", form.lower()) in words for form in term.forms)
    ]
    assert missing == []
