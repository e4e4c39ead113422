"""Why a sentence was withheld, in words for a reader that repeat nothing of the sentence itself."""

from __future__ import annotations

from assistant.answer import UNSUPPORTED
from assistant.verify.verdict import Verdict

# The first that failed is told, so the ones that say most come first.
_BY_CHECK = {
    "quantities": "It gives a number, a dose or a time that its source does not give.",
    "regimen": "It gives a dose, a route or an interval otherwise than its source.",
    "negation": "It says “not”, or how sure something is, otherwise than its source.",
    "negation_of_clause": "It says “not” otherwise than its source.",
    "direction": "It says what goes up, what goes down or what is related otherwise than its source.",
    "arms_turned": "It gives the better result to another treatment than its source does.",
    "arms": "It gives its source's figures the other way round.",
    "cause": "It makes a cause of what its source only calls a link.",
    "animals": "It says of people what its source found in animals or cells.",
    "subgroup": "It says of everyone what its source says of some people only.",
    "everyone": "It says of all what its source says of most or of some.",
    "precision": "It takes a result that was too imprecise to tell as proof that there is no difference.",
    "out_of_date": "Its source says that this no longer holds.",
    "comparator": "It compares with something that its source did not compare.",
    "entities": "It names a medicine, a condition or a group of people that its source does not.",
    "wording": "It changes or leaves out words that matter in its source.",
    "nli": "A second check did not find it in its source.",
}
_BY_OBJECTION = {
    "carries no citation": "It names no source.",
    "cites passage": "It names a source that was not given to the language model.",
    "holds a citation": "Its citation can't be read.",
    "runs on": "It runs on without an end.",
    "holds ": "It holds characters, markup or links that have no place in a plain sentence.",
    "is a question": "It is a question.",
    "speaks to": "It speaks to a computer program, not to a reader.",
    "rests on words that speak": "Its source speaks to a computer program, not to a reader.",
    "what one can do oneself": "It says what one can do oneself; that waits until someone has looked at the danger sign.",
    "rests on words that have": "Its source has nothing to do with the question.",
}


def why_refused(verdict: Verdict) -> str:
    """Why the verifier refused a sentence: the failed check that says most, or that support was too weak."""
    failed = {check.name for check in verdict.checks if not check.passed}
    return next((words for name, words in _BY_CHECK.items() if name in failed), UNSUPPORTED)


def why_not_verified(reason: str) -> str:
    """Why a sentence was not even put to the verifier, by the reason on record."""
    return next((words for start, words in _BY_OBJECTION.items() if reason.startswith(start)), UNSUPPORTED)
