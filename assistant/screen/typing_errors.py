"""Tells a mistyped word from a different one, by bounded edit distance."""

from __future__ import annotations


def is_typing_error(word: str, meant: str) -> bool:
    """Whether ``word`` may be ``meant`` with a slip of the finger.

    Two neighbouring letters swapped in words of four letters; one slip in words of five or more, two
    in words of nine or more. A slip is a letter missing, added, changed, or two neighbours swapped
    (optimal string alignment distance, Boytsov 2011).
    """
    if len(meant) == 4:
        return (
            len(word) == 4
            and word != meant
            and sorted(word) == sorted(meant)
            and edit_distance(word, meant, limit=1) == 1
        )
    if len(meant) < 5:
        return False
    allowed = 2 if len(meant) >= 9 else 1
    if abs(len(word) - len(meant)) > allowed:
        return False
    return edit_distance(word, meant, limit=allowed) <= allowed


def edit_distance(a: str, b: str, *, limit: int) -> int:
    """Optimal string alignment distance, or ``limit + 1`` as soon as it must be larger."""
    before: list[int] = []
    previous = list(range(len(b) + 1))
    for i, letter in enumerate(a, start=1):
        current = [i]
        for j, other in enumerate(b, start=1):
            cost = min(previous[j] + 1, current[j - 1] + 1, previous[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == b[j - 2] and a[i - 2] == other:
                cost = min(cost, before[j - 2] + 1)
            current.append(cost)
        if min(current) > limit:
            return limit + 1
        before, previous = previous, current
    return previous[-1]
