"""Errors of the evaluation harness.

EvalError
├── BadSet        a benchmark set breaks its format; lists file and line of each breach (exit 2)
├── BadReport     a report or floors file cannot be read or does not fit the other one (exit 2)
├── NotReady      something the run needs is missing, such as an index build (exit 1)
└── RunFailed     the product raised on one item; names the item (exit 1)
"""

from __future__ import annotations

from collections.abc import Sequence


class EvalError(Exception):
    """Base of all errors this package raises on purpose."""


class BadSet(EvalError):  # noqa: N818 - reads as what it reports
    """A set breaks its format. ``problems`` are sentences, each with file and line."""

    shown = 20

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        lines = list(self.problems[: self.shown])
        if len(self.problems) > self.shown:
            lines.append(f"... and {len(self.problems) - self.shown} more")
        super().__init__("\n".join(lines))


class BadReport(EvalError):  # noqa: N818
    """A report or a floors file cannot be used; the message says why."""


class NotReady(EvalError):  # noqa: N818
    """Something the run needs is missing; the message says how to make it."""


class RunFailed(EvalError):  # noqa: N818
    """The product failed on one item of a set."""
