"""The page: whole, safe against what a set holds, and free of the network."""

import re

from lxml import html

from eval.reports.html import badness, render_html
from eval.reports.report import CurvePoint, Figure, Percentiles, Report

HOSTILE = "<script>alert('x')</script>"


def make(**changes):
    figure = Figure(value=0.5, low=0.25, high=0.75)
    fields = {
        "task": "retrieval",
        "dataset": "tiny & small",
        "metrics": {"nDCG@10": figure},
        "by_turn": {"1": {"nDCG@10": figure}, "2": {"nDCG@10": figure}},
        "counts": {"queries": 2},
        "latency_ms": Percentiles(p50=10, p95=90),
        "cpu_ms": Percentiles(p50=9, p95=80),
        "stages_ms": {"embed": Percentiles(p50=30, p95=60), "fuse": Percentiles(p50=1, p95=2), "dense": Percentiles(p50=1, p95=99)},
        "per_query": [
            {"id": "good", "question": "fine", "metrics": {"nDCG@10": 1.0}, "searched": "fine", "wall_ms": 1.0},
            {
                "id": "bad", "question": HOSTILE, "metrics": {"nDCG@10": 0.0}, "searched": HOSTILE,
                "terms": {"magnesium": 0.5}, "history": [{"role": "user", "content": HOSTILE}],
                "gold": [{"id": "p1", "title": "t", "text": HOSTILE, "grade": 1, "rank": None}],
                "found": [{"id": "p2", "title": "", "text": "x", "score": 0.5, "grade": 0}],
            },
        ],
    }  # fmt: skip
    return Report(**{**fields, **changes})


def test_the_page_is_one_file_without_network():
    page = render_html(make())
    assert "http://" not in page
    assert "https://" not in page
    tree = html.fromstring(page)
    assert tree.xpath("//*[@src or (self::link)]") == []
    assert tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0].startswith(
        "default-src 'none'"
    )


def test_text_of_a_set_cannot_become_markup():
    page = render_html(make())
    assert HOSTILE not in page
    assert "&lt;script&gt;alert" in page
    assert len(re.findall("<script>", page)) == 1


def test_worst_items_come_first():
    ids = html.fromstring(render_html(make())).xpath("//div[@id='items']/details/summary/span/text()")
    assert [text.split()[0] for text in ids] == ["bad", "good"]


def test_lamps_against_the_aim():
    lamps = html.fromstring(render_html(make())).xpath("//*[contains(@class, 'lamp')]/@class")
    assert lamps == ["lamp amber", "lamp green", "lamp red"]
    assert "missed" in render_html(make())


def test_a_claims_page():
    row = {
        "id": "c", "claim": HOSTILE, "evidence": [HOSTILE], "gold": "supported", "predicted": "refuted", "score": 0.25,
        "checks": [{"name": "numbers", "passed": False, "reason": "5 is not 50"}], "metrics": {"accuracy_binary": 0.0},
    }  # fmt: skip
    page = render_html(
        make(
            task="claims", by_turn=None, per_query=[row],
            confusion={"supported": {"supported": 0, "refuted": 1}, "refuted": {"supported": 0, "refuted": 0}},
            risk_coverage=[CurvePoint(coverage=0.5, risk=0.0), CurvePoint(coverage=1.0, risk=0.5)],
            details={"calibration": [{"count": 1, "score": 0.25, "supported": 1.0}]},
        )
    )  # fmt: skip
    assert "5 is not 50" in page
    assert "risk: share wrong" in page
    assert HOSTILE not in page


def test_an_answers_page():
    answer = {
        "abstained": False, "banners": [{"kind": "red_flag", "text": HOSTILE}],
        "sections": [{"heading": "h", "statements": [
            {"text": HOSTILE, "citations": [1], "support": {"verdict": "supported", "score": 0.9}}]}],
        "references": [{"n": 1, "label": "Digest", "title": HOSTILE, "document_id": "d", "spans": [{"quote": HOSTILE}]}],
        "withheld": [{"text": HOSTILE, "reason": "number"}],
    }  # fmt: skip
    row = {"id": "q", "question": "x", "searched": "x", "labels": {"answerable": True}, "metrics": {},
           "found": [{"document_id": "d", "title": "t", "section": "s", "score": 1.0}], "answer": answer}  # fmt: skip
    page = render_html(make(task="answers", per_query=[row]))
    assert HOSTILE not in page
    assert "withheld" in page


def test_badness_turns_measures_that_should_be_low():
    assert badness({"metrics": {"red_flag_false_alarms": 1.0}}) > badness(
        {"metrics": {"red_flag_false_alarms": 0.0}}
    )
    assert badness({"metrics": {"length": 900.0}}) == (0.0, 0.0)


def test_an_empty_report_still_renders():
    page = render_html(Report(task="retrieval", dataset="none", metrics={}))
    assert "retrieval: none" in page
