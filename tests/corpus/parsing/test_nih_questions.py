"""NIH question-answer files: questions as headings, lists and headings that the export lost."""

from __future__ import annotations

import pytest

from corpus.document import SourceKind
from corpus.errors import UnreadableDocument
from tests.corpus.small_files import assert_offsets, blocks, parse_one

FILE = """<?xml version="1.0" encoding="UTF-8"?>
<Document id="0000135" source="NHLBI" url="http://example.org/vv">
<Focus>Leg Cramps</Focus>
<QAPairs><QAPair pid="1">
<Question qid="1" qtype="information">What is (are) Leg Cramps ?</Question>
<Answer>Espaol

Leg cramps are sudden pains.

Overview

Cramps come at night. They pass.

These foods help

Leafy vegetables

Whole grains

They hold magnesium, as far as is known.</Answer></QAPair>
<QAPair pid="2"><Question>what are the treatments?</Question>
<Answer>You can
- stretch the calf
  every evening
- rest</Answer></QAPair></QAPairs></Document>"""


def test_answers_become_paragraphs_headings_and_lists() -> None:
    document = parse_one(FILE, "0000135.xml")
    assert_offsets(document)
    question = "What is (are) Leg Cramps?"
    assert blocks(document) == [
        (question, "paragraph", "Leg cramps are sudden pains."),
        (f"{question} > Overview", "paragraph", "Cramps come at night. They pass."),
        (f"{question} > Overview", "list_item", "These foods help"),
        (f"{question} > Overview", "list_item", "Leafy vegetables"),
        (f"{question} > Overview", "list_item", "Whole grains"),
        (f"{question} > Overview", "paragraph", "They hold magnesium, as far as is known."),
        ("What are the treatments?", "paragraph", "You can"),
        ("What are the treatments?", "list_item", "stretch the calf every evening"),
        ("What are the treatments?", "list_item", "rest"),
    ]
    assert document.id == "nih-nhlbi-0000135"
    assert document.metadata.kind is SourceKind.CONSUMER_TEXT
    assert document.metadata.issuer == "National Heart, Lung, and Blood Institute"
    assert document.metadata.url == "http://example.org/vv"


def test_the_other_spelling_of_the_elements() -> None:
    source = (
        '<doc docid="7" corpus="NINDS" url="http://example.org/a"><doctitle-focus>ALS</doctitle-focus><qaPairs>'
        "<pair><question>what is als?</question><answer>A disease of nerves.</answer></pair></qaPairs></doc>"
    )
    document = parse_one(source, "7.xml")
    assert document.id == "nih-ninds-7"
    assert blocks(document) == [("What is als?", "paragraph", "A disease of nerves.")]


def test_missing_topic_is_taken_from_the_address_with_a_warning() -> None:
    source = FILE.replace("<Focus>Leg Cramps</Focus>", "<Focus></Focus>").replace(
        "org/vv", "org/leg_cramps.html"
    )
    document = parse_one(source, "x.xml")
    assert document.metadata.title == "leg cramps"
    assert "web address" in document.warnings[0]


def test_questions_without_answers_are_refused() -> None:
    source = (
        '<Document id="1" source="GHR"><Focus>X</Focus><QAPairs><QAPair><Question>What?</Question><Answer/></QAPair>'
        "</QAPairs></Document>"
    )
    with pytest.raises(UnreadableDocument, match="no answers"):
        parse_one(source, "1.xml")
