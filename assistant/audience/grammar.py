"""Reads the grammar of a medical sentence by word lists: what is a clause, what stands alone, what a "which" means."""

from __future__ import annotations

import re

NOUN = r"(?:people|persons|patients|participants|adults?|children|infants|babies|neonates|women|woman|men|man|boys|girls|adolescents|smokers|workers|carers|survivors|users|individuals|those|mothers|volunteers|athletes)"
AUXILIARY = r"(?:is|are|was|were|has|have|had|do|does|did|may|might|can|could|should|will|would|must|cannot)"
FINITE = re.compile(
    rf"\b(?:{AUXILIARY}|found|showed|shows|show|reported|reduced|reduces|increased|increases|improved|improves|remains?|remained|resulted|yielded|favoured|favored|failed|experienced|lasted|ranged|contributed|met|took|led|gave|became|occurred|appears?|appeared|tended|seems?|contained|lacked|suffered|[a-z]+n't)\b"
)
STUDY_CLAUSE = re.compile(
    r"^(?:and\s+)?(?:(?:\d+|an?|the|this|another|most|some|several|many|both|all|no|these|(?:one|two|three|four|five|six|seven|eight|nine|ten|[a-z]+(?:teen|ty(?:-\w+)?)|eleven|twelve))\s+(?:[\w-]+\s+){0,3}?"
    r"(?:stud(?:y|ies)|trials?|RCTs?|reviews?|update)\s+(?:\([^()]*\)\s+)?(?:compared|evaluated|investigated|assessed|examined|used|tested|studied|looked|included|"
    r"reported|found|showed|did|had|was|were|adds|includes|recruited|enrolled|involved|measured|provided|took|met|lasted|gave|focused|described|addressed|randomi[sz]ed|allocated|assigned|consisted|contributed)|we\s+(?:also\s+)?(?:included|identified|found|assessed|analy[sz]ed|judged|rated|pooled|observed|searched|used|downgraded|considered|graded|planned|contacted|compared))\b",
    re.IGNORECASE,
)
# A clause under one of these hands its meaning on past the border; so may words set before the sentence.
SUBORDINATE = re.compile(
    r"\b(?:that|whether|if|unless|because|since|although|though|while|whereas|when|whenever|where|which|who|whom|whose|what|how|why|as|until|once|so|"
    r"either|neither|nor|both|between|not only|rather than|provided|depending)\b|[:?]",
    re.IGNORECASE,
)
# "Participants who took it had fewer cramps": the clause ends before the verb of the sentence.
_ABOUT_SUBJECT = re.compile(
    rf"^(?:\S+\s+){{0,5}}?(?:{NOUN}|stud(?:y|ies)|trials?|RCTs?|reviews?)\s+(?:that|who|which)\s",
    re.IGNORECASE,
)
REPORTS = re.compile(
    r"\b(?:(?:suggest|conclude|believe|think|assume|seem|appear|speculate|hypothesi[sz]e|claim|argue)(?:s|d|ed)?|thought|impl(?:y|ies|ied))\b|"
    rf"\b(?:(?:indicate|show|find|report)(?:s|d|ed)?|found)\b[^,;]*\b(?:{AUXILIARY}|(?:reduce|increase|improve|remain|help|prevent|cause)(?:s|d|ed))\b",
    re.IGNORECASE,
)
CONDITIONAL = re.compile(
    r"^(?:if|unless|when|whenever|whether|perhaps|possibly|maybe|without|it is un\w+|there is (?:no|little)|some|given)\b",
    re.IGNORECASE,
)
GRADE = r"(?:very )?(?:low|moderate|high)(?:[- ]to[- ](?:low|moderate|high))?[- ](?:quality|certainty)"
"""How sure evidence is, as reviews say it."""
INSET = re.compile(r"\s?\((?:[^()]|\([^()]*\))*\)")
FRONTED = re.compile(
    r"^(?:in|for|among|amongst|with|without|compared|after|before|during|at|on|by|of|under|within|from|given|based|following|until|to|across|over|"
    r"despite|using|through|throughout|relative|due|according|regarding|concerning|only(?!\s(?:one|two|three|four|five|six|seven|eight|nine|ten|\d+|a few)\s)|perhaps|maybe|sometimes|often|overall|not|never|it is (?:un)?\w+ly|\w+ly)\b",
    re.IGNORECASE,
)
LINKING = re.compile(
    r"^(?:however|furthermore|moreover|additionally|in addition|in conclusion|in summary|in total|overall|in general|to date|currently|at present|therefore|thus|finally|similarly|also),?\s+",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    r"^(?:the|there|it|this|these|those|they|we|no|most|many|some|few|several|all|its|their|our|a|an|another|other|more|one|two|three|four|five|six|"
    r"seven|eight|nine|ten|\d+|none|only\s+(?:one|two|three|\d+))\b",
    re.IGNORECASE,
)
_HAS_VERB = re.compile(
    rf"^(?:[\w'’%/.-]+\s+|\([^()]*\)\s+){{1,20}}?(?P<verb>{AUXILIARY}|found|showed|suggests?|remains?|reported|tended|ranged|varied|appeared|experienced)\b"
)
_BARE_SUBJECT = re.compile(rf"^(?P<first>[a-z][\w-]+)\s+(?:(?P<second>[a-z][\w-]+)\s+)?{AUXILIARY}\b")
_NP_VERB = re.compile(
    rf"^(?:(?!(?:{AUXILIARY}|that|which|who|whose|if|when|where|whether|as|because|while|than|and|or|found|showed|reported)\b)(?:[\w'’%/.-]+|\([^()]*\))\s){{1,10}}?"
    rf"(?P<verb>is|are|was|were|has|have|may|might|can|could|should|will|would|must|cannot|did|does|ranged|varied|tended|remained?|remains)\b",
    re.IGNORECASE,
)
_COUNT_CLAUSE = re.compile(
    r"^(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\d+|most|some|several|others?|another|the (?:other|remaining)(?: \w+)?|both|all|none|few|many)"
    r"(?: \([^()]*\))?(?: of (?:these|them|the (?:trials|studies)))?(?: (?:studies|trials|RCTs))?(?: \([^()]*\))? (?:also )?"
    r"(?:reported|compared|used|assessed|evaluated|provided|found|showed|had|did|was|were|involved|measured|recruited|enrolled|took|gave|lasted|looked|failed|met|received|tested|examined|investigated|studied|randomi[sz]ed|consisted|contributed)\b",
    re.IGNORECASE,
)
_CLOSED_PAIR = re.compile(
    r"\bbetween\s(?:(?!between)[^,;:])*?\sand\s|\bboth\s(?:(?!both)[^,;:])*?\sand\s|\beither\s[^,;:]*?\sor\s|\bas well as\s"
)
_AS_JUDGED = re.compile(
    r"\bas (?=(?:being )?(?:of |at )?(?:very |either )?(?:low|moderate|high|unclear|poor)\b|the primary|an?\b)"
)
_RELATIVE = re.compile(
    rf"\b({NOUN}|trials?|stud(?:y|ies)|RCTs?|reviews?)\s(?:that|which|who)\b", re.IGNORECASE
)
_NOT_SUBJECT = re.compile(
    rf"(?:\w+(?:ed|ing|ly)|{AUXILIARY}|found|shows?|showed|suggests?|made|gave|led|took|in|for|with|to|of|at|on|by|from|or|nor|not|that|which|who|"
    r"when|if|because|than|as|also|then|so|thus|therefore|after|before|during|among|between|what|where|how|why|is|be|been)$",
    re.IGNORECASE,
)
PHRASE_FIRST = re.compile(
    rf"^(?:due to|because of|given|for|in|at|after|with|as a result of)\s+(?:[\w'’%.-]+\s+|\([^()]*\)\s+){{1,8}}?(?:we|there|it|they)\s+(?:{AUXILIARY}|found|included|could|judged)\b",
    re.IGNORECASE,
)
CLOSED_IN = re.compile(
    r"\b(?:that|which|who|whose|whom|when|if|where|whether|as|because|while|how|what|why|so|(?:and|or|but)\s(?:there|it|they|we|he|she))\b",
    re.I,
)
_UNLIKE = re.compile(r"(?:ss|us|is|ics)$")


