"""References as BibTeX and RIS."""

from __future__ import annotations

from assistant.web.reference_formats import bibtex, ris
from tests.scripted_chain import LEAFLET, MAGNESIUM, STRETCHING, cite


def test_bibtex() -> None:
    assert bibtex([cite(1, MAGNESIUM)]) == (
        "@article{example-review-2020-magnesium-1,\n"
        "  title = {Magnesium for muscle cramps: a review for examples},\n"
        "  journal = {Example Database of Reviews},\n"
        "  year = {2020},\n"
        "  doi = {10.5555/example.magnesium},\n"
        "  url = {https://example.org/reviews/magnesium},\n"
        "  note = {PMID 00000001},\n"
        "}\n\n"
    )


def test_ris() -> None:
    assert ris([cite(2, STRETCHING)]).split("\r\n") == [
        "TY  - RPRT",
        "TI  - Care of muscle cramps: a guideline for examples",
        "PB  - Example Society of Neurology",
        "PY  - 2021",
        "UR  - https://example.org/guidelines/cramps",
        "N1  - Digest of a guideline",
        "ER  - ",
        "",
    ]


def test_what_a_source_lacks_is_left_out_not_guessed() -> None:
    assert "doi" not in bibtex([cite(1, LEAFLET)])
    assert "DO  -" not in ris([cite(1, LEAFLET)])


def test_special_characters_cannot_break_out() -> None:
    hostile = cite(1, LEAFLET).model_copy(
        update={"title": "50% of {cramps} & \\input{x}\r\nER  - ", "document_id": "a b},c"}
    )
    text = bibtex([hostile])
    assert r"50\% of \{cramps\} \& \textbackslash{}input\{x\} ER -" in text
    assert text.startswith("@misc{a-b-c-1,")
    assert ris([hostile]).count("\r\nER  - ") == 1


def test_no_references_give_an_empty_file() -> None:
    assert bibtex([]) == ""
    assert ris([]) == ""
