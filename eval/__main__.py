"""``python -m eval``: runs benchmark sets, compares runs, holds them against floors."""

from eval.cli import app

app(prog_name="python -m eval")
