"""The bundled library, indexed with the real embedding model, shared by the tests that ask it questions."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from assistant.answer import Answer
from assistant.assembly import open_chain, open_embedder, open_library
from assistant.conversation import Conversation
from assistant.earlier_answers import continue_conversation
from assistant.events import Request
from assistant.langchain_runnable import FollowUpRunnable
from assistant.settings import Settings
from index.building import build_index
from index.library_index import IndexHandle

ROOT = Path(__file__).parent.parent
# Kept between runs (and ignored by git): the second run embeds only what changed.
BUILDS = ROOT / "var" / "test-builds"


@cache
def library_settings() -> Settings:
    return Settings(_env_file=None).model_copy(
        update={"index": BUILDS, "documents": ROOT / "corpus" / "documents"}
    )


@cache
def bundled_library() -> IndexHandle:
    """The published test build; made on first use."""
    settings = library_settings()
    embedder = open_embedder(settings)
    report = build_index([settings.documents], out=settings.index, embedder=embedder)
    if report.unreadable:
        raise AssertionError(f"unreadable documents in the bundled library: {report.unreadable}")
    return open_library(settings, embedder)


@cache
def bundled_chain() -> FollowUpRunnable:
    return FollowUpRunnable(open_chain(library_settings(), bundled_library()))


def converse(*questions: str) -> list[Answer]:
    """Ask the questions in one conversation; one answer each."""
    conversation = Conversation()
    answers = []
    for question in questions:
        answer = bundled_chain().invoke(Request(question, conversation))
        answers.append(answer)
        conversation = continue_conversation(conversation, question, answer)
    return answers


def cited(answer: Answer) -> set[str]:
    return {reference.document_id for reference in answer.references}


def shown(answer: Answer) -> str:
    return " ".join(statement.text for statement in answer.statements())
