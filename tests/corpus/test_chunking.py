"""Chunks: whole sentences of one section, exact text, stable ids."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.chunking import chunk_document, chunk_id, embedding_text
from corpus.document import Chunk, ChunkKind, Document, Metadata, Span
from corpus.parsing.text_builder import DocumentBuilder


def count_words(text: str) -> int:
    return len(text.split())


def document(build: DocumentBuilder, **fields: object) -> Document:
    metadata = replace(Metadata(title=build.title), **fields)  # type: ignore[arg-type]
    return build.build(document_id="doc", metadata=metadata, media_type="text/plain")


def words(count: int, *, name: str = "w") -> str:
    return " ".join(f"{name}{number}" for number in range(count))


def sentence(count: int, *, name: str = "w") -> str:
    return words(count, name=name).capitalize() + "."


def chunked(build: DocumentBuilder, **options: object) -> tuple[Chunk, ...]:
    settings: dict[str, object] = {
        "max_tokens": 100,
        "target_tokens": 60,
        "max_context_tokens": 20,
        **options,
    }
    return chunk_document(document(build), count_tokens=count_words, **settings)  # type: ignore[arg-type]


def test_section_is_never_crossed_and_small_sections_stand_alone() -> None:
    builder = DocumentBuilder("Title")
    for heading in ("Dose", "Safety"):
        builder.heading(heading)
        builder.paragraph(f"{heading} text here. And more of it.")
    chunks = chunked(builder)
    assert [(chunk.heading_path, chunk.text) for chunk in chunks] == [
        (("Dose",), "Dose text here. And more of it."),
        (("Safety",), "Safety text here. And more of it."),
    ]
    assert len(chunks[0].sentences) == 2
    assert chunks[0].context() == "Title > Dose"


def test_sentences_are_packed_to_the_target_and_never_cut() -> None:
    builder = DocumentBuilder("T")
    builder.paragraph(" ".join(sentence(25, name=name) for name in "abcd"))
    assert [count_words(chunk.text) for chunk in chunked(builder)] == [50, 50]


def test_small_tail_joins_the_chunk_before() -> None:
    builder = DocumentBuilder("T")
    builder.paragraph(" ".join([sentence(30, name="a"), sentence(30, name="b"), sentence(5, name="c")]))
    assert [count_words(chunk.text) for chunk in chunked(builder)] == [65]


def test_paragraph_that_would_not_fit_starts_a_new_chunk() -> None:
    builder = DocumentBuilder("T")
    builder.paragraph(sentence(35, name="a"))
    builder.paragraph(f"{sentence(20, name='b')} {sentence(25, name='c')}")
    assert [count_words(chunk.text) for chunk in chunked(builder)] == [35, 45]


def test_sentence_that_announces_a_list_goes_with_the_list() -> None:
    builder = DocumentBuilder("T")
    builder.paragraph(f"{sentence(50, name='a')} Consider one of:")
    builder.list_item(sentence(40, name="b"))
    assert chunked(builder)[1].text.startswith("Consider one of:")


def test_recommendation_is_one_chunk_with_its_grade() -> None:
    builder = DocumentBuilder("T")
    builder.heading("Recommendations")
    builder.paragraph("Some words before.")
    builder.recommendation(
        "Offer it. Do not insist.", strength="Strong For", certainty="low", populations=["pregnancy"]
    )
    builder.recommendation("Rest.", strength="Weak For")
    chunks = chunk_document(document(builder, populations=("adults",)), count_tokens=count_words)
    assert [chunk.kind for chunk in chunks] == [
        ChunkKind.PASSAGE,
        ChunkKind.RECOMMENDATION,
        ChunkKind.RECOMMENDATION,
    ]
    assert chunks[1].text == "Offer it. Do not insist."
    assert (chunks[1].strength, chunks[1].certainty, chunks[1].populations) == (
        "Strong For",
        "low",
        ("pregnancy",),
    )
    assert chunks[2].populations == ("adults",)
    assert chunks[0].strength is None


def test_table_is_cut_between_rows_and_keeps_its_caption() -> None:
    builder = DocumentBuilder("T")
    builder.paragraph("Before.")
    builder.caption("Table 1. Cramps")
    for row in range(6):
        builder.table_row(["Arm", "Value"], [words(14, name=f"r{row}x"), "3"])
    builder.paragraph("After.")
    builder.caption("Figure 1. Flow of patients")
    builder.paragraph("End.")
    chunks = chunked(builder)
    assert [chunk.kind.value for chunk in chunks] == [
        "passage",
        "table",
        "table",
        "passage",
        "passage",
        "passage",
    ]
    assert chunks[1].text.startswith("Table 1. Cramps\n\nArm: ")
    assert all(chunk.text.endswith("Value: 3") for chunk in chunks[1:3])
    assert chunks[4].text == "Figure 1. Flow of patients"


def test_long_sentence_is_cut_at_a_clause_and_reported() -> None:
    builder = DocumentBuilder("T")
    builder.paragraph(f"{words(60, name='a')}, {words(60, name='b')}; {words(60, name='c')}.")
    cut: list[Span] = []
    chunks = chunked(builder, on_cut=cut.append)
    assert len(cut) == 1
    assert [chunk.text[-1] for chunk in chunks] == [",", ";", "."]
    assert " ".join(chunk.text for chunk in chunks) == document(builder).quote(cut[0])


def test_one_unbroken_word_is_cut_and_nothing_is_lost() -> None:
    builder = DocumentBuilder("T")
    builder.paragraph("acgt" * 300)
    chunks = chunk_document(
        document(builder),
        count_tokens=lambda text: (len(text) + 3) // 4,
        max_tokens=100,
        max_context_tokens=20,
    )
    assert "".join(chunk.text for chunk in chunks) == "acgt" * 300
    assert all(len(chunk.text) <= 400 for chunk in chunks)


def test_long_context_takes_no_more_than_its_share() -> None:
    builder = DocumentBuilder(words(200, name="title"))
    builder.heading(words(50, name="outer"), level=1)
    builder.heading(words(5, name="inner"), level=2)
    builder.paragraph(sentence(77))
    (chunk,) = chunked(builder, target_tokens=77)
    text = embedding_text(chunk, count_tokens=count_words, max_context_tokens=20)
    context, _, rest = text.partition("\n")
    assert rest == chunk.text
    assert count_words(context) <= 20
    assert context.startswith("title0")
    assert "inner0" in context
    assert "outer0" not in context
    assert count_words(text) <= 100


def test_short_context_is_left_alone() -> None:
    builder = DocumentBuilder("Title")
    builder.heading("Dose")
    builder.paragraph("Text.")
    (chunk,) = chunked(builder)
    assert embedding_text(chunk, count_tokens=count_words) == "Title > Dose\nText."


def test_ids_depend_on_text_and_span_alone() -> None:
    builder = DocumentBuilder("T")
    builder.paragraph("Text.")
    first = chunk_document(document(builder), count_tokens=count_words)[0]
    second = chunk_document(document(builder, year=1999), count_tokens=count_words)[0]
    assert first.id == second.id == chunk_id(first.document_sha256, first.span)
    assert chunk_id(first.document_sha256, Span(0, 1)) != first.id


def test_budget_without_room_is_an_error() -> None:
    builder = DocumentBuilder("T")
    builder.paragraph("Text.")
    with pytest.raises(ValueError, match="no room"):
        chunk_document(document(builder), count_tokens=count_words, max_tokens=64)


BLOCKS = st.lists(
    st.tuples(
        st.sampled_from(["heading", "paragraph", "list_item", "recommendation", "caption", "row"]),
        st.lists(
            st.sampled_from(["Take 5 mg", "e.g. now", "it hurts:", "(Grade B)", words(30), "x" * 40]),
            max_size=6,
        ),
    ),
    max_size=14,
)


@settings(max_examples=60)
@given(steps=BLOCKS)
def test_every_block_is_chunked_exactly_once(steps: list[tuple[str, list[str]]]) -> None:
    builder = DocumentBuilder("T")
    for kind, parts in steps:
        text = ". ".join(parts)
        if kind == "row":
            builder.table_row(["H"], [text])
        else:
            getattr(builder, kind)(text)
    source = document(builder)
    chunks = chunk_document(
        source, count_tokens=count_words, max_tokens=60, target_tokens=30, max_context_tokens=10
    )
    assert all(source.text[chunk.span.start : chunk.span.end] == chunk.text for chunk in chunks)
    assert all(
        chunk.span.start <= span.start < span.end <= chunk.span.end
        for chunk in chunks
        for span in chunk.sentences
    )
    assert len({chunk.id for chunk in chunks}) == len(chunks)
    held = "".join(source.quote(span) for chunk in chunks for span in chunk.sentences)
    blocks = "".join(source.quote(block.span) for section in source.sections for block in section.blocks)
    assert "".join(held.split()) == "".join(blocks.split())
    for chunk in chunks:
        assert sum(count_words(source.quote(span)) for span in chunk.sentences) <= 60 - 1 - 3
