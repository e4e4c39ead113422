"""The development benchmark sets load as they are, oddities and all."""

import pytest

from eval.sets.answers import load_answer_set
from eval.sets.claims import load_claims
from eval.sets.retrieval import load_retrieval_set

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def bench(pytestconfig):
    folder = pytestconfig.rootpath.parent / "shared" / "bench"
    if not folder.is_dir():
        pytest.skip("the shared development data are not here")
    return folder


def test_retrieval_sets_load(bench):
    for folder in sorted((bench / "retrieval").iterdir()):
        found = load_retrieval_set(folder)
        assert found.judged_queries(), folder.name


def test_follow_up_sets_have_conversations(bench):
    found = load_retrieval_set(bench / "retrieval" / "cast2021_followups")
    assert found.has_history
    assert len({query.conversation for query in found.queries}) == 26


def test_claim_sets_load(bench):
    for file in sorted((bench / "claims").iterdir()):
        assert load_claims(file).claims, file.name


def test_answer_sets_load(bench):
    for file in sorted((bench / "answers").iterdir()):
        assert load_answer_set(file).items, file.name
