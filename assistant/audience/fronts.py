"""Makes a sentence of its own of what stands before the clause: the people or trials it is about, an "although"."""

from __future__ import annotations

import re

from assistant.audience.binding import COMPARES, bind_nothing_together
from assistant.audience.cut import Cut
from assistant.audience.grammar import AUXILIARY, INSET, NOUN, is_clause, is_inside, point_back, stands_alone
from assistant.audience.tails import DID

_PEOPLE_FIRST = re.compile(
    rf"^(?P<word>In|For|Among)\s+(?P<who>(?:[\w-]+\s+){{0,3}}?{NOUN}\s+(?:with|who|aged|undergoing|receiving|taking|at|having)\s+[^,;:()]+),\s+"
    r"(?P<rest>(?:the|there|no|it|we|this|these|treatment|using|\w+)\b)",
)

_ALTHOUGH = re.compile(r"(?:Although|Though|Even though|Whereas|Whilst)\s(?=\S)")
_GRADE = r"(?:very )?(?:low|moderate|high|limited|weak|strong|good|poor)(?:[- ]to[- ](?:low|moderate|high))?(?:[- ](?:quality|certainty|grade))?"
_OPENER = r"(?:(?:Overall|However|Therefore|Thus|Similarly|In addition|Furthermore),\s)?"
_EVIDENCE_SAYS = re.compile(
    rf"{_OPENER}(?P<there>There (?:is|was)\s)?(?P<evidence>{_GRADE},?\sevidence"
    r"(?:\s(?:from|based on)\s[^,;:()]{3,80}?)?(?:\s\([^()]*\))?)\s(?P<also>also\s)?(?P<verb>suggests|indicates|shows|showed|suggested|indicated|demonstrates)\sthat\s",
    re.IGNORECASE,
)
_EVIDENCE_THAT = re.compile(
    rf"{_OPENER}(?:there (?:is|was)|we found|this review (?:found|provides)|the review found)\s"
    rf"(?P<evidence>{_GRADE},?\sevidence(?:\s(?:from|based on)\s[^,;:()]{{3,80}}?)?(?:\s\([^()]*\))?)\s(?P<said>to suggest\s|suggesting\s|indicating\s)?that\s",
    re.IGNORECASE,
)
# "Evidence that suggested": the evidence did it, and nothing is said to be so.
_VERB_FIRST = re.compile(
    r"(?:also\s|only\s|\w+ly\s)?(?:(?:suggest|indicat|show|support|demonstrat|favou?r|compar|address|evaluat|assess|report|examin|relat|come|came|includ|point)\w*|"
    rf"{AUXILIARY})\b",
    re.IGNORECASE,
)
_UNFIT_EVIDENCE = re.compile(
    r"\b(?:no|not|only|little|insufficient|if|whether|and|but|or|compar\w+|than|versus)\b", re.IGNORECASE
)
_TRIALS_FIRST = re.compile(
    r"(?P<word>In|From|Across)\s(?P<what>(?:[\w-]+\s){0,4}(?:trials|studies|RCTs)\s(?:with|of|in|\w+ing)\s[^,;:()]+),\s(?!(?:this|these|it|they|but|and|or|who|whose|all|both|one|most)\b)"
)

_COUNTED = re.compile(
    r"(?P<trials>(?:(?:One|Two|Three|Four|Five|Six|Seven|Eight|Nine|Ten|Eleven|Twelve|[A-Z][a-z]+teen|\d+|Another|An?)\s(?:[\w-]+,?\s){0,4}?)(?P<noun>trials?|stud(?:y|ies)|RCTs?))"
    rf"\s(?P<with>with|involving|including|enrolling|recruiting)\s(?P<rest>(?:a total of |in total |over )?\d[\d,]*\s(?:[\w-]+\s){{0,2}}(?:{NOUN}|infants)(?:\s(?:with|who had|aged)\s[^,;:()]{{3,60}}?)?(?:\s\([^()]*\))?)"
    r"\s(?=(?:found|showed|were|was|met|did|had|have|has|provided|reported|compared|assessed|evaluated|looked|examined|investigated|could|contributed|tested|studied)\b)"
)
_UNFIT_COUNTED = re.compile(
    r"\b(?:of|out|no|not|only|or|and|other|more|further|that|which|were|was|had|have|is|are|least|than)\b(?<!total of)",
    re.IGNORECASE,
)
_OF_RESULTS = (
    r"(?:pooled|combined|overall|main|available|individual|current|present|new|short-term|long-term|preliminary|sub-?group|sensitivity|secondary|primary|"
    r"meta|network|indirect|descriptive|narrative|qualitative|quantitative|further|additional)"
)
_FINDINGS = re.compile(
    rf"{_OPENER}(?P<what>(?:(?:the|a|an|our)\s)?(?:{_OF_RESULTS}\s){{0,3}}(?P<noun>results|findings|data|analyses|meta-analysis|analysis|synthesis)\s"
    r"(?:of|from)\s[^,;:()]{3,90}?(?<!ly)(?:\s\([^()]*\))?)\s(?P<also>also\s)?(?P<verb>suggest|suggests|suggested|indicate|indicates|indicated|show|shows|showed|demonstrate|demonstrates|demonstrated)\sthat\s",
    re.IGNORECASE,
)


