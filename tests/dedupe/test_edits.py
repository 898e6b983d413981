"""The promised figures on labelled edits of real wires, on a bounded sample; the whole is run by hand."""

from __future__ import annotations

import pytest

from tests.dedupe.labelled import STORIES, measure

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not STORIES.exists(), reason="needs the development data beside the checkout"),
]


@pytest.mark.timeout(240)
def test_edits_are_found_and_look_alikes_are_not_joined() -> None:
    found = measure(STORIES, originals=80, seed=11)
    duplicates, families = found["duplicates"]["all"], found["families"]["all"]
    assert duplicates.precision >= 0.995
    assert duplicates.recall >= 0.99
    assert families.precision >= 0.98
    assert families.recall >= 0.92
    assert families.wrongly_joined <= 0.005
    for kind in ("cut-30", "synonyms-20", "reordered", "spliced"):
        assert found["families"][kind].recall >= 0.92, kind
