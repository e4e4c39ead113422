"""The words of a question: tokens, stop words, and the phrases that carry its content."""

from __future__ import annotations

import re
from collections.abc import Iterable

TOKEN = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*", re.UNICODE)

STOP_WORDS = frozenset(
    """
    a about above after again against all also am an and any are aren't as at be because been before being below
    between both but by can can't could couldn't did didn't do does doesn't doing don't down during each else few
    for from further get gets getting give given go going had hadn't has hasn't have haven't having he her here hers
    herself him himself his how how's i i'd i'll i'm i've if in into is isn't it it's its itself just let's like
    ll may me might more most mustn't my myself no nor not now of off ok okay on once only or other ought our ours
    ourselves out over own please really same shan't she should shouldn't so some such t tell than thanks that
    that's the their theirs them themselves then there there's these they they're this those through to too under
    until up us very was wasn't we were weren't versus vs what what's when when's where where's which while who who's whom
    why why's will with won't would wouldn't yeah yes you your yours yourself yourselves wat wot wht tke gonna gotta wanna dunno cuz coz
    """.split()
)
"""Function words; they carry no topic."""

FRAME_WORDS = frozenset(
    """
    advice affect anything compare comparing safest safer riskiest benefit benefits best better cause caused causes causing common consider considered cure daily
    definition diagnose diagnosed diagnosis difference different do done dosage dose doses drug drugs effect effective
    effectiveness effects evidence example examples experience explain far find first good guideline guidelines happen
    happens help helps important increase information instead know kind kinds know last long look main make makes
    management manage managed many mean means medication medications medicine medicines method methods much need needed normal often
    option options order overview pill pills possible prevent prevented prevention problem problems question reason reasons
    recommend recommendation recommendations recommended reduce related see relief risk risks risky role safe safely safety sign signs
    sort start stop strong study studies suggest symptom symptoms take taken taking talk test tests therapies
    therapy thing things think time treat treated treating treatment treatments try type types typical use used
    useful using usually want way ways whether work works worse worth
    actually ago already another anyone away awful bad bit came come comes coming dad daily day days doctor doctors does everyday evening
    father feel feeling felt friend gave gave gp gps grandmother happened happening hear heard horrible hour hours husband keep keeps kill killing lot lots maybe
    minute minutes month months mother mum mom morning nurse often ordinary ok partner past people person please pls pretty
    probably put quite rather really recently right seem seems session severe sister sometimes somebody someone son start starts started still
    sudden suddenly sure tablet tablets tell terrible thank today told tomorrow tried turn turned wake wakes waking woken wife week weeks went whole
    woke wondering wrong year years yesterday r u ur daughter brother child's
    nan nana nanna gran granny grandma grandmum grandad granddad grandpa grandfather grandparents grandson granddaughter mama papa
    aunt auntie aunty uncle cousin niece nephew hubby missus girlfriend boyfriend fiance fiancee spouse mate mates colleague
    neighbour neighbor boss carer relative relatives parent parents every each
    """.split()
)
"""Words that say what is asked about a topic, not what the topic is."""

EVERYDAY_WORDS = frozenset(
    """
    able addition almost boy gentleman girl guy ladies lady man men alongside alot alright alternative alternatives anyway anywhere appreciate approach arent arise aside aware
    basically believe beneficial besides beyond big bigger blame bother bothering btw cant catch couple couldnt culprit curious curl curled curling curls
    determine didnt doesnt eat eaten eating banned beforehand afterwards dont bought brought buy buying chemist chemist's pharmacy caught eventually ever fixes fixed everything everywhere expect explanation fine fix gotten great guess guessing
    handle hasnt havent hello hi hmm however hurt hurting hurts idea ideas im impossible instance interested interesting isnt issue issues ive
    learn lose losing mine mitigate moment myth myths necessary next perhaps remember require required rid sense shouldnt silly situation sorry
    sound sounds struggle stuff sufficient suggestion suggestions super supposed thats theres till tips truly turns unable upon
    versus via vs wasnt whats wonder wont wouldnt wow youd youre
    """.split()
)
"""Words that name nothing: that a library doesn't hold them says nothing about what it knows."""


_DOING = re.compile(
    r"(?<=\w )(?:keeps?|kept|is|are|was|were|been|begins?|began|begun|starts?|started|wakes?(?: up)?|woke(?: up)?)\s+(?:\w+ly\s+)?"
    r"(?P<word>[^\W_]{3,}ing)\b",
    re.IGNORECASE,
)
_WHEN_IT_HITS = re.compile(
    r"\b(?:when|whenever|if|once|after|before|while|as) (?:\w+ ){1,3}?(?P<word>hits?|strikes?|grabs?|grips?|seizes?)\b",
    re.IGNORECASE,
)
_DONE_TO_ME = re.compile(r"(?<=\w )(?P<word>[^\W_]{3,}) (?:me|him|us)\b", re.IGNORECASE)
_MANNER = re.compile(
    r"\b[^\W_]{3,}(?:ally|edly|ingly|antly|ently|ously|fully|lessly|ably|ibly)\b", re.IGNORECASE
)


