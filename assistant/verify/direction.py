"""Layer 4: more, less or no difference; benefit or none. The one place that reads the direction of an effect."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from assistant.verify.words import Word, stem_word

Direction = Literal["up", "down", "same"]
Finding = Literal["benefit", "no_benefit"]


def _stems(text: str) -> frozenset[str]:
    return frozenset(stem_word(word) for word in text.split())


UP = _stems(
    "increase increased increases increasing higher high greater more commoner likelier oftener raise raised rises rise rising rose elevate elevated elevation enhance enhanced "
    "improve improved improvement better longer larger faster gain gained promote promotes promoted stimulate stimulates activate activates activation "
    "upregulate upregulated augment augmented boost boosts exceed exceeded accelerate accelerates superior positive strengthen amplify induce induces "
    "induced favor favored facilitate heightened prolonged excess surge doubled tripled outperformed overexpression upregulation sensitize worse worsen "
    "worsened aggravate exacerbate"
)
DOWN = _stems(
    "decrease decreased decreases decreasing lower low less fewer reduce reduced reduces reduction reducing decline declined declines drop dropped fall fell "
    "diminish diminished attenuate attenuated suppress suppressed suppression inhibit inhibited inhibits inhibition impair impaired impairment "
    "shorter smaller slower weaken weakened loss lose lost downregulate downregulated block blocks blocked blunted prevent prevents prevented "
    "inferior negative worsened deplete depleted depletion limit limits abolish abolished abrogate alleviate alleviated ameliorate ameliorated mitigate "
    "relieve relieved lessen shortened deficient deficiency lack absence resistant decrement downregulation reversed reverse disrupt disrupted delay delayed "
    "knockdown knockout deletion ablation silencing protect protects protective protected"
)
_PAIRS = (
    "increase/decrease higher/lower more/less more/fewer promote/inhibit promote/suppress activate/inhibit activate/suppress activation/inhibition induce/inhibit enhance/reduce "
    "enhance/impair improve/worsen upregulate/downregulate gain/loss positive/negative high/low large/small longer/shorter faster/slower presence/absence sensitive/resistant "
    "superior/inferior benefit/harm effective/ineffective safe/unsafe common/rare frequent/infrequent early/late before/after first/last acute/chronic dependent/independent "
    "essential/dispensable required/dispensable necessary/unnecessary stimulate/inhibit protect/predispose protective/harmful prevent/cause prevent/promote increase/reduce raise/lower "
    "rise/fall associated/unrelated similar/different same/different strong/weak overexpression/knockdown hyper/hypo severe/mild younger/older male/female men/women adult/child "
    "with/without all/none always/never susceptible/resistant elevated/reduced greater/smaller stabilize/destabilize phosphorylation/dephosphorylation methylation/demethylation "
    "agonist/antagonist excess/deficiency sufficient/insufficient normal/abnormal active/inactive gain/lose proliferation/apoptosis survival/death extend/shorten lengthen/shorten "
    "accelerate/delay accelerate/slow facilitate/prevent facilitate/impair enable/prevent allow/prevent support/oppose confirm/refute recommend/discourage indicated/contraindicated"
)


def _pair_up(text: str) -> dict[str, frozenset[str]]:
    pairs: dict[str, set[str]] = {}
    for pair in text.split():
        one, other = (stem_word(word) for word in pair.split("/"))
        pairs.setdefault(one, set()).add(other)
        pairs.setdefault(other, set()).add(one)
    return {stem: frozenset(others) for stem, others in pairs.items()}


OPPOSITES = _pair_up(_PAIRS)
"""Stem -> stems of its opposites."""

_SAME_PHRASES = re.compile(
    r"\b(?:no (?:\w+ ){0,3}(?:difference|differences|change|changes|effect|effects|association|benefit|improvement|increase|reduction|relationship|correlation|impact|influence)"
    r"|(?:did|does|do|was|were|is|are|has|have|could|would) not (?:\w+ ){0,3}(?:differ|different|change|changed|affect|affected|influence|improve|improved|increase|increased|reduce|reduced|decrease|decreased|significant|significantly|associated|alter|altered|related|reach)"
    r"|not (?:\w+ ){0,2}(?:significant|significantly|different|associated|affected|influenced)|non-?significant\w*|similar\w*|comparable|equivalent|unchanged|unaffected|unaltered"
    r"|without (?:\w+ ){0,2}(?:difference|change|effect)|neither|nor|equal(?:ly)?|the same|failed to|independent of|no statistically|lack of (?:difference|effect)|insignificant\w*|as effective as|no more|no better|unrelated|n\.?s\b)",
    re.IGNORECASE,
)
_P_VALUE = re.compile(
    r"\bp(?:\s?-?\s?value)?\s?(?P<sign>[<>=≤≥]|of|was|is)\s?(?P<value>0?\.\d+|1\.0+)", re.IGNORECASE
)
_COMPARATORS = re.compile(
    r"\b(?:than|compared (?:with|to)|in comparison (?:with|to)|versus|vs|relative to|as opposed to|over (?=placebo|control))",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class DirectionReading:
    """What a sentence says about a change.

    ``words`` are the positions of the words that tell "up" or "down". ``same`` tells that no difference
    was seen. ``significant`` comes from its P values: ``None`` without any.
    """

    ups: tuple[int, ...]
    downs: tuple[int, ...]
    same: bool
    significant: bool | None

    @property
    def directions(self) -> frozenset[Direction]:
        found: set[Direction] = set()
        if self.ups:
            found.add("up")
        if self.downs:
            found.add("down")
        if self.same:
            found.add("same")
        return frozenset(found)

    @property
    def main(self) -> Direction | None:
        """The one direction, where the sentence tells only one; "no difference" overrules the others."""
        if self.same:
            return "same"
        if bool(self.ups) == bool(self.downs):
            return None
        return "up" if self.ups else "down"


def read_direction(text: str, words: tuple[Word, ...]) -> DirectionReading:
    """Read the direction of change in a normalised sentence ``text`` with its ``words``."""
    return DirectionReading(
        tuple(i for i, word in enumerate(words) if word.stem in UP),
        tuple(i for i, word in enumerate(words) if word.stem in DOWN),
        bool(_SAME_PHRASES.search(text)),
        read_significance(text),
    )


def read_significance(text: str) -> bool | None:
    """Whether any P value of ``text`` lies below .05; ``None`` when it gives none."""
    found = [
        float(match["value"]) <= 0.05 and match["sign"] not in ">≥"
        if match["sign"] in "<=≤>≥"
        else float(match["value"]) < 0.05
        for match in _P_VALUE.finditer(text)
    ]
    return any(found) if found else None


def split_comparison(text: str) -> tuple[str, str] | None:
    """Text before and after the first "than", "compared with", "versus"; ``None`` without one."""
    match = _COMPARATORS.search(text)
    return (text[: match.start()], text[match.end() :]) if match else None


def are_opposed(claim: Direction | None, evidence: Direction | None) -> bool:
    """Whether two readings exclude each other; an unread one excludes nothing."""
    return claim is not None and evidence is not None and claim != evidence


# What a sentence reports is read as a whole: a "no" anywhere before the effect turns it.
_NO_BENEFIT = re.compile(
    r"\b(?:no (?:\w+ ){0,2}(?:difference|effect|benefit|reduction|improvement)|did not (?:\w+ ){0,3}(?:reduce|relieve|differ|change|lower|improve|help|decrease|prevent)|"
    r"not (?:\w+ ){0,2}(?:reduce|relieve|better|differ|superior|effective)|unlikely to (?:\w+ ){0,2}(?:prevent|help|reduce|benefit)|no (?:clear|significant)|"
    r"not recommended|no better than|no (?:more|less) (?:likely|often|effective|frequent\w*))\b",
    re.IGNORECASE,
)
_BENEFIT = re.compile(
    r"\b(?:reduc(?:ed|es|ing)|lower(?:ed|s)|eased?|may ease|reliev(?:ed|es)|improv(?:ed|es)|fewer|decreas(?:ed|es)|likely effective|"
    r"possibly effective|(?:larger|greater) fall|fell more)\b",
    re.IGNORECASE,
)
_UNDECIDED = re.compile(
    r"\b(?:unclear|uncertain|whether|could not tell|conflict\w*|inconsistent|disagree\w*|inconclusive|both (?:arms|groups)|need not be|(?:if|unless)\b[^.]*\bnot (?:improved|helped|worked))\b",
    re.IGNORECASE,
)
_HARM_OUTCOME = re.compile(r"\b(?:risk of|adverse|side effects?|toxicity|harms?)\b", re.IGNORECASE)


def read_finding(text: str) -> Finding | None:
    """Whether a sentence about a remedy reports a benefit or none; ``None`` where it leaves the question open
    or tells of harm."""
    if _UNDECIDED.search(text) or _HARM_OUTCOME.search(text):
        return None
    if _NO_BENEFIT.search(text):
        return "no_benefit"
    return "benefit" if _BENEFIT.search(text) else None


def tells_effect(text: str) -> bool:
    """Whether a sentence about a remedy tells what it does: a benefit, none, or a benefit together with its harms."""
    return read_finding(text) is not None or (
        _BENEFIT.search(text) is not None
        and _HARM_OUTCOME.search(text) is not None
        and _UNDECIDED.search(text) is None
    )
