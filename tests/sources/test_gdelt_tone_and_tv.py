"""GDELT's tone as a metric, and its index of television with the day on which it ends. Servers of ours play both."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from socialhub.clock import DAY, HOUR, MINUTE, Clock, to_datetime
from socialhub.metrics import Measurement
from socialhub.model import Batch
from socialhub.sources import create
from socialhub.sources.gdelt import GdeltSource
from socialhub.sources.gdelt_api import moment_of, written
from socialhub.sources.gdelt_tv import GdeltTvSource
from socialhub.sources.kinds.gdelt import GdeltSettings
from tests.servers import NOON, Answer, HandClock, LoopbackServer, Request, make_client, make_context
from tests.sources.gathering import collect_killed, drafts, natives, poll, poll_failing

QUARTER = 15 * MINUTE
SECONDS = 1_000


class Tones:
    """Tones of quarters of an hour within what is asked for; no article is ever found."""

    def __init__(self) -> None:
        self.tones: dict[int, float] = {}
        self.asked: list[dict[str, str]] = []

    async def __call__(self, request: Request, writer: asyncio.StreamWriter) -> None:
        query = {name: values[0] for name, values in parse_qs(urlsplit(request.path).query).items()}
        self.asked.append(query)
        body: dict[str, Any] = {}
        if query["mode"] == "timelinetone":
            first, last = moment_of(query["startdatetime"]), moment_of(query["enddatetime"])
            assert first is not None
            assert last is not None
            data = [
                {"date": f"{to_datetime(at):%Y%m%dT%H%M%SZ}", "value": self.tones.get(at, 0)}
                for at in range(-(-first // QUARTER) * QUARTER, last + 1, QUARTER)
            ]
            body = {"query_details": {}, "timeline": [{"series": "Average Tone", "data": data}]}
        await Answer(json.dumps(body).encode())(request, writer)


def press(server: LoopbackServer, clock: Clock) -> GdeltSource:
    settings = GdeltSettings(name="g", queries=("mandarine",), tone=True, server=server.url(""), allow_private=True)
    return GdeltSource(settings, make_context(make_client(clock=clock), clock), 0.0)


def rows(batches: list[Batch]) -> dict[int, float]:
    told = [item for batch in batches for item in batch.items if isinstance(item, Measurement)]
    assert {each.metric for each in told} <= {"tone: mandarine"}
    return {each.at: each.value for each in told}


async def test_the_tone_of_a_day_then_what_is_new_and_what_was_corrected_and_no_hole_after_an_outage() -> None:
    played, clock = Tones(), HandClock(NOON)
    played.tones = {NOON - number * QUARTER: -1.0 - number / 10 for number in range(200) if number != 5}
    async with LoopbackServer({"*": played}) as server:
        source = press(server, clock)
        first = await poll(source)
        # A quarter of an hour without an article has no tone.
        assert NOON - 5 * QUARTER not in rows(first)
        assert rows(first)[NOON] == -1.0
        assert min(rows(first)) < NOON - DAY
        clock.moment = NOON + 2 * QUARTER
        played.tones |= {NOON + QUARTER: 3.25, NOON - QUARTER: -2.0}
        second = await poll(source, first[-1].cursor)
        assert rows(second)[NOON + QUARTER] == 3.25
        assert rows(second)[NOON - QUARTER] == -2.0
        assert min(rows(second)) >= NOON - 3 * HOUR
        clock.moment = NOON + 5 * DAY
        played.tones |= dict.fromkeys(range(NOON + 2 * QUARTER, NOON + 5 * DAY, QUARTER), 1.0)
        third = rows(await poll(source, second[-1].cursor))
        assert set(range(NOON + 2 * QUARTER, NOON + 5 * DAY, QUARTER)) <= set(third)
        assert {each["mode"] for each in played.asked} == {"artlist", "timelinetone"}


def clip(number: int, at: int, station: str = "CNN") -> dict[str, Any]:
    address = f"https://archive.org/details/{station}_{number}#start/{number}/end/{number + 35}"
    return {
        "preview_url": address,
        "ia_show_id": f"{station}_{number}",
        "date": f"{to_datetime(at):%Y%m%dT%H%M%SZ}",
        "station": station,
        "show": "Early  Start",
        "snippet": f"the mandarine network was down {number}",
        "preview_thumb": "https://archive.org/x.jpg",
        "at": at,
    }


class Television:
    """The newest `most` clips up to a moment, and where each station ends."""

    def __init__(self, ends: dict[str, str], most: int = 250) -> None:
        self.clips: list[dict[str, Any]] = []
        self.ends, self.most = ends, most
        self.asked: list[dict[str, str]] = []

    async def __call__(self, request: Request, writer: asyncio.StreamWriter) -> None:
        query = {name: values[0] for name, values in parse_qs(urlsplit(request.path).query).items()}
        self.asked.append(query)
        if query["mode"] == "stationdetails":
            details = [{"StationID": name, "Description": name, "EndDate": end} for name, end in self.ends.items()]
            body: dict[str, Any] = {"station_details": details}
        elif "station:" not in query["query"]:
            await Answer(b"Your query must contain at least one station.")(request, writer)
            return
        else:
            until = query.get("enddatetime", "9")
            found = sorted((each for each in self.clips if written(each["at"]) <= until), key=lambda each: -each["at"])
            body = {"clips": found[: self.most]} if found else {}
        await Answer(json.dumps(body).encode())(request, writer)


def television(server: LoopbackServer, clock: Clock, *stations: str) -> GdeltTvSource:
    settings = GdeltSettings(
        name="tv", queries=("mandarine",), stations=stations or ("CNN",), server=server.url(""), allow_private=True
    )
    made = create(settings, make_context(make_client(clock=clock), clock))
    assert isinstance(made, GdeltTvSource)
    return GdeltTvSource(settings, make_context(make_client(clock=clock), clock), 0.0)


async def test_what_is_said_on_television_comes_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socialhub.sources.gdelt_tv.MOST_RECORDS", 20)
    played, clock = Television({"CNN": "20261121T000000Z"}, most=20), HandClock(NOON)
    played.clips = [clip(number, NOON - DAY + number * MINUTE) for number in range(30)]
    async with LoopbackServer({"*": played}) as server:
        first = await poll(television(server, clock))
        assert len(set(natives(first))) == len(natives(first)) == 20
        newest = next(draft for draft in drafts(first) if draft.published == NOON - DAY + 29 * MINUTE)
        assert (newest.text, newest.title) == ("the mandarine network was down 29", "Early Start")
        assert (newest.author, newest.site, newest.backfill) == ("CNN", "archive.org", True)
        assert newest.url == "https://archive.org/details/CNN_29/start/29/end/64"
        played.clips += [clip(number, NOON - HOUR + number * SECONDS) for number in range(30, 90)]
        stored, cursor = await collect_killed(television(server, clock), [1, 1], first[-1].cursor)
        assert {draft.text for draft in drafts(stored)} >= {each["snippet"] for each in played.clips[30:]}
        assert set(natives(await poll(television(server, clock), cursor))) <= set(natives(stored))
        assert {each.get("query", "mandarine station:CNN") for each in played.asked} == {"mandarine station:CNN"}
        # Where stations end is asked for once a day.
        assert [each["mode"] for each in played.asked].count("stationdetails") == 1


@pytest.mark.parametrize("end", ["20241014T235959Z", "2024-10-14", "10/14/2024 11:59:59 PM", "20241014"])
async def test_where_the_index_of_a_station_ends_is_told(end: str) -> None:
    played, clock = Television({"BBCNEWS": end, "CNN": "20261120T100000Z"}), HandClock(NOON)
    played.clips = [clip(1, NOON - HOUR)]
    async with LoopbackServer({"*": played}) as server:
        source = television(server, clock, "CNN", "BBCNEWS")
        batches, error = await poll_failing(source)
        # What there is was read all the same.
        assert len(natives(batches)) == 1
        assert error.reason.code == "index-ends"
        assert not error.permanent
        assert "nothing of BBCNEWS after 2024-10-14" in error.reason.sentence()
        assert played.asked[0]["query"] == "mandarine (station:CNN OR station:BBCNEWS)"
        _batches, again = await poll_failing(source, batches[-1].cursor)
        assert again.reason == error.reason
        played.ends["BBCNEWS"] = "20261127T000000Z"
        clock.moment = NOON + 2 * DAY
        played.ends["CNN"] = "20261123T000000Z"
        assert await poll(source, batches[-1].cursor)


@pytest.mark.parametrize(
    ("chosen", "keys"),
    [
        ({"stations": ("CNN",), "tone": True}, [("tone",)]),
        ({"stations": ("BBC News",)}, [("stations", 0)]),
        ({"stations": ("CNN",)}, []),
        ({"tone": True}, []),
    ],
)
def test_what_cannot_be_meant_is_told(chosen: dict[str, Any], keys: list[Any]) -> None:
    assert [each.at for each in GdeltSettings(name="g", queries=("mandarine",), **chosen).troubles()] == keys
