"""Change what a sentence says, or only how it says it: material for training the verifier's reader.

Written apart from the verifier's rules and from the damage that its tests do, so that neither is the mirror of the other.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from assistant.verify.words import normalize, split_words

Weigh = Callable[[str], float]
TELLING = 4.0
"""Least inverse document frequency of a word that can be put in another's place."""

_OPPOSITES = (
    ("increased", "decreased"), ("increase", "decrease"), ("increases", "decreases"), ("increasing", "decreasing"), ("higher", "lower"),
    ("greater", "smaller"), ("more", "less"), ("improved", "worsened"), ("improves", "worsens"), ("improve", "worsen"),
    ("improvement", "deterioration"), ("better", "worse"), ("effective", "ineffective"), ("superior", "inferior"), ("reduced", "raised"),
    ("reduces", "raises"), ("reduction", "rise"), ("reducing", "raising"), ("enhanced", "impaired"), ("enhances", "impairs"),
    ("activates", "inhibits"), ("activated", "inhibited"), ("activation", "inhibition"), ("promotes", "suppresses"), ("promoted", "suppressed"),
    ("upregulated", "downregulated"), ("positive", "negative"), ("positively", "negatively"), ("gain", "loss"), ("presence", "absence"),
    ("with", "without"), ("before", "after"), ("safe", "unsafe"), ("beneficial", "harmful"), ("benefit", "harm"), ("longer", "shorter"),
    ("high", "low"), ("early", "late"), ("common", "rare"), ("protective", "harmful"), ("prevents", "causes"), ("prevented", "caused"),
    ("similar", "different"), ("faster", "slower"), ("stronger", "weaker"), ("susceptible", "resistant"), ("sensitive", "resistant"),
    ("elevated", "lowered"), ("most", "few"), ("majority", "minority"), ("likely", "unlikely"), ("accelerates", "slows"), ("induces", "blocks"),
    ("acute", "chronic"), ("associated", "unrelated"), ("always", "never"), ("all", "none of the"), ("significant", "non-significant"),
    ("significantly", "not significantly"), ("recommended", "discouraged"), ("first", "last"), ("strong", "weak"), ("many", "few"),
    ("major", "minor"), ("normal", "abnormal"),
)  # fmt: skip
_TURNED: dict[str, str] = {}
for _one, _other in _OPPOSITES:
    _TURNED.setdefault(_one, _other)
    _TURNED.setdefault(_other, _one)
_TURNED_LAST = frozenset("with most more high first low early all many".split())
"""Turned only where nothing clearer stands: what they say of a finding is often beside it."""

_SAME = (
    ("increased", "raised"), ("increased", "went up"), ("decreased", "lowered"), ("reduced", "lowered"), ("reduces", "lowers"),
    ("associated with", "linked to"), ("patients", "people"), ("children", "young people"), ("participants", "people"),
    ("individuals", "people"), ("showed", "found"), ("demonstrated", "showed"), ("improved", "made better"), ("effective", "works"),
    ("adverse effects", "side effects"), ("therapy", "treatment"), ("treatment", "therapy"), ("mortality", "deaths"), ("physicians", "doctors"),
    ("due to", "because of"), ("higher", "greater"), ("greater", "higher"), ("lower", "reduced"), ("risk", "chance"), ("frequently", "often"),
    ("rapidly", "quickly"), ("such as", "like"), ("individuals with", "those who have"), ("patients with", "people who have"),
    ("inhibits", "blocks"), ("promotes", "drives"), ("induces", "triggers"), ("causes", "leads to"), ("leads to", "results in"),
    ("required for", "needed for"), ("prevents", "stops"), ("plays a role in", "is involved in"), ("suggest that", "indicate that"),
    ("however, ", ""), ("therefore, ", ""), ("in addition, ", ""), ("we found that ", ""), ("our results suggest that ", ""),
    ("in conclusion, ", ""), ("these data suggest that ", ""), ("disease", "illness"), ("hypertension", "high blood pressure"),
    ("myocardial infarction", "heart attack"), ("utilized", "used"), ("obtained", "got"), ("evaluate", "assess"), ("prior to", "before"),
    ("approximately", "about"), ("may", "might"),
)  # fmt: skip
_AUXILIARY = re.compile(
    r"\b(is|are|was|were|has|have|had|can|could|should|will|would|may|might|must|did|does|do)\b",
    re.IGNORECASE,
)
_PRESENT = re.compile(
    r"\b(increases|decreases|reduces|improves|causes|promotes|inhibits|induces|affects|prevents|leads|plays|requires|regulates|"
    r"contributes|enhances|provides|helps|occurs|remains|results|shows|suggests)\b"
)
_NUMBER = re.compile(r"(?<![\w.-])\d+(?:\.\d+)?(?![\w-])")
_ARMS = re.compile(
    r"^(.{4,60}?) (than|versus|vs|compared (?:with|to)|in|causes|increases|reduces|inhibits|activates|induces|precedes|regulates) (.{4,60}?)\.?$"
)
_FIRST_CLAUSE = re.compile(r"^(.{30,}?)(?:, (?:which|where|while|whereas|although|because|and)|; )")


