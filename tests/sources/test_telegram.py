"""Public channels of Telegram by pages in the shape that its preview has (written by us)."""

from __future__ import annotations

import asyncio
from urllib.parse import parse_qs, urlsplit

import pytest

from socialhub.ballots import Ballot, Choice
from socialhub.model import Deletion
from socialhub.sources.kinds.telegram import TelegramSettings
from socialhub.sources.telegram import TelegramSource
from tests.servers import Answer, Behaviour, LoopbackServer, Request, make_client, make_context, redirect
from tests.sources.gathering import collect_killed, deletions, drafts, natives, poll, poll_failing

HEAD = (
    '<html><body><div class="tgme_channel_info"><div class="tgme_channel_info_counter">'
    '<span class="counter_value">12.3K</span> <span class="counter_type">subscribers</span></div></div>'
    '<section class="tgme_channel_history">'
)


def message(number: int, text: str = "", extra: str = "") -> str:
    return (
        f'<div class="tgme_widget_message_wrap"><div class="tgme_widget_message" data-post="Mandarine/{number}">'
        f'<a class="tgme_widget_message_owner_name"><span>Mandarine Infos</span></a>{extra}'
        f'<div class="tgme_widget_message_text js-message_text">{text or f"Post <b>{number}</b><br/>suite"}</div>'
        f'<span class="tgme_widget_message_views">1.2K</span><span class="tgme_widget_message_meta">'
        f'<a class="tgme_widget_message_date" href="https://t.me/Mandarine/{number}">'
        f'<time datetime="2026-11-21T10:{number % 60:02}:00+00:00">10:00</time></a></span></div></div>'
    )


class Channel:
    """The preview of one channel: `size` posts a page before a number, the oldest first."""

    def __init__(self, posts: dict[int, str], size: int = 20) -> None:
        self.posts, self.size = posts, size
        self.asked: list[str] = []

    async def __call__(self, request: Request, writer: asyncio.StreamWriter) -> None:
        self.asked.append(request.path)
        query = parse_qs(urlsplit(request.path).query)
        before = int(query["before"][0]) if "before" in query else 10**9
        page = [text for number, text in sorted(self.posts.items()) if number < before][-self.size :]
        await Answer(f"{HEAD}{''.join(page)}</section></body></html>".encode())(request, writer)


def posts(*numbers: int) -> dict[int, str]:
    return {number: message(number) for number in numbers}


def source(server: LoopbackServer, *channels: str) -> TelegramSource:
    named = channels or ("Mandarine",)
    settings = TelegramSettings(name="telegram", channels=named, server=server.url(""), allow_private=True)
    return TelegramSource(settings, make_context(make_client()))


async def test_a_question_to_vote_on_says_what_can_be_chosen() -> None:
    options = "".join(
        f'<div class="tgme_widget_message_poll_option"><div class="tgme_widget_message_poll_option_percent">50%</div>'
        f'<div class="tgme_widget_message_poll_option_value"><div class="tgme_widget_message_poll_option_text">{each}'
        "</div></div></div>"
        for each in ("Mandarine", "Citron &amp; Co")
    )
    question = '<div class="tgme_widget_message_poll_question">Quel réseau vous a lâchés&nbsp;?</div>'
    whole = (
        message(7)
        .replace("Post <b>7</b><br/>suite", "")
        .replace(
            "</span></div></div>", f'</span><div class="tgme_widget_message_poll">{question}{options}</div></div></div>'
        )
    )
    channel = Channel({7: whole})
    async with LoopbackServer({"/s/Mandarine": channel}) as server:
        (draft,) = drafts(await poll(source(server)))
    assert draft.text == "Quel réseau vous a lâchés\u00a0?"
    assert draft.ballot == Ballot((Choice("Mandarine"), Choice("Citron & Co")))


async def test_a_post_is_read_whole() -> None:
    extra = (
        '<a class="tgme_widget_message_reply" href="https://t.me/Mandarine/4"></a>'
        '<div class="tgme_widget_message_photo_wrap"></div>'
    )
    text = 'La <b>fibre</b> est là&nbsp;: <a href="https://example.org/fibre">détails</a>'
    channel = Channel({7: message(7, text, extra)})
    async with LoopbackServer({"/s/Mandarine": channel}) as server:
        (draft,) = drafts(await poll(source(server)))
    assert (draft.native_id, draft.url) == ("Mandarine/7", "https://t.me/Mandarine/7")
    assert draft.text == "La fibre est là\u00a0: détails"
    assert (draft.author, draft.handle, draft.followers, draft.reach) == ("Mandarine Infos", "Mandarine", 12_300, 1_200)
    assert (draft.kind, draft.parent_id, draft.media) == ("reply", "Mandarine/4", 1)
    assert draft.links == ("https://example.org/fibre",)
    assert draft.published == 1_795_255_620_000


async def test_what_was_passed_on_says_from_whom() -> None:
    extra = '<div class="tgme_widget_message_forwarded_from">Préfecture</div>'
    async with LoopbackServer({"/s/Mandarine": Channel({7: message(7, "Alerte", extra)})}) as server:
        (draft,) = drafts(await poll(source(server)))
    assert draft.title == "↪ Préfecture"


@pytest.mark.parametrize("kills", [[0], [1], [1, 1]])
async def test_nothing_is_lost_between_polls(kills: list[int]) -> None:
    channel = Channel(posts(1, 2), size=4)
    async with LoopbackServer({"/s/Mandarine": channel}) as server:
        telegram = source(server)
        cursor = (await poll(telegram))[-1].cursor
        channel.posts |= posts(*range(3, 19))
        batches, cursor = await collect_killed(telegram, kills, cursor)
        assert {int(native.partition("/")[2]) for native in natives(batches)} >= set(range(3, 19))
        channel.asked.clear()
        await poll(telegram, cursor)
    assert len(channel.asked) == 1


async def test_a_channel_without_a_preview_costs_no_other() -> None:
    page = Answer(b"<html></html>")
    behaviours: dict[str, Behaviour] = {
        "/s/Mandarine": Channel(posts(1)),
        "/s/Prive": redirect("/Prive"),
        "/Prive": page,
    }
    async with LoopbackServer(behaviours) as server:
        batches, error = await poll_failing(source(server, "Prive", "Mandarine"))
    assert natives(batches) == ["Mandarine/1"]
    assert error.reason.code == "account-unknown"
    assert not error.permanent


async def test_a_page_of_another_shape_says_so() -> None:
    async with LoopbackServer({"*": Answer(b"<html><body>Please log in</body></html>")}) as server:
        _batches, error = await poll_failing(source(server))
    assert error.reason.code == "unexpected-shape"


async def test_a_channel_without_posts_is_no_error() -> None:
    async with LoopbackServer({"*": Channel({})}) as server:
        assert natives(await poll(source(server))) == []


async def test_what_was_taken_away_is_noticed_between_its_neighbours() -> None:
    channel = Channel(posts(1, 2, 3, 5, 6, 7, 8, 9), size=3)
    async with LoopbackServer({"/s/Mandarine": channel}) as server:
        asked = ["Mandarine/9", "Mandarine/4", "Mandarine/2"]
        batches = [batch async for batch in source(server).refresh(asked)]
    assert deletions(batches) == [Deletion("Mandarine/4")]
    assert {"Mandarine/9", "Mandarine/2"} <= set(natives(batches))


async def test_an_emptied_page_deletes_nothing() -> None:
    async with LoopbackServer({"*": Channel({})}) as server:
        batches = [batch async for batch in source(server).refresh(["Mandarine/9"])]
    assert deletions(batches) == []
