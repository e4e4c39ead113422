"""The library that the server shows: always the build that serves at the moment."""

from __future__ import annotations

import pytest

from assistant.web.library import PublishedLibrary
from tests.scripted_chain import LEAFLET, MAGNESIUM, SmallLibrary


def test_a_newly_published_build_is_seen_at_once() -> None:
    builds = [SmallLibrary(MAGNESIUM), SmallLibrary(MAGNESIUM, LEAFLET)]
    library = PublishedLibrary(lambda: builds[0])
    assert [name for name, _ in library.documents()] == [MAGNESIUM.id]
    with pytest.raises(KeyError):
        library.document(LEAFLET.id)
    builds.pop(0)
    assert library.document(LEAFLET.id) is LEAFLET
    assert library.build_id == "build-1"
