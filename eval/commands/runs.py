"""What every run does at its beginning and its end: resume, describe itself, print and write its report."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.markup import escape

from eval.commands.console import out
from eval.errors import BadReport
from eval.reports.html import render_html
from eval.reports.report import Report, describe_machine, write_report
from eval.reports.terminal import print_report
from eval.runners.fingerprint import fingerprint_packages
from eval.runners.progress import PartialResults, hash_configuration

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

PRODUCT = ("corpus", "index", "assistant")
HARNESS = ("eval.measures", "eval.runners", "eval.sets")


def fingerprint_code() -> dict[str, str]:
    """Digests of the product's code and of the code that judges it: results of two versions don't mix."""
    return {"code": fingerprint_packages(*PRODUCT), "harness": fingerprint_packages(*HARNESS)}


def describe_settings(
    opened: Mapping[str, Any], measured: DataclassInstance, limit: int | None
) -> dict[str, Any]:
    """All that the results of a run depend on: what was ``opened``, the code, the set's content and how much of it."""
    return {
        **opened,
        "limit": limit,
        **fingerprint_code(),
        "set_content": hash_configuration(asdict(measured)),
    }


def open_partial(report: Path | None, configuration: dict[str, Any]) -> PartialResults:
    """The results of an earlier run that was stopped, kept beside the report; nowhere without a report.

    Raises :class:`BadReport` at once where the report could not be written at the end.
    """
    if report is not None:
        refuse_unwritable(report)
    path = None if report is None else report.with_name(report.name + ".partial.jsonl")
    return PartialResults(path, hash_configuration(configuration))


def refuse_unwritable(path: Path) -> None:
    """Raise :class:`BadReport` unless a file can be written at ``path``; makes its folder."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadReport(f"{path}: its folder cannot be made ({error.strerror})") from error
    if path.is_dir():
        raise BadReport(f"{path}: is a folder; name a file in it")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise BadReport(f"{path}: may not be written here")


def describe_run(configuration: dict[str, Any], set_path: Path) -> dict[str, Any]:
    """The provenance of a report: all that its figures depend on."""
    return {
        **configuration,
        "set": set_path.name,
        "configuration_hash": hash_configuration(configuration),
        "machine": describe_machine(),
    }


def finish_run(report: Report, path: Path | None, partial: PartialResults | None = None) -> None:
    """Write the report where a path is given, drop the partial results, and print it.

    Printing comes last: a reader that stops listening (``| head``) must not cost the report.
    """
    if path is not None:
        write_report(report, path)
        if partial is not None:
            partial.discard()
    print_report(report, out)
    if path is not None:
        out.print(f"report: {escape(str(path))}", soft_wrap=True)


def write_with_page(report: Report, path: Path) -> None:
    """Write the report as JSON at ``path``, and its page beside it."""
    write_report(report, path)
    path.with_suffix(".html").write_text(render_html(report), encoding="utf-8")