def point_back(noun: str) -> str:
    """ "These trials" for trials just named, "This study" for one."""
    return f"{'These' if noun.lower().endswith('s') else 'This'} {noun}"


def is_inside(text: str, position: int) -> bool:
    """Within a bracket or a quotation."""
    before = text[:position]
    return (
        before.count("(") > before.count(")")
        or before.count("[") > before.count("]")
        or before.count('"') % 2 == 1
        or before.count("“") > before.count("”")
    )


def stands_alone(before: str, *, relatives: bool = False) -> bool:
    """A clause with its own verb, nothing set before it and nothing in it that reaches past its end.

    With ``relatives``, "trials that were small" may stand in it.
    """
    clause = LINKING.sub("", INSET.sub("", before))
    if FRONTED.match(clause) or not (FINITE.search(clause) or is_study_clause(clause)):
        return False
    subject = _ABOUT_SUBJECT.match(clause)
    inner = clause[subject.end() :] if subject else clause
    if subject and len(FINITE.findall(inner)) < 1 + bool(FINITE.match(inner)):
        return False
    return (
        not SUBORDINATE.search(_without_closed(inner, relatives))
        and not REPORTS.search(inner)
        and ";" not in clause
    )


def _without_closed(clause: str, relatives: bool) -> str:
    """``clause`` without pairs ("between A and B"), judgements ("as low") and relative clauses that close in it."""
    clause = _CLOSED_PAIR.sub(" ", _AS_JUDGED.sub(" ", clause))
    return _RELATIVE.sub(lambda found: found[1], clause) if relatives else clause


