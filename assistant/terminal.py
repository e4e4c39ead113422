"""Prints traces and replays for a reviewer in the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console

from assistant.spending import tell_amount

if TYPE_CHECKING:
    from assistant.answer import Answer, ModelUsage
    from assistant.replay import Replay
    from assistant.trace import Trace

SHOWN_PASSAGES = 12


def plain(text: str) -> str:
    """Text of documents is shown as it stands: brackets are not markup."""
    return text.replace("[", r"\[")


def describe_usage(usage: ModelUsage) -> str:
    """Calls, tokens and, where prices are set, cost."""
    calls = f"{usage.calls} call{'' if usage.calls == 1 else 's'} of {plain(usage.model)}"
    tokens = f"{usage.input_tokens:,} tokens read, {usage.output_tokens:,} written"
    return f"{calls}: {tokens}" + ("" if usage.cost is None else f", cost {tell_amount(usage.cost)}")


def print_trace(answer: Answer, trace: Trace, out: Console) -> None:
    """What was asked, searched, found, decided, said and withheld, in that order."""

    def line(text: str) -> None:
        out.print(text, soft_wrap=True)

    line(f"[bold]Answer {trace.answer_id}[/bold], made {answer.created_at:%Y-%m-%d %H:%M} UTC")
    line(f"Asked: {plain(trace.request.question)}")
    for turn in trace.request.turns:
        line(f"  [dim]{turn.role}: {plain(turn.content)}[/dim]")
    if trace.searched is None:
        line("Stopped before the search: " + "; ".join(plain(banner.text) for banner in answer.banners))
    else:
        line(f"Searched: {plain(trace.searched.text)}")
        terms = sorted(trace.searched.term_weights.items(), key=lambda item: -item[1])
        if terms:
            line("  with " + ", ".join(f"{plain(word)} {weight:.2f}" for word, weight in terms))
        line(f"Found {len(trace.found)} passages (score, cosine, BM25):")
        for item in trace.found[:SHOWN_PASSAGES]:
            line(
                f"  {item.score:.3f} {item.dense:.3f} {item.lexical:6.2f}  "
                f"{item.document_id} {item.start}-{item.end}"
            )
        line(f"Decided: {trace.decision} (score {trace.decision_score})")
    for section in answer.sections:
        for statement in section.statements:
            line(
                f"Said under “{section.heading}”: {plain(statement.text)} "
                f"({statement.support.verdict}, {statement.support.score:.2f})"
            )
    for withheld in answer.withheld:
        line(f"[yellow]Withheld:[/yellow] {plain(withheld.text)} ({plain(withheld.reason)})")
    line(f"Build {trace.index_build}, embedder {trace.embedder}")
    written = f"{trace.composer}, prompts {trace.prompt_version}"
    line(f"Written by {written}" + (f" at {trace.model_endpoint}" if trace.model_endpoint else ""))
    if trace.usage is not None:
        line(f"Used {describe_usage(trace.usage)}, counted: {trace.usage.counted}")
    line("Settings: " + ", ".join(f"{name}={value}" for name, value in trace.settings.items()))
    stages = ", ".join(f"{name} {spent:.0f}" for name, spent in answer.provenance.timings_ms.items())
    line(f"Milliseconds: {stages}; {trace.software}")


def print_replay(replay: Replay, out: Console) -> None:
    """No difference, or each one: what is gone, what is new."""
    where = f"build {replay.replayed_on}"
    if replay.replayed_on != replay.made_on:
        where += f" (first made on {replay.made_on})"
    if replay.is_same:
        out.print(f"No difference on {where}.", soft_wrap=True)
        return
    out.print(f"{len(replay.differences)} differences on {where}:", soft_wrap=True)
    if replay.written_by_model:
        out.print("[dim]A chat model wrote the sentences; it writes anew each time.[/dim]")
    for difference in replay.differences:
        if difference.before is not None:
            out.print(f"  [red]-[/red] {difference.aspect}: {plain(difference.before)}", soft_wrap=True)
        if difference.after is not None:
            out.print(f"  [green]+[/green] {difference.aspect}: {plain(difference.after)}", soft_wrap=True)
