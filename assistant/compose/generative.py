"""Let a chat model write the sentences from numbered passages; each becomes a draft, as it completes."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from assistant.answer import Withheld
from assistant.compose.candidates import Candidate
from assistant.compose.cited_sentences import (
    MAX_SENTENCE_CHARS,
    CitedSentence,
    addresses_a_model,
    objection_to,
    read_line,
)
from assistant.compose.draft import Citation, Draft
from assistant.compose.extractive import population_note
from assistant.compose.facets import Facets, text_stems
from assistant.compose.headings import ANSWER
from assistant.compose.populations import populations_in
from assistant.compose.prompts import (
    ANSWER_SYSTEM,
    CANNOT_ANSWER,
    answer_prompt,
    repair_prompt,
)
from assistant.language_model import Allowance, CostLimitReached, LanguageModel, LanguageModelError
from corpus.document import Chunk, Metadata, Span

logger = logging.getLogger(__name__)

MAX_LINE_CHARS = 4 * MAX_SENTENCE_CHARS
MAX_REPAIRS = 6
MAX_QUOTED_SENTENCES = 3
PASSAGES_PER_DOCUMENT = 3
"""One document, planted or merely long, never fills what the model reads."""
REPAIR_SECONDS, REPAIR_CHARACTERS = 2.0, 300
"""What must be left of the allowance for a repair to be worth asking for."""

_THINKING = re.compile(r"^\s*<think(?:ing)?>.*?</think(?:ing)?>", re.DOTALL | re.IGNORECASE)
_OPEN_THINKING = re.compile(r"^\s*<think", re.IGNORECASE)
_SAFE_CUT = re.compile(r"\[[0-9,;\s]{1,20}\][.!?]?\s+(?=[^\s\[.!?,;:)])")


@dataclass(frozen=True, slots=True)
class UncitedText:
    """What the model wrote that can't even be put to the verifier: withheld, with the reason."""

    text: str
    reason: str


Passage = tuple[Chunk, Metadata]


def numbered_passages(
    candidates: Sequence[Candidate], *, limit: int = 8, per_document: int = PASSAGES_PER_DOCUMENT
) -> list[Passage]:
    """The passages the model may use: those of the best candidate sentences, best first."""
    found: dict[str, Passage] = {}
    for item in candidates:
        own = sum(chunk.document_id == item.chunk.document_id for chunk, _ in found.values())
        if item.chunk.id not in found and own < per_document:
            found[item.chunk.id] = (item.chunk, item.metadata)
        if len(found) == limit:
            break
    return list(found.values())


def write_drafts(
    model: LanguageModel,
    question: str,
    passages: Sequence[Passage],
    facets: Facets,
    *,
    allowance: Allowance | None = None,
) -> Iterator[Draft | UncitedText]:
    """Stream drafts as the model completes sentences.

    Raises :class:`assistant.language_model.LanguageModelError` when the endpoint fails or the allowed
    time is over. Yields nothing when the model says that the passages don't answer.
    """
    prompt = answer_prompt(question, [chunk for chunk, _ in passages])
    yield from _read(model.stream(system=ANSWER_SYSTEM, user=prompt, allowance=allowance), passages, facets)


def repair_drafts(
    model: LanguageModel,
    question: str,
    passages: Sequence[Passage],
    facets: Facets,
    withheld: Sequence[Withheld],
    *,
    allowance: Allowance | None = None,
) -> Iterator[Draft | UncitedText]:
    """Ask the model once to correct what was withheld; the drafts go to the verifier like any other.

    ``allowance`` is what the first attempt left. Text that was hostile rather than wrong (markup,
    instructions, look-alike characters) is not sent back. A failing endpoint ends the repair in
    silence: the answer stands without it. Yields nothing when nothing can be repaired. Raises
    :class:`assistant.language_model.CostLimitReached`, which the reader is told of.
    """
    fixable = [item for item in withheld if objection_to(item.text) is None][:MAX_REPAIRS]
    if not fixable:
        return
    if allowance and (
        allowance.seconds_left < REPAIR_SECONDS or allowance.characters_left < REPAIR_CHARACTERS
    ):
        logger.info("no repair: the allowance is spent")
        return
    prompt = repair_prompt(question, [chunk for chunk, _ in passages], fixable)
    try:
        yield from _read(
            model.stream(system=ANSWER_SYSTEM, user=prompt, allowance=allowance), passages, facets
        )
    except CostLimitReached:
        raise
    except LanguageModelError as error:
        logger.warning("repair by the chat model failed: %s", error)


