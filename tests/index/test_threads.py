"""Threads: fewer while asked, as before after."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from threadpoolctl import ThreadpoolController, threadpool_limits

from index.threads import keep_numpy_on_one_thread, torch_on_one_thread


def compute_and_fail() -> None:
    with torch_on_one_thread():
        assert torch.get_num_threads() == 1
        raise RuntimeError


def test_pytorch_gets_its_threads_back_also_after_an_error() -> None:
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        with pytest.raises(RuntimeError):
            compute_and_fail()
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)


def test_numpy_stays_on_one_thread_and_others_keep_theirs() -> None:
    np.ones((2, 2)) @ np.ones((2, 2))
    with threadpool_limits(2):
        before = {pool["filepath"]: pool["num_threads"] for pool in ThreadpoolController().info()}
        keep_numpy_on_one_thread()
        pools = ThreadpoolController().info()
        for pool in pools:
            own = pool["internal_api"] == "openblas" and pool["threading_layer"] == "pthreads"
            assert pool["num_threads"] == (1 if own else before[pool["filepath"]])
