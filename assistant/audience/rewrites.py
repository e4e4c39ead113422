"""What each kind of cut may put for what: the full list, held against every cut before it is shown."""

from __future__ import annotations

import re

from assistant.audience.tails import CERTAINTY

_THEN = r"(?:therefore|thus|hence|so|consequently)"
# "was => shown"; a group named in the first part must come back in the second.
_CUT = (
    r"\s?[;:,]?\s+(?:and,?\s+)?=>\. ",
    rf"[;,]?\s+(?:(?:and|but|so|although|though|whereas|because|yet|however),?\s+)?{_THEN},?\s+=>\. (?:So|Therefore,) ",
    r"[;,:]?\s+(?:but|although|though|whereas|while|whilst),?\s+=>\. But ",
    r",\s+so,?\s+=>\. So ",
    r",\s+yet,?\s+=>\. Yet ",
    r",?\s+(?:because|as|since)\s+=>\. This is because ",
    r"[;,]\s+however,?\s+=>\. However, ",
    r",\s+(?P<verb>suggest|indicat|show)ing\s+that\s+=>\. This (?P=verb)(?:e?s) that ",
    r",\s+implying\s+that\s+=>\. This implies that ",
    r",?\s(?P<why>because of|due to|owing to|based on)\s=>\. This (?:is|was) (?P=why) ",
    r",\s(?P<part>(?:.+\s)?)of (?:which|whom)\s=>\. (?P=part)of these,? ",
    r",\s(?:thus\s|thereby\s)?resulting in\s=>\. This resulted in ",
    r",\s(?:thus\s|thereby\s)?leading to\s=>\. This led to ",
    r",\s(?P<says>suggest|indicat|reflect|highlight|demonstrat)ing\s=>\. This (?P=says)e?s ",
    r",\simplying\s=>\. This implies ",
    rf"\s\((?P<sure>{CERTAINTY})\)=>\. This is (?P=sure)",
    rf",\s(?P<sure>{CERTAINTY})=>\. This is (?P=sure)",
)
_NAMING = (
    r"\s=>\. (?:This|These) (?P<noun>\w+) ",
    r",\s+which\s+=>\. (?:This|These) (?P<noun>[a-z]+) ",
    r",?\s(?P<does>compar|involv|includ|us|investigat|evaluat|examin)ing\s=>\. (?:This|These) (?P<noun>\w+) (?P=does)ed ",
    r",?\s(?P<does>enroll?|recruit|assess|test)ing\s=>\. (?:This|These) (?P<noun>\w+) (?P=does)ed ",
    r",?\swith\s=>\. (?:This|These) (?P<noun>\w+) had ",
    r",?\sand\s(?:then\s)?=>\. (?:We|They|It|(?:This|These|The) (?P<noun>\w+)) ",
    r",?\sbut\s(?:then\s)?=>\. But (?:we|they|it|(?:this|these|the) (?P<noun>\w+)) ",
)
_REPEAT = (
    r"\s(?P<also>also\s)?(?P<verb>suggests|indicates|shows|showed|suggested|indicated|demonstrates)\sthat\s=>\. It (?P=also)?(?P=verb) that ",
    r"\s(?P<also>also\s)?(?P<verb>(?:suggest|indicate|show|demonstrate)(?:s|d|ed)?)\sthat\s=>\. (?:It|They) (?P=also)?(?P=verb) that ",
    r"\s(?:to suggest|suggesting)\sthat\s=>\. It suggests that ",
    r"\sindicating\sthat\s=>\. It indicates that ",
    r"\sthat\s=>\. It is evidence that ",
)
_SAID_AGAIN = re.compile(
    r",?\s(?P<joint>and|but)\s(?:then\s)?=>\. (?:But )?(?P<name>[\w-]+(?: [\w-]+){0,3}) ", re.IGNORECASE
)
_LEAD = (
    r"(?:Although|Though|Even though|Whereas|Whilst)\s(?P<letter>\S)=>(?P=letter)",
    r"(?P<letter>\S)=>(?:there (?:is|was)|this is|these are) (?P=letter)",
    r"\swith\s=> had ",
    r"\s(?P<does>involv|includ)ing\s=> (?P=does)ed ",
    r"\s(?P<does>enroll|recruit)ing\s=> (?P=does)ed ",
)

_ALTHOUGH = re.compile(r"(?:Although|Though|Even though|Whereas|Whilst)\s")
_CONTRASTED = re.compile(r",\s=>\. But ")


def _read(rules: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(rule, re.IGNORECASE) for rule in rules)


_CUTS, _NAMINGS, _REPEATS, _LEADS = _read(_CUT), _read(_NAMING), _read(_REPEAT), _read(_LEAD)


def may_cut(before: str, was: str, shown: str) -> bool:
    """Whether a full stop and the words of ``shown`` may stand for ``was``; a noun they name must stand in ``before``."""
    pair = f"{was}=>{shown}"
    if _CONTRASTED.fullmatch(pair):
        return _ALTHOUGH.match(before) is not None
    return any(rule.fullmatch(pair) for rule in _CUTS) or any(
        found is not None and (found.groupdict().get("noun") is None or _holds(before, found["noun"]))
        for rule in _NAMINGS
        for found in (rule.fullmatch(pair),)
    )


def may_repeat(before: str, was: str, shown: str) -> bool:
    """Whether ``shown`` says the beginning of a clause of ``before`` again, word by word, or the evidence by "it"."""
    pair = f"{was}=>{shown}"
    if any(rule.fullmatch(pair) for rule in _REPEATS):
        return (
            re.search(r"evidence|results|findings|data|analys[ei]s|synthesis", before, re.IGNORECASE)
            is not None
        )
    found = _SAID_AGAIN.fullmatch(pair)
    return (
        found is not None
        and (found["joint"].lower() == "but") == shown.startswith(". But ")
        and re.search(
            rf"(?:^|[.,;:]\s|\b(?:and|but|so)\s){re.escape(found['name'])}\s", before, re.IGNORECASE
        )
        is not None
    )


def may_lead(was: str, shown: str) -> bool:
    """Whether a sentence may begin with ``shown`` in the place of ``was``."""
    return any(rule.fullmatch(f"{was}=>{shown}") for rule in _LEADS)


def _holds(text: str, word: str) -> bool:
    return re.search(rf"\b{re.escape(word)}\b", text, re.IGNORECASE) is not None
