"""A small library on disk, for the tests of building and serving."""

from __future__ import annotations

from pathlib import Path

TEXTS = {
    "magnesium": "# Magnesium for cramps\n\n## Findings\n\nMagnesium did not reduce cramps in older adults. "
    "The usual dose was 300 mg a day.\n\n## Safety\n\nPeople with kidney disease should not take magnesium unasked.\n",
    "quinine": "# Quinine for cramps\n\n## Findings\n\nQuinine reduces cramps a little.\n\n"
    "## Safety\n\nQuinine can cause a dangerous fall in platelets.\n",
    "stretching": "# Stretching before sleep\n\nStretching the calf before sleep may help with cramps at night.\n",
}


def write_library(folder: Path, texts: dict[str, str] | None = None) -> Path:
    """Write one Markdown file for each text, named after its key; returns the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in (texts if texts is not None else TEXTS).items():
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    return folder