def find_people_first(text: str) -> list[Cut]:
    """ "In adults with X, Y helps" as two sentences, the people first and named again in the second."""
    found = _PEOPLE_FIRST.match(text)
    if not found or len(found["who"].split()) < 5:
        return []
    rest = text[found.start("rest") :]
    if (
        COMPARES.search(found["who"])
        or re.search(r"\b(?:no|not|may|might|if|when|unless|only|or|and|but)\b", found["who"], re.I)
        or re.search(r"[;:]|[.!?]\s", rest)
        or not is_clause(rest[0].lower() + rest[1:])
    ):
        return []
    word = found["word"]
    return [
        Cut(0, len(word), "This is about", False, "people"),
        Cut(found.end("who"), found.start("rest"), f". {word} them, ", False, "people"),
    ]


def find_although(text: str) -> list[Cut]:
    """ "Although A, B" as "A. But B": both must stand alone and share no people, comparison or condition."""
    found = _ALTHOUGH.match(text)
    if not found:
        return []
    for comma in re.finditer(r",\s", text):
        before, after = text[found.end() : comma.start()], text[comma.end() :]
        if is_inside(text, comma.start()) or not is_clause(after, behind_comma=True):
            continue
        clause = before[0].lower() + before[1:]
        if (
            len(before.split()) < 4
            or len(after.split()) < 4
            or re.search(r"[,;:]", INSET.sub("", before))
            or re.match(r"(?:and|but|or)\b", after)
            or not is_clause(clause, behind_comma=True)
            or not stands_alone(clause, relatives=True)
            or not bind_nothing_together(before, after)
            or re.search(r"[.!?]\s[A-Z]", after)
        ):
            return []
        return [
            Cut(0, found.end() + 1, text[found.end()].upper(), False, "lead"),
            Cut(comma.start(), comma.end(), ". But ", False),
        ]
    return []


def find_evidence(text: str) -> list[Cut]:
    """ "Low-quality evidence from two trials suggests that A": the evidence first, then what it suggests."""
    found = _EVIDENCE_SAYS.match(text)
    if found and "evidence" in INSET.sub("", text[found.end() :]):
        return []
    if found and len(found["evidence"].split()) >= 2 and not _UNFIT_EVIDENCE.search(found["evidence"]):
        verb = f"{found['also'] or ''}{found['verb']}"
        cuts = [Cut(found.end("evidence"), found.end(), f". It {verb} that ", False, "repeat")]
        if not found["there"]:
            start, tense = found.start("evidence"), "was" if found["verb"].endswith("ed") else "is"
            cuts.insert(
                0,
                Cut(
                    start,
                    start + 1,
                    f"{'T' if start == 0 else 't'}here {tense} {text[start].lower()}",
                    False,
                    "lead",
                ),
            )
        return cuts
    found = _EVIDENCE_THAT.match(text)
    if (
        not found
        or _VERB_FIRST.match(text, found.end())
        or _UNFIT_EVIDENCE.search(found["evidence"])
        or "evidence" in INSET.sub("", text[found.end() :])
    ):
        return []
    said = found["said"].split()[-1] if found["said"] else ""
    says = {
        "suggest": "It suggests that",
        "suggesting": "It suggests that",
        "indicating": "It indicates that",
    }.get(said)
    return [Cut(found.end("evidence"), found.end(), f". {says or 'It is evidence that'} ", False, "repeat")]


def find_counted(text: str) -> list[Cut]:
    """ "Two trials with 122 people found A" as "Two trials had 122 people. They found A"."""
    found = _COUNTED.match(text)
    if not found or _UNFIT_COUNTED.search(found["rest"]) or _UNFIT_COUNTED.search(found["trials"]):
        return []
    return [
        Cut(
            found.end("trials"),
            found.start("rest"),
            f" {DID.get(found['with'].lower(), 'had')} ",
            False,
            "lead",
        ),
        Cut(found.end("rest"), found.end(), f". {point_back(found['noun'])} ", False),
    ]


def find_findings(text: str) -> list[Cut]:
    """ "The results of this review suggest that A": the results first, then what they suggest."""
    found = _FINDINGS.match(text)
    if not found or len(found["what"].split()) < 3 or _UNFIT_EVIDENCE.search(found["what"]):
        return []
    start = found.start("what")
    if text[start:].startswith(("This ", "These ", "Our ")) and found["noun"].lower() not in {
        "results",
        "findings",
    }:
        return []
    single = found["noun"].lower().endswith("is")
    if single and not re.match(r"(?:the|a|an|this)\s", found["what"], re.IGNORECASE):
        return []
    first = "this is " if single else "these are "
    if re.match(r"(?:this|these)\s", found["what"], re.IGNORECASE):
        return []
    opening = first.capitalize() if start == 0 else first
    lowered = text[start] if text[start + 1].isupper() else text[start].lower()
    return [
        Cut(start, start + 1, f"{opening}{lowered}", False, "lead"),
        Cut(
            found.end("what"),
            found.end(),
            f". {'It' if single else 'They'} {found['also'] or ''}{found['verb']} that ",
            False,
            "repeat",
        ),
    ]


def find_trials_first(text: str) -> list[Cut]:
    """ "In two trials with a long description, A" as two sentences, the trials first."""
    found = _TRIALS_FIRST.match(text)
    if (
        not found
        or len(found["what"].split()) < 5
        or re.search(
            r"\b(?:no|not|only|any|all|each|most|these|or|and|one|a|an|that|which|where)\b",
            found["what"],
            re.I,
        )
    ):
        return []
    rest = text[found.end() :]
    if re.search(r"[;:]|[.!?]\s", rest) or not is_clause(rest[0].lower() + rest[1:], behind_comma=True):
        return []
    word = found["word"]
    return [
        Cut(0, len(word), "This is about", False, "people"),
        Cut(found.end("what"), found.end(), f". {word} them, ", False, "people"),
    ]
