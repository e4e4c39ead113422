"""Recognise remedies by name: medicines and supplements, and things one does."""

from __future__ import annotations

import re

_MEDICINE = re.compile(
    r"\b(?:medicines?|medications?|drugs?|tablets?|pills?|supplement\w*|supplementation|magnesium|calcium|potassium|sodium|quinine|quinidine|coenzyme|q10|homeopathy|acupuncture|mustard|juice|electrolytes?|tonic|cbd|cannabis|melatonin|omeprazole|warfarin|digoxin|aspirin|metformin|lithium|prednisolone|insulin|amiodarone|levothyroxine|blood thinners?|vitamins?|baclofen|"
    r"gabapentin|pregabalin|diltiazem|verapamil|naftidrofuryl|mexiletine|levodopa|ropinirole|pramipexole|rotigotine|carnitine|"
    r"taurine|albumin|orphenadrine|methocarbamol|botulinum|analgesics?|paracetamol|acetaminophen|ibuprofen|opioids?|iron|statins?|warfarin|metformin|insulin|"
    r"digoxin|aspirin|lithium|predniso(?:lo)?ne|steroids?|corticosteroids?|(?:levo)?thyroxine|amiodarone|clopidogrel|sertraline|citalopram|naproxen|"
    r"tramadol|codeine|morphine|antibiotics?|antidepressants?|beta-?blockers?|antacids?|anticoagulants?|methotrexate|theophylline|"
    r"\w{3,}(?:olol|pril|sartan|statin|azole|mycin|cillin|dipine|gliptin|gliflozin|tidine|setron|triptan|pine|pam|lam|barbital|"
    r"quinine|quine|dopa|zide|semide|floxacin|oxetine|caine|curium|mab|nib|vir|tide|parin|xaban|gatran|profen|coxib|codone|trel))\b|"
    r"\b\d[\d.,]*\s?(?:mg|mcg|µg|mmol|IU|g)\b(?: (?:daily|per day|a day|/day))?",
    re.IGNORECASE,
)
_MEASURE = re.compile(
    r"\b(?:stretch\w*|massag\w*|rub(?:s|bing)?\b|walk\w*|exercis\w*|heat|cold|ice|warm\w*|shower|bath|footwear|shoes|bedding|bedclothes|posture|splint\w*|"
    r"hydrat\w*|fluids?|drink\w*|water|rest|physiotherapy|physical therapy|cycling|relax\w*|foot|feet|toes|heels?|lifestyle|cool\w*)\b",
    re.IGNORECASE,
)
_NON_DRUG = re.compile(r"\bnon-?\s?(?:drug|pharmacological|medic\w+)\b", re.IGNORECASE)
_BODY_PARTS = re.compile(r"\b(?:foot|feet|toes|heels?)\b", re.IGNORECASE)
_WARNS = re.compile(
    r"\b(?:avoid\w*|should not|must not|not recommended|do not|don't|never|contraindicat\w*|warn\w*|stop taking|sign of|"
    r"emergency|urgent\w*|doctor|hospital|GP|medical help|can cause|may cause|risk)\b",
    re.IGNORECASE,
)


NAMED_BY_USE = (
    r"(?:blood pressure|water|thyroid|heart|sleeping|cholesterol|diabetes|birth control|allergy|iron) "
    r"(?:tablets?|pills?|medicines?|medications?)|blood thinners?"
)
"""Medicines as patients name them, by what they are taken for."""
_TAKEN_ALREADY = re.compile(
    r"\b(?:who(?:['’]s| is| are)?|and|while|if|when|as|because|since|i['’]?m|i am|he['’]?s|she['’]?s|he is|she is|they['’]?re|they are|already|is|are)"
    r" (?:i['’]?m |i am |he['’]?s |she['’]?s |he is |she is |already |now |also )*(?:on|taking|takes|take|prescribed)"
    r" (?:a |an |the |my |his |her |some |daily |regular )?"
    rf"(?P<medicine>{NAMED_BY_USE}|[^\W_]{{4,}})\b",
    re.IGNORECASE,
)
_ASKS_WHAT_TO_TAKE = re.compile(
    r"\b(?:what|which|anything|something)\b[^?.]*\b(?:take|do|use|try|done|given?|helps?|have)\b|\btreatments?\b|\boptions?\b|\bremed(?:y|ies)\b"
    r"|\b(?:do|does|can|could|would|will) (?!(?:it|this|that|they|these|those)\b)[^\W_]+(?: [^\W_]+)? (?:help|work|ease|stop|prevent)\b",
    re.IGNORECASE,
)


def find_taken_already(question: str) -> frozenset[str]:
    """Medicines (lower case) that somebody is on while another remedy is asked for.

    "What can my grandad, who is on furosemide, take for cramps?" does not ask about furosemide; "is it safe with
    furosemide?" does.
    """
    if not _ASKS_WHAT_TO_TAKE.search(question):
        return frozenset()
    taken = (match["medicine"].lower() for match in _TAKEN_ALREADY.finditer(question))
    return frozenset(name for name in taken if names_medicine(name) or name.startswith("blood thinner"))


def find_medicine(text: str) -> int | None:
    """Where ``text`` first names a medicine, a supplement or a dose; "non-drug" names none."""
    found = _MEDICINE.search(_NON_DRUG.sub(lambda match: " " * len(match.group()), text))
    return found.start() if found else None


def find_measure(text: str) -> int | None:
    """Where ``text`` first names something a person does: stretching, heat, drinking."""
    found = _MEASURE.search(text)
    return found.start() if found else None


def names_medicine(text: str) -> bool:
    """Whether ``text`` names a medicine, a supplement or a dose."""
    return find_medicine(text) is not None


def names_remedy(text: str) -> bool:
    """Whether ``text`` names a medicine or a measure."""
    return names_medicine(text) or find_measure(text) is not None


def is_self_care(text: str) -> bool:
    """Whether ``text`` speaks of something a person does or takes, without warning of it."""
    without_parts = _BODY_PARTS.sub(" ", text)
    return names_remedy(without_parts) and not _WARNS.search(text)
