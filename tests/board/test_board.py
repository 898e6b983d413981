"""The board shows the newest state of each story and lets no markup of a wire through."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from importlib.resources import files

import msgspec
from aiohttp.test_utils import TestClient, TestServer

from streams.board.server import Board
from streams.board.view import BoardState
from streams.contracts.records import Because, Counts, Delta, StoryEvent

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>"


def event(story: str = "en-1", version: int = 1, headline: str = "A headline", status: str = "open") -> StoryEvent:
    return msgspec.convert(
        {
            "storyId": story, "version": version, "change": "created", "material": True, "status": status,
            "headline": headline, "firstSeen": "2021-07-14T12:00:00.000Z", "lastUpdated": "2021-07-14T12:00:00.000Z",
            "language": "en",
            "counts": msgspec.to_builtins(Counts(articles=1, sources=1, origins=1, duplicates=0)),
            "delta": msgspec.to_builtins(Delta()), "because": msgspec.to_builtins(Because()),
        },
        StoryEvent,
    )


async def stream(*events: StoryEvent) -> AsyncIterator[StoryEvent]:
    for item in events:
        yield item


def test_a_repeated_or_older_version_changes_nothing() -> None:
    state = BoardState()
    assert state.apply(event(version=2)) is not None
    assert state.apply(event(version=2)) is None
    assert state.apply(event(version=1, headline="Older")) is None
    assert [card["headline"] for card in state.cards()] == ["A headline"]


def test_a_closed_or_merged_story_leaves_the_board() -> None:
    state = BoardState()
    state.apply(event())
    state.apply(event(version=2, status="merged"))
    assert state.cards() == []


def test_the_board_keeps_a_bounded_number_of_stories_and_drops_the_oldest() -> None:
    state = BoardState(limit=3)
    for number in range(10):
        state.apply(event(story=f"en-{number}"))
    assert [card["storyId"] for card in state.cards()] == ["en-9", "en-8", "en-7"]


async def test_pages_get_hostile_text_as_json_only_and_a_policy_that_runs_nothing_else() -> None:
    board = Board()
    await board.follow(stream(event(headline=HOSTILE)))
    async with TestClient(TestServer(board.app())) as client:
        page = await client.get("/")
        assert "script-src 'self'" in page.headers["Content-Security-Policy"]
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]
        assert HOSTILE not in await page.text()
        stories = await client.get("/stories")
        assert stories.headers["Content-Type"].startswith("application/json")
        assert stories.headers["X-Content-Type-Options"] == "nosniff"
        assert (await stories.json())["stories"][0]["headline"] == HOSTILE


def test_the_page_writes_text_never_markup() -> None:
    script = files("streams.board").joinpath("static", "board.js").read_text()
    assert not [word for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(")
                if word in script]


async def test_an_open_page_is_sent_each_change() -> None:
    board = Board()
    async with TestClient(TestServer(board.app())) as client:
        response = await client.get("/events")
        assert await response.content.readline() == b": open\n"
        await board.follow(stream(event(version=1), event(version=1), event(version=2, headline="Newer")))
        seen: list[bytes] = []
        while len(seen) < 2:
            line = await asyncio.wait_for(response.content.readline(), 5)
            if line.startswith(b"data: "):
                seen.append(line)
        assert b"Newer" in seen[1]
        response.close()


async def test_a_page_that_does_not_read_is_told_to_reload_and_costs_bounded_memory() -> None:
    board = Board()
    page: asyncio.Queue[bytes] = asyncio.Queue(4)
    board._pages.add(page)
    await board.follow(stream(*(event(version=number) for number in range(1, 6))))
    assert page.qsize() == 1
    assert page.get_nowait().startswith(b"event: reload")
