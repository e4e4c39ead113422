"""Open the verifier. (Exact quotes only, until the layered one is in place.)"""

from __future__ import annotations

from assistant.verify.verdict import Check, Verdict, Verifier


class ExactQuoteVerifier:
    """Supports a claim that stands verbatim in its evidence, and nothing else."""

    def verify(self, claim: str, evidence: tuple[str, ...]) -> Verdict:
        found = any(claim in text for text in evidence)
        check = Check("exact_quote", found, "" if found else "is not a quote of the cited passage")
        return Verdict("supported" if found else "not_enough", float(found), (check,))


def load_verifier() -> Verifier:
    return ExactQuoteVerifier()
