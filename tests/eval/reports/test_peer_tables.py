"""The peers beside ours, as printed."""

from __future__ import annotations

import io

from rich.console import Console

from eval.peers.bench import PeerRow
from eval.reports.peer_tables import (
    COST_COLUMNS,
    QUALITY_COLUMNS,
    describe_cost,
    describe_quality,
    print_peers,
)


def test_a_row_prints_ratios_to_ours() -> None:
    ours = PeerRow("s", "ours", way="own", quality=(0.9, 0.8, 1.0), passages_per_s=100, passages_per_cpu_s=50,
                   wall_p50=10, wall_p95=20, cpu_p50=8, rss_mib=400)  # fmt: skip
    theirs = PeerRow("s", "peer", way="joined", quality=(0.7, 0.6, 0.8), behind=(0.2, 0.1, 0.3, 0.01), failed=2,
                     passages_per_s=50, passages_per_cpu_s=50, wall_p50=20, wall_p95=20, cpu_p50=4, rss_mib=800)  # fmt: skip
    quality, cost = describe_quality(theirs), describe_cost(theirs, ours)
    assert quality == ["peer, joined", "0.700 [0.600, 0.800]", "+0.200 [+0.100, +0.300]", "0.010", "2"]
    assert cost == ["peer", "0.50", "1.00", "20 / 20", "2.00 / 1.00", "0.50", "2.00"]
    assert (len(quality), len(cost)) == (len(QUALITY_COLUMNS), len(COST_COLUMNS))
    assert describe_quality(PeerRow("s", "peer", error="gone")) == ["peer", "failed: gone"]


def test_the_tables_name_every_contender() -> None:
    ours = PeerRow("s", "ours", way="own", quality=(0.9, 0.8, 1.0), passages_per_s=100, rss_mib=1)
    shown = io.StringIO()
    rows = [ours, PeerRow("s", "a [peer]", error="gone")]
    print_peers(rows, Console(file=shown, width=160), passages=3)
    assert "a [peer]" in shown.getvalue()
    assert "failed: gone" in shown.getvalue()
