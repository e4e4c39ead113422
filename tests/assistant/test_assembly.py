"""What is opened with the chain, so that the first reader doesn't wait for it."""

from __future__ import annotations

import pytest

from assistant.assembly import open_chain
from assistant.audience.glossary import load_glossary
from tests.library import bundled_library, library_settings


@pytest.mark.model
def test_the_glossary_is_read_before_the_first_answer() -> None:
    load_glossary.cache_clear()
    open_chain(library_settings(), bundled_library())
    assert load_glossary.cache_info().currsize == 1
