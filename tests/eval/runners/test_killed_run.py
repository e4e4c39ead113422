"""A run that is killed outright goes on where it stopped."""

import os
import signal
import subprocess
import sys
import time

from eval.reports.report import read_report

RUN = """
import sys, time
from pathlib import Path
from eval.reports.report import write_report
from eval.runners.claims import run_claims
from eval.runners.progress import PartialResults
from eval.sets.records import Claim, ClaimSet
from tests.eval.small_parts import WordVerifier

folder, pause = Path(sys.argv[1]), float(sys.argv[2])


class Counting(WordVerifier):
    def verify(self, claim, evidence):
        with (folder / "judged").open("a") as out:
            out.write(claim + "\\n")
        time.sleep(pause)
        return super().verify(claim, evidence)


claims = tuple(Claim(str(i), f"claim {i}", (f"claim {i % 7}",), "supported") for i in range(40))
with PartialResults(folder / "run.json.partial.jsonl", "c") as partial:
    made = run_claims(ClaimSet("forty", claims), Counting(), provenance={}, partial=partial)
write_report(made, folder / "run.json")
partial.discard()
"""


def test_a_killed_run_judges_the_rest_only(tmp_path, pytestconfig):
    def start(pause):
        command = [sys.executable, "-c", RUN, str(tmp_path), str(pause)]
        return subprocess.Popen(command, cwd=pytestconfig.rootpath)

    def judged():
        path = tmp_path / "judged"
        return path.read_text().splitlines() if path.exists() else []

    process = start(0.05)
    deadline = time.monotonic() + 60
    while len(judged()) < 5 and time.monotonic() < deadline:
        time.sleep(0.01)
    process.kill()
    process.wait()
    assert process.returncode == -signal.SIGKILL
    before = judged()
    kept = (tmp_path / "run.json.partial.jsonl").read_bytes()
    assert 5 <= len(before) < 40
    (tmp_path / "run.json.partial.jsonl").write_bytes(kept[:-3])  # and its last line was cut short

    assert start(0).wait(timeout=60) == os.EX_OK
    again = judged()[len(before) :]
    finished_before = len(kept.splitlines()) - 2  # less the heading and the line cut short
    assert len(again) == 40 - finished_before
    assert sorted({*before, *again}) == sorted(f"claim {i}" for i in range(40))
    report = read_report(tmp_path / "run.json")
    assert [row["id"] for row in report.per_query] == [str(i) for i in range(40)]
    assert report.metrics["supported_recall"].value == 7 / 40
    assert not (tmp_path / "run.json.partial.jsonl").exists()