def reword(text: str, rng: random.Random, *, most: int) -> str:
    """``text`` in up to ``most`` other words, perhaps without brackets, adverbs, an opening or its last clauses."""
    done = 0
    for old, new in rng.sample(_SAME, len(_SAME)):
        if done >= most:
            break
        if (changed := _put(text, old, new)) is not None:
            text, done = changed, done + 1
    if rng.random() < 0.5:
        text = re.sub(r"\s*\([^()]{1,80}\)", "", text)
    if rng.random() < 0.3:
        text = re.sub(r"^[A-Z][^,]{3,40}, (?=[a-z])", "", text)
    if rng.random() < 0.3:
        text = " ".join(word for word in text.split() if not (word.endswith("ly") and rng.random() < 0.6))
    first = _FIRST_CLAUSE.match(text)
    if first and rng.random() < 0.4:
        text = f"{first[1]}."
    text = text.strip()
    return text[:1].upper() + text[1:]


def change_meaning(text: str, other: str, rng: random.Random, weigh: Weigh) -> tuple[str, str, str] | None:
    """(changed text, label against the unchanged one, kind of change); ``None`` where no change was found.

    ``other`` lends a telling word for the kind "swap", which makes the claim unsupported rather than refuted.
    """
    kinds: dict[str, tuple[float, Callable[[], str | None]]] = {
        "turn": (3, lambda: _turn(text, rng)),
        "negate": (3, lambda: _negate(text, rng)),
        "renumber": (1.2, lambda: _renumber(text, rng)),
        "swap": (1.8, lambda: _swap_word(text, other, rng, weigh)),
        "arms": (0.7, lambda: _swap_arms(text)),
    }
    for _ in range(5):
        kind = rng.choices(list(kinds), [weight for weight, _ in kinds.values()])[0]
        changed = kinds[kind][1]()
        if changed and normalize(changed) != normalize(text):
            return changed, "not_enough" if kind == "swap" else "refuted", kind
    return None


def _put(text: str, old: str, new: str) -> str | None:
    found = re.search(rf"(?<![\w-]){re.escape(old)}(?![\w-])", text, re.IGNORECASE)
    if found is None:
        return None
    new = new.capitalize() if found.group()[0].isupper() and new else new
    return text[: found.start()] + new + text[found.end() :]


def _negate(text: str, rng: random.Random) -> str | None:
    if re.search(r"\b(not|no|never|neither|without|nor)\b", text, re.IGNORECASE):
        changed = re.sub(r"\b(not|never) ", "", text, count=1)
        if changed == text:
            changed = re.sub(r"\b[Nn]o (?!\.)", "a ", text, count=1)
        return changed if changed != text else None
    if auxiliaries := list(_AUXILIARY.finditer(text)):
        end = rng.choice(auxiliaries[:2]).end()
        return f"{text[:end]} not{text[end:]}"
    if found := _PRESENT.search(text):
        return f"{text[: found.start()]}does not {found[1].removesuffix('s')}{text[found.end() :]}"
    return None


def _turn(text: str, rng: random.Random) -> str | None:
    found = [m for m in re.finditer(r"[A-Za-z-]+", text) if m.group().lower() in _TURNED]
    found = [m for m in found if m.group().lower() not in _TURNED_LAST] or found
    if not found:
        return None
    word = rng.choice(found)
    turned = _TURNED[word.group().lower()]
    turned = turned.capitalize() if word.group()[0].isupper() else turned
    return text[: word.start()] + turned + text[word.end() :]


def _renumber(text: str, rng: random.Random) -> str | None:
    numbers = list(_NUMBER.finditer(text))
    if not numbers:
        return None
    found = rng.choice(numbers)
    value = float(found.group())
    scaled = value * rng.choice([0.1, 0.5, 2, 3, 10, 1.5, 0.7])
    if "." in found.group():
        shown = f"{scaled:.2f}".rstrip("0").rstrip(".")
    else:
        shown = str(int(scaled) if scaled >= 1 else int(value) + rng.randint(2, 9))
    if shown == found.group():
        shown = str(int(value) + 3)
    return text[: found.start()] + shown + text[found.end() :]


def _swap_word(text: str, other: str, rng: random.Random, weigh: Weigh) -> str | None:
    """Another text's telling word in the place of one's own."""
    known = {word.stem for word in split_words(text)}
    mine = [w for w in split_words(text) if w.is_content and len(w.text) > 4 and weigh(w.stem) > TELLING]
    theirs = [
        w
        for w in split_words(other)
        if w.is_content and len(w.text) > 4 and weigh(w.stem) > TELLING and w.stem not in known
    ]
    if not mine or not theirs:
        return None
    word, foreign = rng.choice(mine), rng.choice(theirs)
    if word.text.endswith("s") != foreign.text.endswith("s"):
        return None
    return text[: word.start] + foreign.text + text[word.end :]


def _swap_arms(text: str) -> str | None:
    found = _ARMS.match(text)
    if found is None:
        return None
    first, relation, second = found.groups()
    if relation == "in":
        return None  # where or in whom, which can't change places with what
    return f"{second[0].upper()}{second[1:]} {relation} {first[0].lower()}{first[1:]}."
