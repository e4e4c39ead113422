"""The glossary is large, well formed, short and readable, and every term stands in some library."""

from __future__ import annotations

import gzip
import json
import re
import statistics
import tarfile
from collections import Counter
from importlib.resources import files
from pathlib import Path

import pytest

from assistant.audience.glossary import build_glossary, load_glossary, read_term
from assistant.audience.reading import count_syllables, reading_grade
from assistant.verify.direction import DOWN, UP
from assistant.verify.negation import is_certainty, is_hedge, is_negator
from assistant.verify.words import normalize, split_words

# "more" trials are further ones, "without" is an absence, and help is help: no effect is made larger or smaller.
SAME_DIRECTION = frozenset(
    {
        "in the absence of", "additional research", "additional studies", "further research", "further studies", "further trials", "further research is required",
        "further studies are required", "further trials are required", "facilitate", "facilitates",
    }
)  # fmt: skip
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


# Terms that a gloss may use: a reader who does not know them is no worse off.
KNOWN = frozenset({"progesterone"})


def test_a_gloss_uses_no_other_hard_term() -> None:
    glossary = load_glossary()
    hard = {
        term.term: names
        for term in glossary.terms
        if (
            names := {match.term.term for match in glossary.find(term.gloss) if match.term}
            - glossary.everyday
            - KNOWN
        )
    }
    assert hard == {}


def test_a_gloss_holds_no_form_of_its_own_term() -> None:
    glossary = load_glossary()
    named = [
        term.term
        for term in glossary.terms
        if any(match.term is term for match in glossary.find(term.gloss))
        and term.term not in glossary.everyday
    ]
    assert named == []


def test_phrases_keep_negations_directions_and_people() -> None:
    """A phrase goes unread by the checks of a sentence, so the pair itself must say the same."""
    # Two words for one: "not enough" is "insufficient", "could not" is "was unable to".
    same = {"insufficient": "not enough", "unable to": "could not", "in the absence of": "without"}
    for phrase, plain in load_glossary().phrases.items():
        words, shown = split_words(normalize(phrase)), split_words(normalize(plain))
        assert sum(is_negator(word.text) for word in words) == sum(is_negator(word.text) for word in shown), (
            phrase
        )
        if not any(old in phrase and new in plain for old, new in same.items()):
            assert sum(is_hedge(word.text) for word in words) == sum(
                is_hedge(word.text) for word in shown
            ) or phrase in {
                "possibly",
                "potentially",
            }, phrase
        assert [word.text for word in shown if is_certainty(word.text)] == [], phrase
        for stems in (UP, DOWN):
            ours = [word.stem for word in shown if word.stem in stems]
            theirs = [word.stem for word in words if word.stem in stems]
            assert len(ours) == len(theirs) or phrase in SAME_DIRECTION, phrase
        assert not re.search(r"\b(?:cause|because|lead|due)\w*\b", plain) or re.search(
            r"due to the fact|^result", phrase
        ), phrase


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


def test_an_everyday_word_that_is_no_term_is_refused() -> None:
    with pytest.raises(ValueError, match="cramp"):
        build_glossary([read_term("spasm", "x", "a")], {}, frozenset({"cramp"}))


@pytest.mark.shared
def test_the_hundred_most_frequent_terms_are_explained_briefly() -> None:
    data = ROOT.parent / "shared/data/cochrane_pls"
    if not data.is_dir():
        pytest.skip("the shared development data are not beside the repository")
    glossary = load_glossary()
    with gzip.open(data / "test.jsonl.gz", "rt", encoding="utf-8") as lines:
        found = Counter(
            match.term.term
            for line in lines
            for match in glossary.find(json.loads(line)["abstract"])
            if match.term
        )
    terms = {term.term: term for term in glossary.terms}
    frequent = [terms[name] for name, _ in found.most_common() if name not in glossary.everyday][:100]
    assert [term.gloss for term in frequent if len(term.gloss.split()) > 11] == []
    grades = [grade for term in frequent if (grade := reading_grade(term.gloss)) is not None]
    assert statistics.median(grades) < 5
    long_words = [
        term.gloss
        for term in frequent
        if any(count_syllables(word) > 4 for word in re.split(r"[\s-]", term.gloss))
    ]
    assert long_words == []


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
