"""List the correctly spelt words that look like a mistyped danger sign ("painting" for "fainting").

``python -m eval.training.list_known_words DATA`` where DATA holds ``medquad`` (CC BY 4.0, edited text of
the National Institutes of Health). A word counts as known when it occurs at least five times there. Writes
``assistant/screen/known_words.json``: run it again whenever ``danger_signs.yaml`` gains words.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from pathlib import Path

import yaml

from assistant.screen.typing_errors import is_typing_error
from eval.sets.lines import read_values

SCREEN = Path("assistant/screen")
LEAST_OCCURRENCES = 5


def count_words(path: Path) -> Counter[str]:
    """Occurrences of each lower-case word in the questions and answers."""
    counts: Counter[str] = Counter()
    for row in read_values(path):
        counts.update(re.findall(r"[a-z]+", f"{row['question']} {row['answer']}".casefold()))
    return counts


def read_entries(path: Path) -> set[str]:
    """Every single word of the patterns, without the star of a prefix."""
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    text = " ".join(phrase for phrases in data["words"].values() for phrase in phrases)
    return set(re.findall(r"[a-z]+\*?", text))


def list_known_words(counts: Counter[str], entries: set[str]) -> list[str]:
    """Known words that would be taken for a slip of some entry."""
    words = [word for word, count in counts.items() if count >= LEAST_OCCURRENCES and len(word) >= 4]
    found = set()
    for entry in entries:
        stem, is_prefix = entry.rstrip("*"), entry.endswith("*")
        for word in words:
            if word[0] != stem[0] or word == stem or (is_prefix and word.startswith(stem)):
                continue
            if is_typing_error(word[: len(stem)] if is_prefix else word, stem):
                found.add(word)
    return sorted(found)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    data = parser.parse_args().data
    known = list_known_words(
        count_words(data / "medquad" / "qa_with_answers.jsonl.gz"), read_entries(SCREEN / "danger_signs.yaml")
    )
    (SCREEN / "known_words.json").write_text(json.dumps(known, indent=0) + "\n", encoding="utf-8")
    print(f"{len(known)} words")


if __name__ == "__main__":
    main()
