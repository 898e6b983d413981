"""What the shipped recogniser promises: names with offsets, the same whatever the batch, and bounded cost."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.entities.recogniser import Recogniser, Span
from streams.entities.recogniser.crf import CrfRecogniser
from streams.entities.recogniser.lexicon import Lexicon
from streams.entities.recogniser.model import Weights

ARTICLE = (
    "Harvest fails in northern Wellonia\n\n"
    "LISBON (Reuters) - Prime Minister Agnes Thorvald said on Tuesday that farmers in Portugal would get help.\n\n"
    "Thorvald told reporters in Madrid that the Agriculture Ministry would pay. Spanish officials welcomed it."
)
SEEDS = sorted((Path(__file__).parents[3] / "seeds").glob("*.txt"))


@pytest.fixture(scope="module")
def recogniser() -> Recogniser:
    return Recogniser.load()


def named(recogniser: Recogniser, text: str) -> list[tuple[str, str]]:
    return [(text[s.start : s.end], s.type) for s in recogniser.recognise([text])[0]]


def test_names_are_found_with_their_types(recogniser: Recogniser) -> None:
    found = named(recogniser, ARTICLE)
    assert {("Agnes Thorvald", "PER"), ("Thorvald", "PER"), ("Portugal", "LOC"), ("Madrid", "LOC")} <= set(found)
    assert ("Agriculture Ministry", "ORG") in found


def test_spans_are_in_order_inside_the_text_and_do_not_overlap(recogniser: Recogniser) -> None:
    for path in SEEDS:
        text = path.read_text(encoding="utf-8")
        spans = recogniser.recognise([text])[0]
        edges = [edge for span in spans for edge in (span.start, span.end)]
        assert edges == sorted(edges)
        assert all(0 <= s.start < s.end <= len(text) and 0.0 <= s.score <= 1.0 for s in spans)
        assert all(text[s.start : s.end].strip() == text[s.start : s.end] for s in spans)


def test_two_places_joined_by_a_hyphen_are_two_names(recogniser: Recogniser) -> None:
    text = "Road closed\n\nThe road from Paris to Lyon was closed. The Paris-Lyon train runs. He lives in Baden-Baden."
    found = named(recogniser, text)
    assert found.count(("Paris", "LOC")) == 2
    assert found.count(("Lyon", "LOC")) == 2


def test_a_photo_credit_is_a_person_and_an_agency(recogniser: Recogniser) -> None:
    found = named(recogniser, "Crowds in Rome\n\nPeople gather in Rome on Friday [Marco Bellini/EPA]")
    assert ("Marco Bellini", "PER") in found
    assert ("EPA", "ORG") in found


def test_the_rest_of_the_article_tells_what_a_bare_name_is(recogniser: Recogniser) -> None:
    article = "Fire\n\nJohn Washburne, a farmer, saw the fire. The mayor thanked him. Washburne smiled."
    assert ("Washburne", "PER") in named(recogniser, article)


@settings(max_examples=15, deadline=None)
@given(st.permutations(range(6)), st.integers(1, 5))
def test_a_text_does_not_depend_on_its_batch(order: list[int], size: int) -> None:
    recogniser = _shared()
    texts = [path.read_text(encoding="utf-8") for path in SEEDS] + [ARTICLE]
    alone = [_expected()[i] for i in order]
    got: list[list[Span]] = []
    for at in range(0, len(order), size):
        got += recogniser.recognise([texts[i] for i in order[at : at + size]])
    assert got == alone


_cache: dict[str, object] = {}


def _shared() -> CrfRecogniser:
    if "recogniser" not in _cache:
        _cache["recogniser"] = CrfRecogniser.load()
    recogniser = _cache["recogniser"]
    assert isinstance(recogniser, CrfRecogniser)
    return recogniser


def _expected() -> list[list[Span]]:
    texts = [path.read_text(encoding="utf-8") for path in SEEDS] + [ARTICLE]
    return [_shared().recognise([text])[0] for text in texts]


def test_a_full_cache_is_forgotten_without_a_trace(recogniser: Recogniser) -> None:
    folder = Path(sys.modules["streams.entities.recogniser.crf"].__file__ or "").parent.parent / "data"
    small = CrfRecogniser(
        Weights.load(folder / "recogniser.npz"), Lexicon.load(folder / "lexicon.npz"), cache_types=300
    )
    texts = [path.read_text(encoding="utf-8") for path in SEEDS]
    for text in [*texts, *texts]:
        assert small.recognise([text]) == recogniser.recognise([text])


def test_the_hash_seed_changes_nothing() -> None:
    code = (
        "import sys; from streams.entities.recogniser import Recogniser\n"
        "text = open(sys.argv[1], encoding='utf-8').read()\n"
        "print(Recogniser.load().recognise([text]))"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", code, str(SEEDS[0])], capture_output=True, text=True, check=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "OMP_NUM_THREADS": threads},
        ).stdout
        for seed, threads in (("1", "1"), ("2", "4"))
    ]  # fmt: skip
    assert runs[0] == runs[1] != ""


def test_tags_are_bio_and_as_many_as_tokens(recogniser: Recogniser) -> None:
    sentences = [["Agnes", "Thorvald", "flew", "to", "Oslo", "."], [], ["She", "left", "."]]
    tags = recogniser.tag(sentences)
    assert tags == [["B-PER", "I-PER", "O", "O", "B-LOC", "O"], [], ["O", "O", "O"]]


def test_articles_of_a_tagged_file_end_at_docstart(recogniser: Recogniser) -> None:
    first = [["-DOCSTART-"], ["Agnes", "Thorvald", "spoke", "."], ["Thorvald", "left", "."]]
    second = [["-DOCSTART-"], ["Thorvald", "won", "the", "cup", "against", "Leeds", "."]]
    assert recogniser.tag([*first, *second]) == recogniser.tag(first) + recogniser.tag(second)


def test_a_recogniser_without_some_names_keeps_no_trace_of_them_in_its_lists() -> None:
    data = Path(sys.modules["streams.entities.recogniser.crf"].__file__ or "").parent.parent / "data"
    import numpy as np

    from streams.entities.recogniser.hashing import text_hash  # only here
    from streams.entities.recogniser.lexicon import NAME_FLAGS, phrase_hash

    whole, less = (Lexicon.load(data / "lexicon.npz", frozenset(names)) for names in ((), ("Buenos Aires",)))
    phrase = np.array([phrase_hash(["Buenos", "Aires"])], np.uint32)
    word = np.array([text_hash("aires")], np.uint32)
    assert whole.phrases(phrase)[0] > 0
    assert less.phrases(phrase)[0] == 0
    assert all(less.words(word)[0, column] == 0 for column in NAME_FLAGS)


HOSTILE = {
    "emoji": "🙂👩\u200d👧 ",
    "right-to-left": "السلام عليكم ورحمة ",
    "override": "\u202eevil\u202c ",
    "zero-width": "A\u200bB\u200cC ",
    "capitals": "ABCDEFGH ",
    "one token": "A",
    "dots": "A. ",
    "lower": "word ",
    "names": "John Smith of Paris. ",
    "nul": "\x00\x01 ",
    "newlines": "A\n",
    "surrogate": "Name\ud800 ",
    "combining": "e\u0301\u0302\u0303",
    "digits": "1234567890 ",
    "single capitals": "X Y Z ",
}


@pytest.mark.parametrize("kind", sorted(HOSTILE))
def test_hostile_text_is_survived_in_linear_time(recogniser: Recogniser, kind: str) -> None:
    unit = HOSTILE[kind]
    sizes = (60_000, 240_000)
    seconds = []
    for size in sizes:
        began = time.process_time()
        recogniser.recognise([unit * (size // len(unit))])
        seconds.append(time.process_time() - began)
    assert seconds[1] < 10 * seconds[0] + 0.5, "four times the text, at most ten times the time"


def test_a_megabyte_article_takes_at_most_three_seconds(recogniser: Recogniser) -> None:
    text = SEEDS[1].read_text(encoding="utf-8")
    began = time.process_time()
    recogniser.recognise([text * (1_000_000 // len(text))])
    assert time.process_time() - began < 3


def test_an_article_in_capitals_still_has_names(recogniser: Recogniser) -> None:
    found = named(recogniser, ARTICLE.upper())
    assert ("PORTUGAL", "LOC") in found
    assert any(kind == "PER" and "THORVALD" in name for name, kind in found)


@pytest.mark.parametrize("text", ["", "\n\n", " ", ".", "\u200b", "a", "A"])
def test_next_to_nothing_is_a_text_too(recogniser: Recogniser, text: str) -> None:
    assert isinstance(recogniser.recognise([text])[0], list)


def test_a_missing_model_says_which_file(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"recogniser\.npz"):
        Recogniser.load(tmp_path)