def is_study_clause(text: str) -> bool:
    """Whether ``text`` begins with trials and what they did: "Two trials tested", "one reported"."""
    return STUDY_CLAUSE.match(text) is not None or _COUNT_CLAUSE.match(text) is not None


def is_clause(after: str, *, behind_comma: bool = False) -> bool:
    """Whether ``after`` has a subject and a finite verb of its own, before any other clause begins.

    Behind a comma or a semicolon any noun with words of its own may be the subject; behind a bare "and" it may
    be an object of the first verb, so only what begins as a subject does.
    """
    clause = re.split(r"[,;:]\s", after, maxsplit=1)[0]
    if is_study_clause(clause):
        return True
    first = PHRASE_FIRST.match(clause)
    if first:
        return not CLOSED_IN.search(first.group())
    if _SUBJECT.match(clause):
        found = _HAS_VERB.match(clause)
        return found is not None and not CLOSED_IN.search(clause[: found.start("verb")])
    if behind_comma and _NP_VERB.match(clause) and not _NOT_SUBJECT.match(clause.split()[0]):
        return True
    bare = _BARE_SUBJECT.match(clause)
    return bare is not None and not any(
        word and _NOT_SUBJECT.match(word) for word in (bare["first"], bare["second"])
    )


def name_antecedent(before: str, verb: str) -> str | None:
    """ "This scale" for "..., using the Hamilton scale, which is": ``None`` unless one noun alone fits the verb."""
    words = re.findall(r"[\w-]+", before)
    last = words[-1]
    if not last.isalpha() or not last.islower() or before[-1] not in "abcdefghijklmnopqrstuvwxyz":
        return None
    plural = last.endswith("s") and not _UNLIKE.search(last)
    if (verb in {"are", "were", "have"} and not plural) or (verb in {"is", "was", "has"} and plural):
        return None
    if re.search(rf"\b(?:called|named|termed|known as)\s{last}$", before):
        return None
    if verb == "had" or not re.search(
        rf"\b(?:the|an?|this|these|those|two|three|four|five)\s+(?:[\w-]+\s+){{0,2}}{last}$", before
    ):
        return None
    if re.search(rf"\b(?:of|in|for|with|from|on|between|and|or|to)\s+(?:[\w-]+\s+){{0,3}}{last}$", before):
        return None
    return f"{'These' if plural else 'This'} {last}"
