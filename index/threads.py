"""Keep small sums on one thread: who wakes a second one waits longer for it than it saves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


def keep_numpy_on_one_thread() -> None:
    """Switch the threads of NumPy's linear algebra off for this process.

    Its products here take under a millisecond, but a woken worker of OpenBLAS goes on spinning for tens of
    milliseconds: at 100,000 chunks that took half of the processor time of a search, and the core that the
    embedder wanted. Libraries that share their threads through OpenMP, as FAISS does, are left alone; with
    another library under NumPy nothing happens.
    """
    from threadpoolctl import ThreadpoolController  # noqa: PLC0415 - it looks through all loaded libraries

    pools: Any = ThreadpoolController().select(internal_api="openblas")
    for pool in pools.lib_controllers:
        if pool.threading_layer == "pthreads":
            pool.set_num_threads(1)


@contextmanager
def torch_on_one_thread() -> Iterator[None]:
    """Let PyTorch compute on the calling thread alone.

    The number belongs to the thread and is put back after. A thread that first uses PyTorch meanwhile starts with
    one as well: large batches are slower there, never different.
    """
    import torch  # noqa: PLC0415

    before = torch.get_num_threads()
    if before == 1:
        yield
        return
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