def _read(
    pieces: Iterable[str], passages: Sequence[Passage], facets: Facets
) -> Iterator[Draft | UncitedText]:
    for line in _lines(pieces):
        if isinstance(line, UncitedText):
            yield line
            continue
        if _declines(line):
            return
        for sentence in read_line(line):
            yield _draft(sentence, passages, facets)


def _lines(pieces: Iterable[str]) -> Iterator[str | UncitedText]:
    """Whole lines, each as soon as it ends: a sentence or a mark may still be arriving in pieces.

    A model that writes no line breaks is read up to its last sentence that has surely ended.
    """
    buffer = ""
    for piece in pieces:
        buffer = _THINKING.sub("", buffer + piece)
        if _OPEN_THINKING.match(buffer):
            continue
        *lines, buffer = buffer.split("\n")
        yield from lines
        if len(buffer) > MAX_SENTENCE_CHARS and (cuts := list(_SAFE_CUT.finditer(buffer))):
            yield buffer[: cuts[-1].end()]
            buffer = buffer[cuts[-1].end() :]
        if len(buffer) > MAX_LINE_CHARS:
            yield UncitedText(buffer[:MAX_SENTENCE_CHARS], "runs on without an end or a citation")
            return
    if not _OPEN_THINKING.match(buffer):
        yield buffer


def _declines(line: str) -> bool:
    return line.strip(" \t*_`\"'.!>#-").casefold() == CANNOT_ANSWER.casefold()


def _draft(sentence: CitedSentence, passages: Sequence[Passage], facets: Facets) -> Draft | UncitedText:
    text = sentence.text
    if sentence.objection:
        return UncitedText(text, sentence.objection)
    if not sentence.numbers:
        return UncitedText(text, "carries no citation")
    if unknown := [number for number in sentence.numbers if not 1 <= number <= len(passages)]:
        cited = ", ".join(map(str, unknown))
        return UncitedText(text, f"cites passage {cited}, but there are only 1 to {len(passages)}")
    citations = tuple(
        Citation(chunk, resting_span(text, chunk), metadata)
        for chunk, metadata in (passages[number - 1] for number in sentence.numbers)
    )
    if any(addresses_a_model(citation.quote) for citation in citations):
        return UncitedText(text, "rests on words that speak to a language model, not to a reader")
    about = populations_in(text) or tuple(
        dict.fromkeys(
            name
            for citation in citations
            for name in citation.chunk.populations or citation.metadata.populations
        )
    )
    return Draft(
        heading=ANSWER,
        text=text,
        citations=citations,
        populations=about,
        note=population_note(about, facets.populations),
    )


def resting_span(text: str, chunk: Chunk) -> Span:
    """The words of ``chunk`` that ``text`` rests on: the shortest run of its sentences, three at most,
    that holds every word the two share; the whole chunk where no such run does."""
    wanted = text_stems(text) & text_stems(chunk.text)
    stems = [
        text_stems(chunk.text[span.start - chunk.span.start : span.end - chunk.span.start])
        for span in chunk.sentences
    ]
    for length in range(1, min(MAX_QUOTED_SENTENCES, len(stems)) + 1):
        for first in range(len(stems) - length + 1):
            if wanted <= set().union(*stems[first : first + length]):
                return Span(chunk.sentences[first].start, chunk.sentences[first + length - 1].end)
    return chunk.span
