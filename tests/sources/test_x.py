"""X polled: each post is paid for once, no cap is exceeded, what is gone says why."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from socialhub.budgets import DOLLAR, MONEY
from socialhub.clock import DAY, HOUR, MINUTE, Clock
from socialhub.collector.ledger import StoreLedger
from socialhub.errors import SourceError
from socialhub.model import Batch
from socialhub.sources.kinds.x import LONGEST_QUERY, XSettings
from socialhub.sources.x import XSource
from socialhub.sources.x_queries import grouped, searches_of, streamed_of
from tests import servers
from tests.ledgers import ledger_on, spent_of
from tests.servers import NOON, Answer, HandClock, clock_at, make_client, make_context
from tests.sources.fake_x import PRICES, FakeX, id_at, post
from tests.sources.gathering import collect_killed, deletions, drafts, natives, poll, poll_failing, poll_or_fail


class Bench:
    """A source of kind x on a ledger of its own, made anew as often as a test likes."""

    def __init__(self, folder: Path, stack: AsyncExitStack) -> None:
        self.cache = folder / "cache.db"
        self.ledger: StoreLedger
        self._stack = stack

    async def source(self, server: FakeX, clock: Clock | None = None, **chosen: Any) -> XSource:
        """A source as after a start of the program."""
        clock = clock or server.clock
        settings = XSettings(name="x", token="env:X", server=server.url, allow_private=True, **chosen)
        client = make_client(clock=clock)
        self._stack.push_async_callback(client.close)
        self.ledger = await self._stack.enter_async_context(ledger_on(self.cache, settings.caps, clock))
        return XSource(settings, make_context(client, clock, self.ledger))

    async def spent(self) -> int:
        """What the ledger says was spent and not given back."""
        db = self.ledger._writer.db
        return await self.ledger._store.run(spent_of, db, MONEY)


@pytest.fixture(name="bench")
async def given_bench(tmp_path: Path) -> AsyncIterator[Bench]:
    async with AsyncExitStack() as stack:
        yield Bench(tmp_path, stack)


def said(count: int, start: int = NOON - HOUR, step: int = 1_000) -> list[dict[str, Any]]:
    return [post(start + number * step, number) for number in range(count)]


async def test_a_search_reads_its_history_then_only_what_is_new_and_pays_for_each_post_once(bench: Bench) -> None:
    async with FakeX(said(250)) as server:
        source = await bench.source(server, search=("fibre",), history=150)
        first = await poll(source)
        assert len(natives(first)) == 200
        assert all(draft.backfill for draft in drafts(first))
        assert natives(await poll(source, first[-1].cursor)) == []
        server.posts += said(130, NOON - MINUTE, 10)
        second = await poll(source, first[-1].cursor)
        assert sorted(natives(second)) == sorted(each["id"] for each in server.posts[250:])
        assert not any(draft.backfill for draft in drafts(second))
        assert all(batch.complete for batch in second)
        assert len(server.given) == len(set(server.given)) == 330
        assert await bench.spent() == server.billed == 330 * PRICES["post"]
        newest = server.posts[249]["id"]
        assert {each.get("since_id") for each in server.asked("search/recent")[3:]} == {newest}


async def test_killed_between_any_two_batches_nothing_is_lost_or_paid_for_twice(bench: Bench) -> None:
    async with FakeX(said(40)) as server:
        source = await bench.source(server, search=("fibre",), history=100)
        start = (await poll(source))[-1].cursor
        server.posts += said(450, NOON - 20 * MINUTE)
        stored, _cursor = await collect_killed(source, [1, 0, 2, 1], start)
        assert sorted(natives(stored)) == sorted(each["id"] for each in server.posts[40:])
        assert len(set(natives(stored))) == len(natives(stored))


async def test_the_money_ends_before_the_cap_and_goes_on_the_next_day_where_it_was(bench: Bench) -> None:
    """Days of too much: 300 posts a day are said, 200 can be paid for."""
    stored: list[Batch] = []
    cursor: dict[str, Any] = {}
    async with FakeX() as server:
        for day in range(4):
            server.clock = clock_at(NOON + day * DAY)
            server.posts += said(300, NOON + day * DAY - HOUR)
            before = server.billed
            for hour in (0, 6):
                server.clock = clock_at(NOON + day * DAY + hour * HOUR)
                source = await bench.source(server, search=("fibre",), daily_cost=1.0, history=100)
                batches, error = await poll_failing(source, cursor) if day else (await poll(source, cursor), None)
                stored += batches
                cursor = batches[-1].cursor if batches else cursor
                if error is not None:
                    assert error.reason.code == "budget-spent"
                    assert error.retry_after == pytest.approx((12 - hour) * HOUR, abs=MINUTE)
            assert server.billed - before <= DOLLAR
        assert len(set(natives(stored))) == len(natives(stored))
        assert await bench.spent() == server.billed


@pytest.mark.parametrize("days", [1, pytest.param(10, marks=pytest.mark.long)])
async def test_over_simulated_days_no_limit_is_exceeded_nothing_is_lost_or_paid_for_twice(
    bench: Bench, days: int
) -> None:
    """Posts come in waves, the server fails and is busy now and then, the program is restarted; the server counts."""
    dice = random.Random(days)
    clock = HandClock(NOON)
    stored: list[Batch] = []
    cursor: dict[str, Any] = {}
    async with FakeX(clock=clock) as server:
        chosen: dict[str, Any] = {
            "search": ("fibre", "panne"),
            "daily_cost": 10.0,
            "monthly_cost": 100.0,
            "history": 10,
        }
        source = await bench.source(server, **chosen)
        for minute in range(0, days * 24 * 60, 20):
            clock.moment = NOON + minute * MINUTE
            wave = dice.choice((0, 0, 1, 3, 40 if 600 < minute % 1440 < 700 else 5))
            server.posts += said(wave, clock.moment - 15 * MINUTE)
            if dice.random() < 0.1:
                server.failures = [dice.choice((Answer(status=503), Answer(status=429), servers.reset_in_the_middle))]
            if dice.random() < 0.1:
                source = await bench.source(server, **chosen)
            given, _error = await poll_or_fail(source, cursor)
            stored += given
            cursor = given[-1].cursor if given else cursor
        clock.moment += DAY
        server.failures = []
        stored += await poll(source, cursor)
        assert {*natives(stored)} == {each["id"] for each in server.posts}
        assert server.billed <= 10 * DOLLAR * (days + 2)
        assert max(Counter(server.given).values()) <= 2


async def test_the_cap_of_the_month_holds_too(bench: Bench) -> None:
    async with FakeX() as server:
        for day in range(6):
            server.clock = clock_at(NOON + day * DAY)
            server.posts = said(500, NOON + day * DAY - HOUR)
            source = await bench.source(server, search=("fibre",), daily_cost=1.0, monthly_cost=2.5, history=500)
            await poll_failing(source)
        assert 2.4 * DOLLAR < server.billed <= 2.5 * DOLLAR


async def test_what_cannot_pay_for_the_least_page_is_not_spent(bench: Bench) -> None:
    async with FakeX(said(30)) as server:
        source = await bench.source(server, search=("fibre",), daily_cost=0.049)
        _batches, error = await poll_failing(source)
        assert error.reason.code == "budget-spent"
        assert server.http.requests == []


async def test_a_question_that_never_left_or_was_refused_costs_nothing(bench: Bench) -> None:
    async with FakeX(said(30)) as server:
        source = await bench.source(server, search=("fibre",))
        server.failures = [Answer(status=503), Answer(status=401)]
        for code in ("server-error", "unauthorised"):
            _batches, error = await poll_failing(source)
            assert error.reason.code == code
            assert await bench.spent() == 0
    _batches, error = await poll_failing(source)
    assert error.reason.code == "refused"
    assert await bench.spent() == 0


async def test_an_answer_that_breaks_off_may_have_been_billed_and_counts(bench: Bench) -> None:
    async with FakeX(said(30)) as server:
        source = await bench.source(server, search=("fibre",), history=20)
        server.failures = [Answer(b"{", headers={"Content-Length": "5000"})]
        _batches, error = await poll_failing(source)
        assert error.reason.code == "reset"
        assert await bench.spent() == 20 * PRICES["post"]


async def test_counts_first_asks_for_posts_only_when_there_are_some(bench: Bench) -> None:
    async with FakeX(said(30)) as server:
        source = await bench.source(server, search=("fibre",), counts_first=True)
        cursor = (await poll(source))[-1].cursor
        asked = len(server.asked("search/recent"))
        for _poll in range(3):
            assert await poll(source, cursor) == []
        assert len(server.asked("search/recent")) == asked
        assert len(server.asked("counts/recent")) == 3
        server.posts += said(14, NOON - MINUTE)
        assert len(natives(await poll(source, cursor))) == 14
        assert server.asked("search/recent")[-1]["max_results"] == "14"
        assert await bench.spent() == server.billed == (30 + 14) * PRICES["post"] + 4 * PRICES["count"]


async def test_accounts_and_mentions_are_read_by_their_ids_which_are_asked_for_once(bench: Bench) -> None:
    async with FakeX(said(12)) as server:
        source = await bench.source(server, accounts=("@lea_lyon",), mentions=("lea_lyon",), history=10)
        first = await poll(source)
        # Both lists hold the same posts here, which are told once.
        assert (len(natives(first)), len(server.given)) == (10, 20)
        server.posts += said(6, NOON - MINUTE)
        second = await poll(source, first[-1].cursor)
        assert (len(natives(second)), len(server.given)) == (6, 32)
        assert len(server.asked("users/by/username")) == 2
        assert await bench.spent() == server.billed


async def test_an_unknown_account_and_a_refused_query_keep_nobody_else_waiting(bench: Bench) -> None:
    async with FakeX(said(5)) as server:
        source = await bench.source(server, search=("fibre",), accounts=("nobody", "lea_lyon"))
        batches, error = await poll_failing(source)
        assert (error.reason.code, error.reason.values["account"]) == ("account-unknown", "nobody")
        assert (len(natives(batches)), len(server.given)) == (5, 10)
        server.failures = [Answer(b'{"title": "Invalid Request", "detail": "Ambiguous use of and"}', 400)]
        batches, error = await poll_failing(source)
        assert (error.reason.code, error.reason.values["detail"]) == ("refused-question", "Ambiguous use of and")
        assert len(natives(batches)) == 5


@pytest.mark.parametrize(
    "answer",
    [
        Answer(b'{"title": "CreditsDepleted", "detail": "none left"}', 402),
        Answer(b'{"title": "UsageCapExceeded", "detail": "Usage cap exceeded: Monthly product cap"}', 429),
    ],
)
async def test_a_credit_that_is_spent_is_said(bench: Bench, answer: Answer) -> None:
    async with FakeX(said(5)) as server:
        source = await bench.source(server, search=("fibre",))
        server.failures = [answer]
        _batches, error = await poll_failing(source)
        assert error.reason.code == "credit-spent"
        assert await bench.spent() == 0


async def test_after_more_than_seven_days_the_newest_post_known_is_not_named(bench: Bench) -> None:
    async with FakeX(said(5)) as server:
        source = await bench.source(server, search=("fibre",))
        cursor = (await poll(source))[-1].cursor
        server.clock = clock_at(NOON + 9 * DAY)
        server.posts += said(7, NOON + 9 * DAY - HOUR)
        again = await bench.source(server, search=("fibre",))
        assert len(natives(await poll(again, cursor))) == 7


async def test_a_post_with_several_versions_is_asked_for_by_its_newest(bench: Bench) -> None:
    chain = [id_at(NOON - HOUR, 1), id_at(NOON - 50 * MINUTE, 1)]
    versions = [
        post(NOON - HOUR, 1, "avant", edit_history_tweet_ids=chain),
        post(NOON - 50 * MINUTE, 1, "apr\u00e8s", edit_history_tweet_ids=chain),
    ]
    async with FakeX(versions) as server:
        source = await bench.source(server, search=("fibre",))
        (draft,) = drafts([batch async for batch in source.refresh([chain[0]])])
        assert (draft.native_id, draft.text, draft.edited) == (chain[0], "apr\u00e8s", NOON - 50 * MINUTE)


async def test_what_is_gone_says_why_and_what_is_there_tells_its_engagement(bench: Bench) -> None:
    posts = said(4)
    ids = [each["id"] for each in posts]
    async with FakeX(posts, missing=dict(zip(ids[:3], ("deleted", "protected", "suspended"), strict=True))) as server:
        source = await bench.source(server, search=("fibre",))
        batches = [batch async for batch in source.refresh([*ids, "123"])]
        told = {gone.native_id: gone.reason for gone in deletions(batches)}
        assert told == {ids[0]: "deleted", ids[1]: "protected", ids[2]: "suspended", "123": "deleted"}
        assert natives(batches) == [ids[3]]
        assert await bench.spent() == server.billed == PRICES["post"]


async def test_posts_are_asked_again_only_now_and_then_and_never_beyond_the_cap(bench: Bench) -> None:
    async with FakeX(said(8)) as server:
        source = await bench.source(server, search=("fibre",), again_every=12 * HOUR)
        ids = natives(await poll(source))
        assert drafts([batch async for batch in source.refresh(ids)]) == []
        poor = await bench.source(server, search=("fibre",), daily_cost=0.06)
        assert [batch async for batch in poor.refresh(ids)] == []
        assert server.asked("/2/tweets") == server.asked("search/recent")
        fresh = await bench.source(server, search=("fibre",))
        assert len(drafts([batch async for batch in fresh.refresh(ids)])) == 8


async def test_a_limit_that_is_used_up_is_waited_for(bench: Bench) -> None:
    async with FakeX(said(3)) as server:
        source = await bench.source(server, search=("fibre",))
        headers = {"x-rate-limit-remaining": "0", "x-rate-limit-reset": str((NOON + 10 * MINUTE) // 1000)}
        server.failures = [Answer(b'{"meta": {"result_count": 0}}', 200, headers)]
        await poll(source)
        _batches, error = await poll_failing(source)
        assert error.reason.code == "rate-limited"
        assert error.retry_after == pytest.approx(10 * MINUTE, abs=MINUTE)
        assert len(server.http.requests) == 1
        assert await bench.spent() == 0


def test_topics_become_as_few_queries_as_x_takes() -> None:
    words = [f"mot{number}" for number in range(200)] + [
        "#fibre",
        "@mandarine",
        "plus de reseau",
        'dit "non"',
        "x" * 600,
    ]
    settings = XSettings(
        name="x", token="env:X", topics=True, search=("from:sncf",), accounts=("a", "@b"), mentions=("c",)
    )
    queries = searches_of(settings, words)
    assert queries["search:from:sncf"] == "from:sncf"
    made = [query for key, query in queries.items() if key.startswith("topics:")]
    assert all(len(query) <= LONGEST_QUERY and query.endswith(") -is:retweet") for query in made)
    assert [len(query) > LONGEST_QUERY - 40 for query in made[:-1]] == [True] * (len(made) - 1)
    together = " OR ".join(query.removesuffix(") -is:retweet").removeprefix("(") for query in made).split(" OR ")
    assert together == [*words[:-3], '"plus de reseau"', '"dit  non "']
    streamed = streamed_of(settings, [])
    assert (streamed["accounts:0"], streamed["mentions:0"]) == ("from:a OR from:b", "@c")
    assert grouped([]) == []


def test_settings_say_what_x_would_refuse() -> None:
    def troubles(**chosen: Any) -> list[tuple[str | int, ...]]:
        return [trouble.at for trouble in XSettings(name="x", token="env:X", **chosen).troubles()]

    assert troubles() == [()]
    assert troubles(search=("a" * 513,)) == [("search", 0)]
    assert troubles(accounts=("@lea", "https://x.com/lea"), mentions=("a" * 16,)) == [("accounts", 1), ("mentions", 0)]
    assert troubles(topics=True, monthly_cost=1.0) == [("monthly_cost",)]


async def test_a_secret_that_is_missing_costs_nothing(bench: Bench) -> None:
    async with FakeX() as server:
        source = await bench.source(server, search=("fibre",))

        def nothing(name: str) -> str:
            raise SourceError("secret-missing", name=name)

        source._api._context = type(source._api._context)(
            source._api.client, server.clock, nothing, tuple, source._api.ledger
        )
        _batches, error = await poll_failing(source)
        assert error.reason.code == "secret-missing"
        assert await bench.spent() == 0