def find_words_of_telling(text: str) -> frozenset[str]:
    """Words that tell what goes on or in what manner, and name nothing: "my calf keeps *twanging* *horribly*", "when it
    *grabs* me".

    "Is cupping safe?" asks about a thing: only a verb with a subject before it counts.
    """
    doing = {
        match["word"].lower()
        for told in (_DOING, _DONE_TO_ME, _WHEN_IT_HITS)
        for match in told.finditer(text)
    }
    return frozenset(doing | {match.group().lower() for match in _MANNER.finditer(text)})


def tokens(text: str) -> list[str]:
    """Lower-case word tokens; keeps "b12", "0.5" and "non-drug" whole."""
    return [match.group().lower().replace("’", "'") for match in TOKEN.finditer(text)]


def content_words(text: str) -> list[str]:
    """Tokens that are neither function words nor frame words ("nan's" is one as "nan" is), in order, repeats kept."""
    return [word for word in tokens(text) if _is_content(word)]


def _is_content(word: str) -> bool:
    return not any(form in STOP_WORDS or form in FRAME_WORDS for form in (word, word.removesuffix("'s")))


def content_phrases(text: str) -> list[str]:
    """Maximal runs of adjacent content words, as they stand in the text (case kept)."""
    phrases: list[str] = []
    start = end = -1
    for match in TOKEN.finditer(text):
        word = match.group().lower().replace("’", "'")
        is_content = _is_content(word)
        joined = start >= 0 and text[end : match.start()].strip(" ") == ""
        if is_content and joined:
            end = match.end()
            continue
        if start >= 0:
            phrases.append(text[start:end])
        start, end = (match.start(), match.end()) if is_content else (-1, -1)
    if start >= 0:
        phrases.append(text[start:end])
    return phrases


_BETWEEN = re.compile(r"\s*(?:,|,?\s+(?:and|or|plus|versus|vs\.?)|/|\+|&)\s+|\s*[/+&]\s*", re.IGNORECASE)


def coordinated_phrases(text: str) -> list[tuple[str, ...]]:
    """Runs of content phrases joined by "and", "or" or commas: "magnesium and ginkgo" is one run of two."""
    phrases: list[tuple[int, int]] = []
    for match in TOKEN.finditer(text):
        if not _is_content(match.group().lower().replace("’", "'")):
            continue
        if phrases and text[phrases[-1][1] : match.start()] == " ":
            phrases[-1] = (phrases[-1][0], match.end())
        else:
            phrases.append((match.start(), match.end()))
    runs: list[list[str]] = []
    end = -1
    for start, stop in phrases:
        if runs and _BETWEEN.fullmatch(text[end:start]):
            runs[-1].append(text[start:stop])
        else:
            runs.append([text[start:stop]])
        end = stop
    return [tuple(run) for run in runs if len(run) > 1]


_FORMS = {
    form: base
    for base, forms in {
        "stretch": "stretching stretched",
        "massage": "massaging massaged",
        "walk": "walking walked",
        "exercise": "exercising exercised",
        "drink": "drinking drank",
        "cramp": "cramping cramped",
        "hold": "holding held",
        "sugar": "sugary sugars",
        "foot": "feet",
    }.items()
    for form in forms.split()
}


_PART_OF_MANY = {
    "legs": "leg", "calves": "calf", "feet": "foot", "toes": "toe", "hands": "hand", "thighs": "thigh",
    "hamstrings": "hamstring", "muscles": "muscle",
}  # fmt: skip


def name_part(part: str) -> str:
    """One part of the body for one or many of it: "calf" of "Calves"."""
    part = part.casefold()
    return _PART_OF_MANY.get(part, part)


def name_cramps(part: str) -> str:
    """The name of cramps in a part of the body, written as one or as many: "calf cramps" of "Calves"."""
    return f"{name_part(part)} cramps"


def stem(word: str) -> str:
    """A light plural and suffix stripper: enough to see that "cramps" and "cramp" are one word.

    Of verbs only those are put together that name a remedy: other forms often mean something else.
    """
    if base := _FORMS.get(word):
        return base
    for suffix in ("'s", "ies", "sses", "es", "s"):
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            if suffix == "ies":
                return word[:-3] + "y"
            if suffix == "sses":
                return word[:-2]
            if suffix == "es" and not word.endswith(("ches", "shes", "xes", "zes", "ses")):
                return word[:-1]
            if suffix == "s" and word.endswith(("ss", "us", "is")):
                return word
            return word[: -len(suffix)]
    return word


def stems(words: Iterable[str]) -> set[str]:
    """The set of stems of ``words``."""
    return {stem(word) for word in words}


def is_plural(name: str) -> bool:
    """Whether a verb after ``name`` stands in the plural: "cramps" and "calcium and magnesium" want one."""
    last = name.casefold().split()[-1] if name.split() else ""
    return (
        last.endswith("s") and not last.endswith(("ss", "us", "is")) and last not in _SINGULAR_IN_S
    ) or " and " in name


_SINGULAR_IN_S = frozenset(
    "diabetes rabies measles shingles mumps herpes scabies rickets hives aids sars series gallstones".split()
) - {"gallstones", "hives"}


def strip_end(text: str) -> str:
    return text.strip().rstrip("?.! ")


def upper_first(text: str) -> str:
    return text[:1].upper() + text[1:]


def lower_first(text: str) -> str:
    first = text.split(" ", 1)[0]
    return text if first.isupper() and len(first) > 1 else text[:1].lower() + text[1:]
