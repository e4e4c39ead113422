"""The command line of the harness: run a set, compare runs, render a page, hold runs against floors.

Exit codes: 0 good; 1 a failed check, a failed run or something missing; 2 bad usage or a bad set.
"""

from __future__ import annotations

import typer

from eval.commands.answers import answers, audience
from eval.commands.claims import claims
from eval.commands.convert import convert
from eval.commands.dialogue import dialogue
from eval.commands.peers import peers
from eval.commands.reports import compare, gate, report
from eval.commands.retrieval import retrieval
from eval.commands.search_studies import ablate, effort, scale
from eval.commands.speed import speed
from eval.commands.suite import suite

app = typer.Typer(
    help="Runs benchmark sets on the retriever, the verifier and the whole chain; compares and gates runs.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

for command in (
    retrieval,
    ablate,
    effort,
    scale,
    peers,
    claims,
    answers,
    dialogue,
    audience,
    compare,
    report,
    gate,
    suite,
    speed,
    convert,
):
    app.command()(command)
