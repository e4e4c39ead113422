"""The page: whole, safe against what a set holds, and free of the network."""

import json
import re

import pytest
from lxml import html

from eval.measures import ranking
from eval.reports.drill_down import badness, make_drill_down, write_as_script
from eval.reports.html import light_lamp, render_html
from eval.reports.measure_notes import NOTES
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


def data_of(page):
    """What the page's script reads, with the long texts put back in their places."""
    found = json.loads(html.fromstring(page).get_element_by_id("data").text)

    def put_back(text):
        return found["texts"][text] if isinstance(text, int) else text

    for item in found["items"]:
        item["text"] = put_back(item["text"])
        for block in item["blocks"]:
            block["lines"] = [
                {name: put_back(text) if name in {"text", "soft"} else text for name, text in line.items()}
                for line in block["lines"]
            ]
    return found


def block_of(item, title):
    return next(block["lines"] for block in item["blocks"] if block["title"] == title)


def test_the_page_is_one_file_without_network():
    page = render_html(make())
    assert "http://" not in page
    assert "https://" not in page
    tree = html.fromstring(page)
    assert tree.xpath("//*[@src or (self::link)]") == []
    assert tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0].startswith(
        "default-src 'none'"
    )


@pytest.mark.parametrize(
    "hostile", [HOSTILE, "</script><script>alert(1)</script>", "<!--<script>", "\u2028x", "&lt;b>"]
)
def test_text_of_a_set_cannot_become_markup(hostile):
    report = make(dataset=hostile, notes=[hostile], counts={hostile: 1}, provenance={"set": hostile})
    report.per_query[1] |= {"question": hostile, "id": hostile, "searched": hostile}
    page = render_html(report)
    assert len(re.findall("<script", page, re.IGNORECASE)) == 2  # the data and the page's own
    assert len(re.findall("</script", page, re.IGNORECASE)) == 2
    assert "<!--" not in page
    item = next(item for item in data_of(page)["items"] if item["id"] == hostile)
    assert item["text"] == hostile
    assert block_of(item, "Searched for")[0]["text"] == hostile


def test_worst_items_come_first():
    assert [item["id"] for item in data_of(render_html(make()))["items"]] == ["bad", "good"]


def test_the_drill_down_of_a_query():
    found = data_of(render_html(make()))
    item = found["items"][0]
    assert found["columns"] == ["first relevant", "nDCG@10", "R@10"]
    assert item["cells"] == [None, 0.0, None]
    assert item["facets"]["result"] == "falls short"
    assert block_of(item, "Searched for")[0]["soft"] == "with magnesium 0.50"
    assert block_of(item, "Relevant")[0] == {
        "mark": "not found",
        "tone": "bad",
        "text": "t [p1]",
        "soft": HOSTILE,
    }
    assert block_of(item, "Found")[0] == {"mark": "1 · 0.500", "text": "[p2]", "soft": "x"}


def test_the_first_relevant_rank_is_the_best_one():
    row = {
        "id": "q",
        "metrics": {},
        "gold": [{"id": "a", "rank": 7}, {"id": "b", "rank": 3}, {"id": "c", "rank": None}],
    }
    assert make_drill_down("retrieval", [row])["items"][0]["cells"][0] == 3


def test_a_long_text_is_written_once():
    passage = {"id": "p", "title": "t", "text": "a passage that many queries find " * 4, "score": 0.5}
    rows = [
        {"id": str(i), "question": "q", "metrics": {}, "found": [{**passage, "score": i}]} for i in range(50)
    ]
    assert write_as_script(make_drill_down("retrieval", rows)).count("a passage that many queries find") == 4


def test_lamps_against_the_aim():
    page = render_html(make())
    lamps = html.fromstring(page).xpath("//table[@class='stages']//i/@class")
    assert lamps == ["lamp amber", "lamp green", "lamp red"]
    assert "missed" in page
    assert [light_lamp(p95, 80.0) for p95 in (40.0, 40.1, 80.0, 80.1)] == ["green", "amber", "amber", "red"]
    assert light_lamp(1.0, None) == "grey"


def test_processor_time_stands_beside_each_stage():
    page = render_html(make(stages_cpu_ms={"embed": Percentiles(p50=20, p95=41.5)}))
    cells = html.fromstring(page).xpath("//table[@class='stages']//tr[1]/td/text()")
    assert cells[:2] == ["30.0 / 60.0", "20.0 / 41.5"]


def test_figures_tell_interval_items_and_what_they_mean():
    tree = html.fromstring(render_html(make(measured_on={"nDCG@10": 1200})))
    row = tree.xpath("//table[@class='figures']//tbody/tr")[0]
    assert [" ".join(cell.split()) for cell in row.xpath("td/text()")][:3] == [
        "0.500",
        "0.250–0.750",
        "1,200",
    ]
    assert "best order" in row.text_content()


def test_every_measure_of_a_ranking_has_its_note():
    assert set(ranking.MEASURES) <= NOTES.keys()


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
    item = data_of(page)["items"][0]
    assert item["cells"] == ["supported", "refuted", 0.25]
    assert item["facets"] == {"result": "falls short", "gold": "supported", "said": "refuted"}
    assert block_of(item, "Checks")[0]["soft"] == "5 is not 50"
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
    item = data_of(page)["items"][0]
    assert item["cells"][0] == "answered"
    assert [line["mark"] for line in block_of(item, "Answer")] == ["red flag", "supported 0.90", "withheld"]
    assert block_of(item, "References")[0]["soft"] == f"“{HOSTILE}”"
    assert block_of(item, "Labels")[0] == {"mark": "answerable", "text": "yes"}


def test_a_question_that_failed_says_why():
    row = {"id": "q", "question": "x", "metrics": {}, "answer": None, "error": "it broke"}
    item = data_of(render_html(make(task="answers", per_query=[row])))["items"][0]
    assert item["facets"]["outcome"] == "failed"
    assert block_of(item, "Failed")[0]["text"] == "it broke"


def test_a_page_of_an_ablation_says_what_each_idea_gives():
    row = {
        "idea": "titles",
        "without": 0.4,
        "gives": {"value": 0.1, "low": 0.05, "high": 0.15},
        "p_value": 0.01,
    }
    page = render_html(make(task="ablation", details={"measure": "nDCG@10", "ablation": [row]}, per_query=[]))
    assert "+0.100" in page
    assert "+0.050 to +0.150" in page


def test_the_calibration_of_an_answers_run_is_of_answerable_questions():
    told = {
        "curve": [{"coverage": 1.0, "risk": 0.5}],
        "operating": {"threshold": 0.5, "coverage": 1.0, "risk": 0.5, "accuracy": 0.5},
        "calibration": [{"count": 1, "score": 0.5, "supported": 1.0}],
    }
    page = render_html(make(task="answers", details={"answerability": told}))
    assert "share answerable" in page
    assert "share supported" not in page


def test_badness_turns_measures_that_should_be_low():
    assert badness({"metrics": {"red_flag_false_alarms": 1.0}}) > badness(
        {"metrics": {"red_flag_false_alarms": 0.0}}
    )
    assert badness({"metrics": {"length": 900.0}}) == (0.0, 0.0)


def test_an_empty_report_still_renders():
    page = render_html(Report(task="retrieval", dataset="none", metrics={}))
    assert "retrieval: none" in page
    assert "<script" not in page
