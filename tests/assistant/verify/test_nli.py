"""The optional inference model: loads a tiny one built here, and can only withhold."""

import numpy as np
import pytest

from assistant.verify.nli import NliModelError, NliVerifier, find_labels, load_nli_judge
from assistant.verify.verdict import Check, Verdict

LABELS = {0: "contradiction", 1: "entailment", 2: "neutral"}


class Lenient:
    def __init__(self, label="supported", *, quoted=False):
        self.verdict = Verdict(label, 0.9, (Check("exact_quote", quoted),))

    def verify(self, claim, evidence):
        return self.verdict


def judge_as(entailed, contradicted):
    return lambda pairs: np.array([[entailed, contradicted]] * len(pairs), dtype=np.float32)


@pytest.mark.parametrize(
    ("entailed", "contradicted", "label"),
    [(0.9, 0.0, "supported"), (0.2, 0.1, "not_enough"), (0.1, 0.8, "refuted")],
)
def test_support_stands_only_where_the_model_finds_it(entailed, contradicted, label):
    verdict = NliVerifier(Lenient(), judge_as(entailed, contradicted)).verify("A.", ("B.",))
    assert verdict.label == label
    assert verdict.score <= 0.9


@pytest.mark.parametrize("inner", [Lenient("not_enough"), Lenient("refuted"), Lenient(quoted=True)])
def test_it_never_lifts_a_verdict_and_never_judges_a_quote(inner):
    assert NliVerifier(inner, judge_as(1.0, 0.0)).verify("A.", ("B.",)) is inner.verdict


def test_the_piece_that_entails_most_counts():
    asked = []

    def judge(pairs):
        asked.extend(pairs)
        return np.array([["Gout" in premise, 0] for premise, _ in pairs], dtype=np.float32)

    text = "One came. Two came. Three came. Four came. Gout came."
    assert NliVerifier(Lenient(), judge).verify("Gout came.", (text,)).label == "supported"
    assert len(asked) == 3


@pytest.fixture(scope="module")
def tiny_model(tmp_path_factory):
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    folder = tmp_path_factory.mktemp("nli")
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "gout", "tea", "helps"]
    (folder / "vocab.txt").write_text("\n".join(words))
    BertTokenizerFast(vocab_file=str(folder / "vocab.txt")).save_pretrained(folder)
    config = BertConfig(
        vocab_size=len(words), hidden_size=8, num_hidden_layers=1, num_attention_heads=2, intermediate_size=8,
        max_position_embeddings=32, id2label=LABELS, label2id={name: i for i, name in LABELS.items()},
    )  # fmt: skip
    BertForSequenceClassification(config).save_pretrained(folder)
    return folder


def test_a_model_in_a_folder_gives_probabilities(tiny_model):
    found = load_nli_judge(tiny_model)([("tea helps gout", "tea helps"), ("gout " * 500, "tea")])
    assert found.shape == (2, 2)
    assert ((found >= 0) & (found <= 1)).all()
    verdict = NliVerifier(Lenient(), load_nli_judge(tiny_model)).verify("Tea helps.", ("Tea helps gout.",))
    assert "nli" in [check.name for check in verdict.checks]


def test_a_wrong_folder_is_told_plainly(tmp_path):
    with pytest.raises(NliModelError, match=r"config\.json"):
        load_nli_judge(tmp_path / "nowhere")
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(NliModelError, match="cannot be opened"):
        load_nli_judge(tmp_path)


def test_labels_are_found_by_name():
    assert find_labels(LABELS) == (1, 0)
    assert find_labels({0: "entailment", 1: "not_entailment"}) == (0, None)
    with pytest.raises(NliModelError, match="LABEL_0"):
        find_labels({0: "LABEL_0", 1: "LABEL_1"})
