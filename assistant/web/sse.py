"""Server-sent events: follows a run or a stored answer without holding a thread."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool

from assistant.events import DoneEvent, ErrorEvent
from assistant.service import AssistantService, Numbered, Run
from assistant.storage.repository import ConversationRepository

POLL_S = 0.5
"""How often the stored events of a run in another process are looked at."""


async def follow_run(run: Run, *, after: int = 0) -> AsyncIterator[Numbered]:
    """Yield the run's events with number > ``after`` as they come."""
    loop = asyncio.get_running_loop()
    news = asyncio.Event()

    def wake() -> None:
        # The run outlives the server's loop when the server stops.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(news.set)

    with run.listening(wake):
        open_ended = True
        while open_ended:
            news.clear()
            events, open_ended = run.since(after)
            for item in events:
                yield item
            after += len(events)
            if open_ended:
                await news.wait()


async def follow_answer(
    answer_id: str, *, after: int, service: AssistantService, repository: ConversationRepository
) -> AsyncIterator[Numbered]:
    """Yield the answer's events with number > ``after``: from its run here, or else as they are stored."""
    run = service.live_run(answer_id)
    if run is not None:
        async for item in follow_run(run, after=after):
            yield item
        return
    while True:
        # Asked before the events are read: a run that ends in between is seen whole on the next turn.
        running = (await run_in_threadpool(repository.answer, answer_id)).status == "running"
        for number, event in await run_in_threadpool(repository.events, answer_id, after=after):
            yield number, event
            after = number
            if isinstance(event, DoneEvent | ErrorEvent):
                return
        if not running:
            return
        await asyncio.sleep(POLL_S)
        await run_in_threadpool(repository.close_stale_runs)


def stream(events: AsyncIterator[Numbered], *, ping_s: float) -> EventSourceResponse:
    """Send ``events``, each under its type and with its number as id; a comment goes out at once."""

    async def messages() -> AsyncIterator[ServerSentEvent]:
        yield ServerSentEvent(comment="open")
        async for number, event in events:
            yield ServerSentEvent(event=event.type, id=str(number), data=event.model_dump_json())

    return EventSourceResponse(messages(), ping=ping_s)
