"""Makes the rows of a report into what the page's drill-down shows: cells to sort by, facets to filter by,
and blocks of lines to read. All of it is text; the page's script puts it there as text, never as markup."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from eval.reports.measure_notes import which_is_better
from eval.sets.records import name_turn

Row = Mapping[str, Any]

MOST_ITEMS = 5_000
"""Most items on a page; the worst come first, so what is left out did well."""
_LONG = 60  # characters from which on a text is written once and pointed at
_CUT = 1_200  # characters of a text that are shown

COLUMNS: Mapping[str, Sequence[str]] = {
    "retrieval": ("first relevant", "nDCG@10", "R@10"),
    "claims": ("gold", "said", "score"),
    "answers": ("outcome", "supported", "must_have_coverage", "gold_span_cited"),
    "dialogue": ("understood", "mentions"),
}
"""What stands beside each question, by task; other tasks show their first three measures."""


def badness(row: Row) -> tuple[float, float]:
    """Sort key: the share by which the item falls short over its graded measures, then its time."""
    losses = [
        float(value) if which_is_better(name) == "lower" else 1.0 - float(value)
        for name, value in row.get("metrics", {}).items()
        if which_is_better(name) != "neither" and isinstance(value, int | float)
    ]
    return (round(sum(losses) / len(losses), 9) if losses else 0.0, float(row.get("wall_ms", 0.0)))


def make_drill_down(task: str, rows: Sequence[Row]) -> dict[str, Any]:
    """Return ``columns``, ``measures``, ``items`` (worst first) and the long ``texts`` that items point at."""
    texts: dict[str, int] = {}
    measures = list(dict.fromkeys(name for row in rows for name in row.get("metrics", {})))
    columns = list(COLUMNS.get(task, measures[:3]))
    worst_first = sorted(rows, key=badness, reverse=True)[:MOST_ITEMS]
    items = [
        {
            "id": str(row.get("id", "")),
            "text": _share(_cut(row.get("question") or row.get("claim") or ""), texts),
            "cells": [_cell(row, column) for column in columns],
            "ms": row.get("wall_ms"),
            "metrics": {name: round(value, 4) for name, value in row.get("metrics", {}).items() if _is_number(value)},
            "facets": _facets(row),
            "blocks": [_share_block(block, texts) for block in _blocks(row) if block["lines"]],
        }
        for row in worst_first
    ]  # fmt: skip
    return {"columns": columns, "measures": measures, "items": items, "texts": list(texts)}


def write_as_script(value: Any) -> str:
    """JSON that may stand inside a ``script`` element, whatever its strings hold."""
    written = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        written = written.replace(character, f"\\u{ord(character):04x}")
    return written


def _cell(row: Row, column: str) -> str | float | None:
    if column == "first relevant":
        ranks = [passage["rank"] for passage in row.get("gold", []) if passage.get("rank")]
        return min(ranks, default=None)
    if column == "outcome":
        return _outcome(row)
    value = {"gold": row.get("gold"), "said": row.get("predicted"), "score": row.get("score")}.get(
        column, row.get("metrics", {}).get(column)
    )
    return round(value, 4) if isinstance(value, float) else value


def _outcome(row: Row) -> str:
    answer = row.get("answer")
    return "failed" if answer is None else "abstained" if answer.get("abstained") else "answered"


def _facets(row: Row) -> dict[str, str]:
    # A claim's squared error is never quite 0, so what counts for it is the verdict.
    right = row.get("gold") == row.get("predicted") if "predicted" in row else badness(row)[0] == 0
    facets = {"result": "all right" if right else "falls short"}
    if isinstance(row.get("turn"), int):
        facets["turn"] = name_turn(row["turn"])
    if isinstance(row.get("leans_on_history"), bool):
        facets["history"] = "leans on it" if row["leans_on_history"] else "stands alone"
    if isinstance(row.get("gold"), str):
        facets |= {"gold": row["gold"], "said": str(row.get("predicted"))}
    if "answer" in row:
        facets["outcome"] = _outcome(row)
    for name in ("answerable", "red_flag", "unsafe"):
        label = (row.get("labels") or {}).get(name)
        if isinstance(label, bool):
            facets[name.replace("_", " ")] = "yes" if label else "no"
    return facets


def _blocks(row: Row) -> list[dict[str, Any]]:
    labels = dict(row.get("labels") or {})
    gold_documents = set(labels.get("gold_documents", []))
    blocks = [
        _block("Before it", [_line(t.get("content"), mark=t.get("role")) for t in row.get("history") or []]),
        _block("Failed", [_line(row["error"], mark="failed", tone="bad")] if row.get("error") else []),
    ]
    if row.get("searched") is not None:
        terms = ", ".join(f"{term} {weight:.2f}" for term, weight in (row.get("terms") or {}).items())
        blocks.append(
            _block("Searched for", [_line(row["searched"] or "nothing", soft=terms and f"with {terms}")])
        )
    if isinstance(row.get("gold"), list):
        blocks.append(_block("Relevant", [_gold_line(passage) for passage in row["gold"]]))
    if isinstance(row.get("gold"), str):
        right = row["gold"] == row.get("predicted")
        verdict = f"{row.get('predicted')}, score {float(row.get('score', 0.0)):.3f}"
        blocks += [
            _block("Evidence", [_line(text) for text in row.get("evidence") or []]),
            _block(
                "Verdict",
                [
                    _line(row["gold"], mark="gold"),
                    _line(verdict, mark="said", tone="good" if right else "bad"),
                ],
            ),
            _block("Checks", [_check_line(check) for check in row.get("checks") or []]),
        ]
    if labels:
        blocks.append(_block("Labels", _label_lines(labels)))
    if isinstance(row.get("answer"), dict):
        blocks.append(_block("Answer", _answer_lines(row["answer"])))
        blocks.append(_block("References", _reference_lines(row["answer"])))
    blocks.append(
        _block(
            "Found",
            [_found_line(n, passage, gold_documents) for n, passage in enumerate(row.get("found") or [], 1)],
        )
    )
    if row.get("wall_ms") is not None:
        blocks.append(_block("Time", [_time_line(row)]))
    return blocks


def _block(title: str, lines: list[dict[str, str]]) -> dict[str, Any]:
    return {"title": title, "lines": lines}


def _line(text: object, *, mark: object = "", tone: str = "", soft: object = "") -> dict[str, str]:
    """One line: a mark in a colour (never the colour alone), the text, and what is less important."""
    line = {"mark": str(mark), "tone": tone, "text": _cut(text), "soft": _cut(" ".join(str(soft).split()))}
    return {name: value for name, value in line.items() if value}


def _gold_line(passage: Row) -> dict[str, str]:
    rank = passage.get("rank")
    return _line(
        f"{passage.get('title') or ''} [{passage.get('id', '')}]".strip(),
        mark=f"rank {rank}" if rank else "not found",
        tone="bad" if not rank else "good" if rank <= 10 else "warn",
        soft=passage.get("text", ""),
    )


def _found_line(n: int, passage: Row, gold_documents: set[str]) -> dict[str, str]:
    name = passage.get("id") or passage.get("document_id") or ""
    relevant = bool(passage.get("grade")) or passage.get("document_id") in gold_documents
    place = " · ".join(filter(None, (passage.get("title"), passage.get("section"))))
    score = passage.get("score")
    # The score stands in the mark, so that a passage found by many queries is one text, written once.
    marks = (str(n), "relevant" if relevant else "", f"{score:.3f}" if _is_number(score) else "")
    return _line(
        f"{place} [{name}]".strip(),
        mark=" · ".join(filter(None, marks)),
        tone="good" if relevant else "",
        soft=passage.get("text") or "",
    )


def _check_line(check: Row) -> dict[str, str]:
    passed = bool(check.get("passed"))
    return _line(
        check.get("name", ""),
        mark="passed" if passed else "objects",
        tone="good" if passed else "bad",
        soft=check.get("reason", ""),
    )


def _label_lines(labels: Row) -> list[dict[str, str]]:
    lines = []
    for name, value in labels.items():
        for entry in value if isinstance(value, list) else [value]:
            quote = entry.get("quote", "") if isinstance(entry, dict) else ""
            text = entry.get("document_id", "") if isinstance(entry, dict) else entry
            if isinstance(entry, list):
                text = " or ".join(map(str, entry))
            shown = {True: "yes", False: "no"}.get(text, text) if isinstance(text, bool) else text
            lines.append(_line(shown, mark=name.replace("_", " "), soft=quote))
    return lines


def _answer_lines(answer: Row) -> list[dict[str, str]]:
    lines = [_line("none given", mark="abstained", tone="warn")] if answer.get("abstained") else []
    lines += [
        _line(banner.get("text", ""), mark=str(banner.get("kind", "")).replace("_", " "), tone="warn")
        for banner in answer.get("banners", [])
    ]
    for section in answer.get("sections", []):
        for statement in section.get("statements", []):
            support = statement.get("support", {})
            verdict = str(support.get("verdict", ""))
            cited = "".join(f"[{n}]" for n in statement.get("citations", []))
            lines.append(
                _line(
                    f"{statement.get('text', '')} {cited}".strip(),
                    mark=f"{verdict} {float(support.get('score', 0.0)):.2f}",
                    tone="good" if verdict == "supported" else "bad",
                    soft=statement.get("plain") or "",
                )
            )
    lines += [
        _line(refused.get("text", ""), mark="withheld", tone="bad", soft=refused.get("reason", ""))
        for refused in answer.get("withheld", [])
    ]
    return lines


def _reference_lines(answer: Row) -> list[dict[str, str]]:
    return [
        _line(
            f"{reference.get('label', '')}: {reference.get('title', '')} [{reference.get('document_id', '')}]",
            mark=f"[{reference.get('n', '')}]",
            soft=" … ".join(f"“{span.get('quote', '')}”" for span in reference.get("spans", [])),
        )
        for reference in answer.get("references", [])
    ]


def _time_line(row: Row) -> dict[str, str]:
    whole = f"{row['wall_ms']:.1f} ms"
    if _is_number(row.get("cpu_ms")):
        whole += f", processor {row['cpu_ms']:.1f} ms"
    cpu = row.get("stages_cpu_ms") or {}
    parts = [
        f"{name} {spent:.1f}" + (f" ({cpu[name]:.1f})" if name in cpu else "")
        for name, spent in (row.get("stages_ms") or {}).items()
    ]
    return _line(whole, soft="; ".join(parts))


def _share_block(block: dict[str, Any], texts: dict[str, int]) -> dict[str, Any]:
    lines = [
        {name: _share(value, texts) if name in {"text", "soft"} else value for name, value in line.items()}
        for line in block["lines"]
    ]
    return {"title": block["title"], "lines": lines}


def _share(text: str, texts: dict[str, int]) -> str | int:
    """Short texts stand where they are used; long ones once, as passages and histories come again and again."""
    return text if len(text) < _LONG else texts.setdefault(text, len(texts))


def _cut(text: object) -> str:
    written = "" if text is None else str(text)
    return written if len(written) <= _CUT else written[:_CUT] + " …"


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
