"""Puts a verified sentence into plainer words by listed substitutions only; nothing is written anew."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from assistant.audience.cut import Cut
from assistant.audience.figures import find_figures
from assistant.audience.glossary import Glossary, Match, Term
from assistant.audience.splits import find_splits
from assistant.verify.entities import find_entities

_ALL_OF = re.compile(
    r"(?:^|[.!?:;]\s+|(?:\b|(?<=\d))(?:all|most|majority of|many|some|no|few|every|other|the|(?:%|per ?cent|half|third|quarter|number|numbers) of(?: the)?)\s+)$",
    re.IGNORECASE,
)
_LIMITED = re.compile(
    r"\s(?:with|who|in|treated|receiving|taking|given|from|aged|having|undergoing|without|randomi[sz]ed|of)\b"
)
_SIZED = re.compile(
    r"\b(?:significant|large|small|larger|smaller|greater|clear|important|relative|absolute|clinical)\s+$",
    re.IGNORECASE,
)
_NEAR = 80
"""Characters on each side that the neighbours of a match are sought in."""
_CALLED = re.compile(
    r"\b(?:called|termed|named|known as|means?|the (?:word|term))\s+(?:an?\s+|the\s+)?[\"“'‘]?$",
    re.IGNORECASE,
)
_SPOKEN = re.compile(r" \([^)]*(?:\b[A-Z]{2,}-[a-z]|[a-z]-[A-Z]{2,})")
_SHORT_FORM = re.compile(r" \([A-Z][\w-]*\) ([^\W\d_]+)")
_HYPHEN = re.compile(r"\w-$")
_BRACKETED = re.compile(r"[(\[]$")
_NUMBER_WORD = re.compile(
    r"\b(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\s+$", re.IGNORECASE
)
_OF_REMEDY = re.compile(
    r" of (?:the |this |these |both |any |each |such )?(?:\w+ )?(?:drugs?|medicines?|medications?|treatments?|therap(?:y|ies)|interventions?|vaccin\w+)\b"
)
# Words that may stand before a term without being part of its name; any other may be: "renal", "heat", "plasma".
_ALLOWED_BEFORE = re.compile(
    r"(?:^|[.,;:!?()\[\]\"“”\d%/•–—]\s*|\b(?:a|an|the|this|that|these|those|of|in|on|at|by|for|with|from|to|into|about|as|than|per|and|or|but|nor|not|no|without|"
    r"both|either|neither|all|any|each|every|some|many|most|more|less|fewer|few|other|another|such|several|one|two|three|four|five|six|seven|eight|nine|ten|"
    r"eleven|twelve|is|are|was|were|be|been|being|has|have|had|having|do|does|did|may|might|can|could|will|would|should|must|its|their|our|his|her|your|"
    r"between|among|amongst|during|after|before|against|versus|vs|under|over|within|through|like|including|because|when|if|where|while|which|who|whether|"
    r"severe|mild|moderate|serious|new|further|major|minor|common|rare|similar|different|certain|possible|likely|recent|previous|known|untreated|treated|"
    r"reduced|increased|reduces|increases|reduce|increase|improve|improves|improved|improving|prevent|prevents|prevented|preventing|reducing|increasing|"
    r"treat|treats|treating|cause|causes|caused|causing|develop|develops|developed|developing|lower|lowers|lowered|raise|raises|raised|"
    r"affect|affects|affected|using|use|used|uses|receive|receives|received|receiving|take|takes|taking|took|compare|compared|comparing|include|includes|included|"
    r"report|reports|reported|reporting|involve|involving|given|get|getting|have|versus|plus|oral|topical|inhaled|systemic|high-dose|low-dose|women's|"
    r"control|healthy|adult|only|also|often|then|so|total|overall|older|younger|eligible|remaining|additional|randomi[sz]ed|patient|"
    r"[a-z]+ly)\s+)$",
    re.IGNORECASE,
)
_ALLOWED_AFTER = re.compile(
    r"a|an|the|this|that|these|those|of|in|on|at|by|for|with|from|to|into|about|as|than|per|and|or|but|nor|not|no|without|both|either|neither|"
    r"is|are|was|were|be|been|being|has|have|had|do|does|did|may|might|can|could|will|would|should|must|cannot|between|among|amongst|during|after|before|"
    r"against|versus|vs|under|over|within|through|including|because|when|if|where|while|which|who|whether|although|though|compared|due|following|using|"
    r"receiving|taking|having|undergoing|occurring|requiring|caused|reported|treated|measured|associated|alone|only|also|often|then|so|remains|remained|"
    r"occurred|improved|increased|decreased|reduced|appears?|seems?|we|it|they|plus|such|rather|\w+ly",
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"\b(an?)( )$", re.IGNORECASE)
_VOWEL_SOUND = re.compile(r"(?!uni|use|usual|uter|eu|one\b)[aeiou]|hour|honest", re.IGNORECASE)


Kind = Literal["term", "phrase", "figures", "cut", "people", "repeat", "lead", "capital"]


@dataclass(frozen=True, slots=True)
class Replacement:
    """``text[start:end]`` was shown as ``shown``; ``term`` is the entry of a ``"term"``.

    Terms and phrases are listed pairs: one may be put for the other. ``"cut"``, ``"people"``, ``"repeat"`` and
    ``"lead"`` are those of :class:`Cut`, ``"capital"`` is a sentence's first letter.
    """

    start: int
    end: int
    shown: str
    kind: Kind
    term: Term | None = None

    @property
    def is_listed(self) -> bool:
        return self.kind in {"term", "phrase"}


@dataclass(frozen=True, slots=True)
class PlainText:
    """``text`` in plain words, the figures taken out of it, and every replacement made, in reading order.

    Replacing each span of ``replacements`` in the source gives ``text`` exactly.
    """

    text: str
    figures: tuple[str, ...]
    replacements: tuple[Replacement, ...]


def write_plain(
    text: str, glossary: Glossary, *, phrases: bool = True, figures: bool = True, cuts: bool = True
) -> PlainText:
    """Substitute listed words, move brackets of statistics behind, cut where every part stands alone.

    Without ``phrases`` only the glossary's terms are replaced; without ``figures`` the brackets stay where
    they are; without ``cuts`` no sentence is split.
    """
    borders = find_splits(text) if cuts else []
    moved = find_figures(text, borders if cuts else None) if figures else []
    made = [Replacement(item.start, item.end, item.shown, "figures") for item in moved]
    made += [Replacement(cut.start, cut.end, cut.shown, cut.kind) for cut in borders]
    openings = {cut.end for cut in borders if cut.opens}
    for match in glossary.find(text):
        if match.plain is None or (match.term is None and not phrases):
            continue
        if any(item.start < match.end and match.start < item.end for item in made):
            continue
        if not _is_bound(text, match) and not _stands_beside(text, match):
            made.append(_replace(text, match, openings))
    made += _open_sentences(text, borders, made)
    made.sort(key=lambda item: item.start)
    return PlainText(
        apply_replacements(text, tuple(made)), tuple(item.figures for item in moved), tuple(made)
    )


def _open_sentences(text: str, borders: list[Cut], made: list[Replacement]) -> list[Replacement]:
    """A capital for each letter that opens a sentence now, where no replacement has written it."""
    starts = {item.start for item in made}
    return [
        Replacement(cut.end, cut.end + 1, text[cut.end].upper(), "capital")
        for cut in borders
        if cut.opens and cut.end not in starts and text[cut.end] != text[cut.end].upper()
    ]


def apply_replacements(text: str, replacements: tuple[Replacement, ...]) -> str:
    """``text`` with each span replaced. Raises ``ValueError`` where two overlap."""
    parts, position = [], 0
    for item in replacements:
        if item.start < position:
            raise ValueError("replacements overlap")
        parts += [text[position : item.start], item.shown]
        position = item.end
    return "".join((*parts, text[position:]))


def _is_bound(text: str, match: Match) -> bool:
    """Whether its neighbours hold the words together with something that the replacement would cut off."""
    shown, plain = text[match.start : match.end], match.plain or ""
    before, after = text[max(0, match.start - _NEAR) : match.start], text[match.end : match.end + _NEAR]
    if after[:1] in {"'", "’", "/"} or before[-1:] == "/" or _HYPHEN.search(before) or after[:1] == "-":
        return True  # a genitive, a part of a pair or of a compound
    if _BRACKETED.search(before) and after[:1] in {")", "]"}:
        return True  # "(RCTs)" and "(dysphagia)" explain the words before them
    if match.term and (_CALLED.search(before) or _SPOKEN.match(after)):
        return True  # "a tube called a catheter", "embolism (EM-bo-lizm)": the word itself is meant
    compound = _SHORT_FORM.match(after)
    if compound and not _ALLOWED_AFTER.fullmatch(compound[1]):
        return True  # "computed tomography (CT) scan"
    if match.term is None:
        return _is_bound_phrase(shown, plain, before, after)
    if " with " in plain and (
        after.startswith(" of ") or (_NUMBER_WORD.search(before) and not shown.endswith("s"))
    ):
        return True  # "trials of magnesium", "two pharmacotherapy trials": what follows must stay next to its noun
    if plain.startswith("side effect") and after.startswith(" of ") and not _is_of_remedy(after):
        return True  # of an illness they are harms, but no side effects
    if shown.lower().startswith("participant") and not _ALLOWED_BEFORE.search(before):
        return True  # "IBD participants"
    if not re.search(r"[\s-]", shown) and match.term.subject != "studies" and _is_part_of_name(before, after):
        return True
    if not shown[0].isupper() or shown.isupper() or _starts_sentence(text, match.start):
        return False
    return shown not in match.term.plain


def _is_of_remedy(after: str) -> bool:
    """Whether " of ..." names a treatment, or a medicine within its first words."""
    named = " ".join(re.split(r"[,.;:()]", after)[0].split()[1:4])
    return bool(_OF_REMEDY.match(after)) or (
        any(entity.kind == "drug" and entity.start < 2 for entity in find_entities(named))
        and "untreated" not in named
    )


def _is_bound_phrase(shown: str, plain: str, before: str, after: str) -> bool:
    if shown[0].isupper() and before.strip() and not _starts_sentence(before, len(before)):
        return True
    if plain == "but" and not (_starts_sentence(before, len(before)) and after.startswith(", ")):
        return True
    if plain == "so" and before.strip() and not re.search(r"[.;,:]\s*(?:and\s)?$", before):
        return True  # "was therefore low" is not "was so low"
    if plain == "also" and after.startswith(" to "):
        return True  # "in addition to"
    if shown.lower().startswith(("patients", "physician")) and not _ALLOWED_BEFORE.search(before):
        return True
    following = re.match(r"[ \n]([^\W\d_]+)", after)
    if (
        shown.endswith(("mortality", "likelihood", "probability"))
        and following
        and not _ALLOWED_AFTER.fullmatch(following[1])
    ):
        return True  # "in mortality rates", "likelihood ratio"
    if (
        shown.endswith("statistically significant")
        and following
        and not _ALLOWED_AFTER.fullmatch(following[1])
    ):
        return True  # "there were statistically significant improvements"
    if re.search(r"\bminim(?:al|um)\s+$", before):
        return True  # the name of a measure: "minimal clinically important difference"
    if shown.lower().startswith("reduction") and not (
        _ALLOWED_BEFORE.search(before) or _SIZED.search(before)
    ):
        return True  # "risk reduction in"
    if shown.lower().startswith(("statistically", "clinically")) and re.search(
        r"(?:\b(?:and|or|but|not|nor)|ly|/)\s$", before
    ):
        return True  # "clinically or statistically significant"
    return plain in {"started", "stopped"} and after.startswith((" from ", " by "))


def _is_part_of_name(before: str, after: str) -> bool:
    """Whether a neighbouring word likely makes one name with it: "intracranial hypertension", "heat stroke"."""
    last = re.search(r"([^\W\d_]+(?:[-'’][^\W\d_]+)*)[ \n]$", before)
    if last and not _ALLOWED_BEFORE.search(before):
        return True
    following = re.match(r"[ \n]([^\W\d_]+)", after)
    return following is not None and not _ALLOWED_AFTER.fullmatch(following[1])


def _stands_beside(text: str, match: Match) -> bool:
    """Whether the sentence says the plain words itself: "high blood pressure (hypertension)"."""
    return match.plain is not None and match.plain.casefold() in text.casefold()


def _replace(text: str, match: Match, openings: set[int]) -> Replacement:
    shown, start, end = match.plain or "", match.start, match.end
    if (
        shown == "people"
        and text[start] in "Pp"
        and _ALL_OF.search(text[max(0, start - _NEAR) : start])
        and not _LIMITED.match(text, match.end)
    ):
        shown = "people taking part"  # "all participants" are not all people
    article = _ARTICLE.search(text, max(0, start - 4), start)
    if article:
        written = "an" if _VOWEL_SOUND.match(shown) else "a"
        shown, start = f"{written} {shown}", article.start()
    if (text[start].isupper() and _starts_sentence(text, start)) or start in openings:
        shown = shown[0].upper() + shown[1:]
    if shown.lower() == "but":
        end += 1  # its comma
    return Replacement(start, end, shown, "term" if match.term else "phrase", match.term)


def _starts_sentence(text: str, position: int) -> bool:
    before = text[:position].rstrip(" \"'*-•(\n")
    return not before or before[-1] in ".!?:"
