"""Mastodon by REST: nothing is lost between polls, whatever a server leaves out or however often we are killed."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from socialhub.clock import HOUR, MINUTE, iso
from socialhub.errors import SourceError
from socialhub.sources.kinds.mastodon import MastodonSettings
from socialhub.sources.mastodon import MastodonSource, create
from socialhub.sources.newest_first import is_under_way
from tests.servers import NOON, Answer, clock_at, make_client, make_context
from tests.sources.fake_mastodon import FakeMastodon, status
from tests.sources.gathering import Listener, collect_killed, deletions, drafts, natives, poll


@asynccontextmanager
async def reading(server: FakeMastodon, *, now: int = NOON, **chosen: Any) -> AsyncIterator[MastodonSource]:
    """A source over the running server."""
    client = make_client()
    chosen.setdefault("tags", ("fibre",) if not chosen.keys() & {"public", "accounts", "search"} else ())
    wanted = MastodonSettings(name="piaille", server=server.url, allow_private=True, **chosen)
    source = create(wanted, make_context(client, clock_at(now)))
    try:
        yield source
    finally:
        await source.close()
        await client.close()


def ids(numbers: range) -> set[str]:
    return {f"{number:018d}" for number in numbers}


async def test_first_contact_takes_a_bounded_history() -> None:
    async with FakeMastodon([status(number) for number in range(200)]) as server, reading(server) as source:
        batches = await poll(source)
        assert set(natives(batches)) == ids(range(80, 200))
        assert all(draft.backfill for draft in drafts(batches))
        assert not drafts(await poll(source, batches[-1].cursor))


async def test_later_polls_walk_forward_without_gaps() -> None:
    async with FakeMastodon([status(number) for number in range(10)]) as server, reading(server) as source:
        cursor = (await poll(source))[-1].cursor
        server.statuses += [status(number) for number in range(10, 135)]
        batches = await poll(source, cursor)
        assert set(natives(batches)) == ids(range(10, 135))
        assert not any(draft.backfill for draft in drafts(batches))
        assert [len(batch.items) for batch in batches] == [40, 40, 40, 5, 0]


async def test_an_outage_that_was_too_long_is_read_back_to_where_it_may_be_and_the_rest_is_left() -> None:
    def at(number: int) -> dict[str, Any]:
        return status(number, created_at=iso(NOON + number * MINUTE))

    now = NOON + 400 * MINUTE
    async with FakeMastodon([at(number) for number in range(10)]) as server:
        async with reading(server, now=NOON + 10 * MINUTE) as source:
            cursor = (await poll(source))[-1].cursor
        server.statuses += [at(number) for number in range(10, 400)]
        async with reading(server, now=now, catch_up=2 * HOUR) as source:
            batches = await poll(source, cursor)
            came = set(natives(batches))
            assert ids(range(280, 400)) <= came
            assert not came & ids(range(50, 240)), "older than two hours, but for the page that showed it"
            assert [batch.complete for batch in batches].count(False) == 1
            assert not any(draft.backfill for draft in drafts(batches))
            assert not drafts(await poll(source, batches[-1].cursor))
        # A long way back is gone in portions.
        async with reading(server, now=now, catch_up=6 * HOUR) as source:
            server.page_cap = 2
            (batches, portions) = (await poll(source, cursor), 1)
            stored = list(batches)
            while is_under_way(batches[-1].cursor):
                batches, portions = await poll(source, batches[-1].cursor), portions + 1
                stored += batches
            assert portions > 2
            assert ids(range(40, 400)) <= set(natives(stored))


async def test_what_comes_after_an_empty_first_contact_is_news() -> None:
    async with FakeMastodon() as server, reading(server) as source:
        cursor = (await poll(source))[-1].cursor
        server.statuses += [status(number) for number in range(100)]
        batches = await poll(source, cursor)
        assert set(natives(batches)) == ids(range(100))
        assert not any(draft.backfill for draft in drafts(batches))


async def test_ids_are_opaque() -> None:
    """ULIDs, as GoToSocial gives them, and no Link header to lean on."""
    made = [status(number, id=f"01M8008{number:02d}S388S0FZWBXSFXMDC") for number in range(50)]
    async with FakeMastodon(made[:20]) as server, reading(server) as source:
        timeline = server._timeline

        def without_links(path: str, query: dict[str, list[str]]) -> Answer:
            return Answer(timeline(path, query).body)

        server._timeline = without_links  # type: ignore[method-assign]
        batches = await poll(source)
        server.statuses += made[20:]
        batches += await poll(source, batches[-1].cursor)
        assert natives(batches).count(made[30]["id"]) == 1
        assert set(natives(batches)) == {each["id"] for each in made}


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kills=st.lists(st.integers(0, 6), max_size=5),
    existing=st.integers(0, 130),
    search=st.booleans(),
)
async def test_killed_between_any_two_batches_nothing_is_lost(kills: list[int], existing: int, search: bool) -> None:
    chosen: dict[str, Any] = {"search": ("fibre",), "token": "jeton", "stream": False} if search else {}
    async with (
        FakeMastodon([status(number) for number in range(existing)], page_cap=20) as server,
        reading(server, **chosen) as source,
    ):

        def arrive() -> None:
            if len(server.statuses) < existing + 60:
                server.statuses.append(status(len(server.statuses)))

        server.before_timeline = arrive
        first_contact = await poll(source)
        server.statuses += [status(number) for number in range(len(server.statuses), len(server.statuses) + 90)]
        stored, _cursor = await collect_killed(source, kills, first_contact[-1].cursor)
        news = {each["id"] for each in server.statuses[existing:]}
        assert news <= set(natives([*first_contact, *stored]))


async def test_history_broken_off_goes_on_where_it_was() -> None:
    async with FakeMastodon([status(number) for number in range(200)]) as server, reading(server) as source:
        stored, cursor = await collect_killed(source, [1, 1])
        assert set(natives(stored)) == ids(range(80, 200))
        assert "history" not in cursor["tag:fibre"]


async def test_every_timeline_has_its_own_place() -> None:
    async with (
        FakeMastodon([status(1)], accounts={"lea@piaille.example": "7"}) as server,
        reading(
            server, tags=("Fibre", "#panne", "fibre"), accounts=("@lea@piaille.example",), public="local"
        ) as source,
    ):
        cursor = (await poll(source))[-1].cursor
        assert set(cursor) == {"tag:fibre", "tag:panne", "account:lea@piaille.example", "public:local"}
        await poll(source, cursor)
        assert len(server.asked("lookup")) == 1
        assert all("local=true" in path for path in server.asked("timelines/public"))


async def test_search_is_walked_newest_first_until_known() -> None:
    async with (
        FakeMastodon([status(number) for number in range(10)]) as server,
        reading(server, search=("fibre",), token="jeton", stream=False) as source,
    ):
        batches = await poll(source)
        assert set(natives(batches)) == ids(range(10))
        server.statuses += [status(number) for number in range(10, 100)]
        # The newest known posts were deleted meanwhile.
        del server.statuses[7:10]
        batches = await poll(source, batches[-1].cursor)
        assert ids(range(10, 100)) <= set(natives(batches))
        assert len(batches) == 3


async def test_search_without_a_token_says_so() -> None:
    async with FakeMastodon([status(1)]) as server, reading(server, search=("fibre",)) as source:
        with pytest.raises(SourceError) as caught:
            await poll(source)
        assert caught.value.reason.code == "token-needed"
        assert not server.http.requests


async def test_one_bad_timeline_does_not_stop_the_others() -> None:
    async with (
        FakeMastodon([status(1)], accounts={"tom": "9"}) as server,
        reading(server, accounts=("nobody", "tom")) as source,
    ):
        listener = Listener(source)
        failure = await listener.failure()
        assert isinstance(failure, SourceError)
        assert failure.reason.code == "account-unknown"
        assert not failure.permanent
        assert natives(listener.batches) == [status(1)["id"]]


@pytest.mark.parametrize(
    ("access", "code"),
    [
        ({"hashtag_feeds": {"local": "disabled", "remote": "disabled"}}, "timeline-disabled"),
        ({"hashtag_feeds": {"local": "authenticated", "remote": "disabled"}}, "token-needed"),
        ({"hashtag_feeds": {"local": "public", "remote": "disabled"}}, ""),
        ({}, ""),
    ],
)
async def test_an_empty_answer_is_explained(access: dict[str, dict[str, str]], code: str) -> None:
    async with FakeMastodon(access=access) as server, reading(server) as source:
        if not code:
            assert not drafts(await poll(source))
            return
        with pytest.raises(SourceError) as caught:
            await poll(source)
        assert caught.value.reason.code == code


@pytest.mark.parametrize(
    ("answer", "token", "code"),
    [
        (Answer(b'{"error":"This API requires an authenticated user"}', 422), "", "token-needed"),
        (Answer(b'{"error":"The access token is invalid"}', 401), "", "token-needed"),
        (Answer(b'{"error":"The access token is invalid"}', 401), "jeton", "unauthorised"),
        (Answer(b"<!doctype html><title>Piaille</title>"), "", "not-json"),
        (Answer(b'[{"id": "1", "content": "cou'), "", "not-json"),
        (Answer(b'{"error":"odd"}'), "", "unexpected-shape"),
        (Answer(b"", 410), "", "part-gone"),
    ],
)
async def test_refusals_have_reasons(answer: Answer, token: str, code: str) -> None:
    async with FakeMastodon() as server, reading(server, token=token, stream=False) as source:
        server.http.behaviours["/api/v1/timelines/tag/fibre"] = answer
        with pytest.raises(SourceError) as caught:
            await poll(source)
        assert caught.value.reason.code == code
        assert not caught.value.permanent
        assert caught.value.reason.sentence()


async def test_a_malformed_status_costs_only_itself() -> None:
    odd: list[Any] = [7, None, {"content": "no id"}, {"id": "x", "account": "lea"}, []]
    async with FakeMastodon() as server, reading(server) as source:
        body = [status(2), *odd, {"id": "1"}]
        server.http.behaviours["/api/v1/timelines/tag/fibre"] = Answer(json.dumps(body).encode())
        run = source.run({})
        batch = await anext(run)
        await run.aclose()
        assert natives([batch]) == [status(2)["id"], "x", "1"]
        assert batch.skipped == len(odd) - 1


@pytest.mark.parametrize("batch_endpoint", [True, False])
async def test_refresh_brings_changes_and_deletions(batch_endpoint: bool) -> None:
    made = [status(number) for number in range(45)]
    async with FakeMastodon(made[:-2], batch_endpoint=batch_endpoint) as server, reading(server) as source:
        server.statuses[3] = status(3, content="<p>corrigé</p>", edited_at="2026-11-21T12:00:00Z")
        batches = [batch async for batch in source.refresh([each["id"] for each in made])]
        assert {item.native_id for item in deletions(batches)} == {made[-1]["id"], made[-2]["id"]}
        changed = next(draft for draft in drafts(batches) if draft.native_id == made[3]["id"])
        assert changed.text.strip() == "corrigé"
        assert changed.edited == 1795262400000
        assert len(drafts(batches)) == 43


async def test_a_server_in_trouble_deletes_nothing() -> None:
    async with FakeMastodon() as server, reading(server) as source:
        server.http.behaviours["*"] = Answer(b"", 503)
        with pytest.raises(SourceError) as caught:
            [batch async for batch in source.refresh(["1"])]
        assert caught.value.reason.code == "server-error"


@pytest.mark.parametrize(
    ("told", "home"),
    [
        ({"domain": "piaille.example"}, "piaille.example"),
        ({"domain": "social.piaille.example", "account_domain": "Piaille.example"}, "piaille.example"),
        ({"uri": "https://piaille.example/"}, "piaille.example"),
        ({"domain": "piaille.example/@lea x"}, ""),
        ({"domain": 7}, ""),
    ],
)
async def test_users_of_the_server_are_named_after_its_domain_not_its_address(told: dict[str, Any], home: str) -> None:
    async with FakeMastodon([status(1)], instance=told) as server, reading(server) as source:
        batches = await poll(source)
        assert drafts(batches)[0].handle == f"lea@{home or f'127.0.0.1:{server.http.port}'}"
        await poll(source, batches[-1].cursor)
        assert len(server.asked("v2/instance")) == 1


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kills=st.lists(st.integers(0, 4), max_size=4), news=st.integers(0, 150))
async def test_a_server_that_gives_the_newest_instead_of_the_next_loses_nothing(kills: list[int], news: int) -> None:
    """As Pixelfed does."""
    async with (
        FakeMastodon([status(number) for number in range(30)], takes_min_for_since=True) as server,
        reading(server) as source,
    ):
        cursor = (await poll(source))[-1].cursor
        server.statuses += [status(number) for number in range(30, 30 + news)]
        stored, cursor = await collect_killed(source, kills, cursor)
        assert ids(range(30, 30 + news)) <= set(natives(stored))
        assert "gap" not in cursor["tag:fibre"]


async def test_a_server_that_gives_the_next_is_not_suspected_for_ever() -> None:
    async with FakeMastodon([status(0)]) as server, reading(server) as source:
        cursor = (await poll(source))[-1].cursor
        server.statuses += [status(number) for number in range(1, 100)]
        cursor = (await poll(source, cursor))[-1].cursor
        assert cursor["tag:fibre"]["walks"]
        server.statuses += [status(number) for number in range(100, 120)]
        asked = len(server.asked("timelines/tag"))
        batches = await poll(source, cursor)
        assert [len(batch.items) for batch in batches] == [20, 0]
        assert len(server.asked("timelines/tag")) == asked + 2
