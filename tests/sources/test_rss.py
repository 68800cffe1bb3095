"""Feeds as mentions: identity, links, dates, news indexes, and what a poll remembers. All fixtures written by us."""

from __future__ import annotations

import json
from typing import Any

import pytest

from socialhub.clock import DAY, HOUR, MINUTE, iso
from socialhub.errors import SourceError
from socialhub.model import Batch, Draft
from socialhub.sources import create, user_agent
from socialhub.sources.base import Source
from socialhub.sources.kinds.rss import RssSettings
from tests.servers import FEED, NOON, Answer, LoopbackServer, clock_at, make_client, make_context, redirect


def rss(*items: str, head: str = "") -> bytes:
    """An RSS feed of these items."""
    namespaces = (
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:slash="http://purl.org/rss/1.0/modules/slash/" '
        'xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"'
    )
    entries = "".join(f"<item>{item}</item>" for item in items)
    return f'<rss version="2.0" {namespaces}><channel><title>Essai</title>{head}{entries}</channel></rss>'.encode()


class Desk:
    """One feed on a loopback server, polled as the collector would."""

    def __init__(self, server: LoopbackServer, **settings: Any) -> None:
        self.server = server
        self.clock = clock_at(NOON)
        self.client = make_client(clock=self.clock)
        self.settings = RssSettings(name="essai", url=server.url("/feed"), allow_private=True, **settings)
        self.source: Source = create(self.settings, make_context(self.client, self.clock))
        self.cursor: dict[str, Any] = {}

    async def poll(self) -> Batch:
        """One poll from where the last one ended."""
        (batch,) = [batch async for batch in self.source.run(json.loads(json.dumps(self.cursor)))]
        self.cursor = batch.cursor
        return batch

    async def close(self) -> None:
        """Let go of everything."""
        await self.source.close()
        await self.client.close()


async def drafts_of(body: bytes, **headers: str) -> list[Draft]:
    """The drafts of one poll of a feed with this body."""
    async with LoopbackServer({"/feed": Answer(body, headers=headers)}) as server:
        desk = Desk(server)
        try:
            return [item for item in (await desk.poll()).items if isinstance(item, Draft)]
        finally:
            await desk.close()


async def test_entries_become_articles_oldest_first() -> None:
    first, second = await drafts_of(FEED)
    assert (first.native_id, first.title, first.url) == ("un", "Panne de réseau", "https://example.org/1")
    assert first.text.strip() == "Plus de fibre"
    assert iso(first.published or 0) == "2026-11-21T09:00:00Z"
    assert (first.kind, first.site, first.author) == ("article", "example.org", "Essai")
    assert first.backfill
    assert second.native_id == "deux"


async def test_identity_of_entries() -> None:
    drafts = await drafts_of(
        rss(
            "<guid>a</guid><link>https://example.org/1</link><title>one</title>",
            "<guid>a</guid><link>https://example.org/2</link><title>two</title>",
            "<link>https://example.org/3</link><title>three</title>",
            "<title>only a title</title>",
            "<title>only a title</title>",
            "<description>&lt;img src='x' alt='Un chat'&gt;</description>",
            "<category>nothing to tell</category>",
        )
    )
    by_title = {draft.title or draft.text: draft.native_id for draft in drafts}
    assert by_title["one"] == "a"
    assert by_title["two"] == "a|https://example.org/2"
    assert by_title["three"] == "https://example.org/3"
    assert by_title["only a title"].startswith("sha256:")
    assert "Un chat" in by_title
    assert len(drafts) == 5


@pytest.mark.parametrize(
    ("item", "url"),
    [
        ("<guid>https://example.org/g</guid>", "https://example.org/g"),
        ('<guid isPermaLink="false">https://example.org/g</guid>', ""),
        ("<guid>17</guid>", ""),
        ("<link>/relative</link>", "http://{host}/relative"),
        (
            "<link>https://t.example/x</link><feedburner:origLink>https://o.example/y</feedburner:origLink>",
            "https://o.example/y",
        ),
        ("<link>javascript:alert(1)</link>", ""),
    ],
)
async def test_where_an_entry_lives(item: str, url: str) -> None:
    async with LoopbackServer({"/feed": Answer(rss(f"<title>x</title>{item}"))}) as server:
        desk = Desk(server)
        (draft,) = (await desk.poll()).items
        await desk.close()
    assert isinstance(draft, Draft)
    assert draft.url == url.format(host=f"127.0.0.1:{server.port}")


async def test_json_feed() -> None:
    body = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Blog",
        "language": "fr",
        "authors": [{"name": "Léa"}],
        "items": [
            {
                "id": 17,
                "url": "https://example.org/17",
                "content_html": "<p>Bonjour <a href='https://example.org/x'>x</a>",
                "date_published": "2026-11-21T10:00:00+01:00",
            },
            {
                "id": "18",
                "content_text": "<b> stays",
                "date_modified": "2026-11-21T10:00:00Z",
                "authors": [{"name": "B"}],
            },
            {"id": "19"},
            "nonsense",
        ],
    }
    async with LoopbackServer({"/feed": Answer(json.dumps(body).encode())}) as server:
        desk = Desk(server)
        batch = await desk.poll()
        await desk.close()
    first, second = (item for item in batch.items if isinstance(item, Draft))
    assert (first.native_id, first.text.strip(), first.author, first.lang) == ("17", "Bonjour x", "Léa", "fr")
    assert first.links == ("https://example.org/x",)
    assert (second.text, second.author, second.published) == ("<b> stays", "B", None)
    assert batch.skipped == 2


async def test_google_news_is_told_as_its_publisher() -> None:
    item = (
        "<guid isPermaLink='false'>CBMi{n}</guid><title>Panne chez Mandarine - L'Écho du Matin</title>"
        "<link>https://news.google.com/rss/articles/CBMi{n}?oc=5</link>"
        "<source url='https://www.echo.example'>L'Écho du Matin</source>"
        "<description>&lt;a href='https://news.google.com/x'&gt;Another headline&lt;/a&gt; Other</description>"
    )
    (one,) = await drafts_of(rss(item.format(n=1)))
    (other,) = await drafts_of(rss(item.format(n=2)))
    assert (one.title, one.author, one.site) == ("Panne chez Mandarine", "L'Écho du Matin", "echo.example")
    assert (one.text, one.links) == ("", ())
    assert one.native_id != other.native_id
    assert one.canonical_id == other.canonical_id != ""


async def test_google_alerts_lead_to_the_real_article() -> None:
    body = (
        b'<feed xmlns="http://www.w3.org/2005/Atom"><title>Alerte</title><entry>'
        b"<id>tag:google.com,2013:googlealerts/feed:1</id><title type='html'>Panne &lt;b&gt;Mandarine&lt;/b&gt;</title>"
        b"<link href='https://www.google.com/url?rct=j&amp;sa=t&amp;url=https://echo.example/a%3Fb&amp;ct=ga'/>"
        b"<updated>2026-11-21T09:00:00Z</updated></entry></feed>"
    )
    (draft,) = await drafts_of(body)
    assert (draft.title.strip(), draft.url) == ("Panne Mandarine", "https://echo.example/a?b")
    assert draft.site == draft.author == "echo.example"
    assert draft.canonical_id.startswith("news:")
    assert iso(draft.published or 0) == "2026-11-21T09:00:00Z"


async def test_an_edit_comes_again_under_its_own_id() -> None:
    async with LoopbackServer({"/feed": Answer(FEED)}) as server:
        desk = Desk(server)
        await desk.poll()
        assert (await desk.poll()).items == []
        server.behaviours["/feed"] = Answer(FEED.replace(b"Tout va bien", b"Tout va mieux"))
        changed = (await desk.poll()).items
        await desk.close()
    assert [(item.native_id, item.backfill) for item in changed if isinstance(item, Draft)] == [
        ("un", False),
        ("deux", False),
    ]


async def test_validators_are_sent_back_verbatim_and_304_is_an_empty_batch() -> None:
    stamp = "Sat, 21 Nov 2026 10:00:00 GMT"
    async with LoopbackServer({"/feed": Answer(FEED, headers={"ETag": 'W/"v1"', "Last-Modified": stamp})}) as server:
        desk = Desk(server)
        await desk.poll()
        server.behaviours["/feed"] = Answer(status=304, headers={"Cache-Control": "max-age=7200"})
        batch = await desk.poll()
        await desk.poll()
        await desk.close()
    assert (batch.items, batch.wait) == ([], 2 * HOUR)
    assert [request.headers.get("if-none-match") for request in server.requests] == [None, 'W/"v1"', 'W/"v1"']
    assert server.requests[2].headers["if-modified-since"] == stamp
    assert server.requests[0].headers["user-agent"].startswith("socialhub/")


async def test_validators_of_an_answer_that_expires_at_once_are_ignored() -> None:
    async with LoopbackServer({"/feed": Answer(FEED, headers={"ETag": '"v1"', "Expires": "0"})}) as server:
        desk = Desk(server)
        await desk.poll()
        await desk.poll()
        await desk.close()
    assert "if-none-match" not in server.requests[1].headers


@pytest.mark.parametrize(
    ("ttl", "headers", "wait"),
    [
        ("", {}, None),
        ("90", {}, 90 * MINUTE),
        ("90", {"Cache-Control": "public, max-age=7200"}, 2 * HOUR),
        ("", {"Cache-Control": "max-age=7200", "Age": "3600"}, HOUR),
        ("", {"Cache-Control": "no-cache, max-age=7200"}, None),
        ("999999", {}, DAY),
    ],
)
async def test_how_long_a_feed_wants_to_be_left_alone(ttl: str, headers: dict[str, str], wait: int | None) -> None:
    body = rss("<title>x</title>", head=f"<ttl>{ttl}</ttl>" if ttl else "")
    async with LoopbackServer({"/feed": Answer(body, headers=headers)}) as server:
        desk = Desk(server)
        batch = await desk.poll()
        await desk.close()
    assert batch.wait == wait


async def test_a_permanent_redirect_is_believed_after_three_times() -> None:
    async with LoopbackServer({"/feed": redirect("/new", 301), "/new": Answer(FEED)}) as server:
        desk = Desk(server)
        moved = [(await desk.poll()).moved_to for _poll in range(4)]
        await desk.close()
    assert moved == ["", "", server.url("/new"), ""]
    assert [request.path for request in server.requests] == ["/feed", "/new"] * 3 + ["/new"]


async def test_a_temporary_redirect_is_followed_and_forgotten() -> None:
    async with LoopbackServer({"/feed": redirect("/new", 307), "/new": Answer(FEED)}) as server:
        desk = Desk(server)
        moved = [(await desk.poll()).moved_to for _poll in range(4)]
        await desk.close()
    assert moved == [""] * 4


async def test_another_configured_address_starts_anew() -> None:
    async with LoopbackServer({"/feed": Answer(FEED, headers={"ETag": '"v1"'}), "/other": Answer(FEED)}) as server:
        desk = Desk(server)
        await desk.poll()
        desk.source = create(
            RssSettings(name="essai", url=server.url("/other"), allow_private=True),
            make_context(desk.client, desk.clock),
        )
        batch = await desk.poll()
        await desk.close()
    assert len(batch.items) == 2
    assert "if-none-match" not in server.requests[1].headers


async def test_gone_is_for_good() -> None:
    async with LoopbackServer({"/feed": Answer(status=410)}) as server:
        desk = Desk(server)
        with pytest.raises(SourceError) as caught:
            await desk.poll()
        await desk.close()
    assert caught.value.permanent


async def test_only_the_newest_five_hundred_of_many_are_kept() -> None:
    items = [f"<guid>{n}</guid><title>t</title><pubDate>{1795200000 + n}</pubDate>" for n in range(600)]
    drafts = await drafts_of(rss(*items))
    assert [draft.native_id for draft in drafts] == [str(n) for n in range(100, 600)]


async def test_html_nested_without_end_is_read_in_time() -> None:
    deep = "&lt;div&gt;" * 60_000 + "fond"
    (draft,) = await drafts_of(rss(f"<guid>1</guid><description>{deep}</description>"))
    assert draft.text == "fond"


async def test_a_secret_token_travels_as_bearer() -> None:
    async with LoopbackServer({"/feed": Answer(FEED)}) as server:
        desk = Desk(server, token="env:FEED_TOKEN")
        await desk.poll()
        await desk.close()
    assert server.requests[0].headers["authorization"] == "Bearer env:FEED_TOKEN"


def test_the_program_names_itself() -> None:
    assert user_agent("mailto:desk@example.org").endswith(" (+mailto:desk@example.org)")
    assert "(" not in user_agent("")


async def test_a_title_of_a_picture_alone_is_one() -> None:
    title = '<title type="html">&lt;img src="http://example.org/a.png" onload="x()"&gt;</title>'
    (draft,) = await drafts_of(f'<feed xmlns="http://www.w3.org/2005/Atom"><entry>{title}</entry></feed>'.encode())
    assert (draft.title, draft.text, draft.media) == ("", "", 1)


@pytest.mark.parametrize(
    ("item", "said"),
    [
        ("<guid>1</guid><description>&lt;img src='/a.png'&gt;&lt;img src='/b.png'&gt;</description>", ("", "", 2)),
        ("<guid>1</guid><title>Panne</title>", ("Panne", "", 0)),
        ("<guid>1</guid><description>&lt;span lang='fr'&gt;&lt;/span&gt;</description>", ("", "[…]", 0)),
        ("<guid>1</guid><title>Panne</title><description>&lt;img src='/a.png'&gt;</description>", ("Panne", "", 0)),
    ],
)
async def test_an_entry_without_words_is_told_all_the_same(item: str, said: tuple[str, str, int]) -> None:
    (draft,) = await drafts_of(rss(item))
    assert (draft.title, draft.text, draft.media) == said


@pytest.mark.parametrize("told", ["<guid>1</guid>", "<link>https://journal.example/1</link>", ""])
async def test_an_entry_that_stands_there_twice_is_told_once(told: str) -> None:
    entry = f"{told}<title>Panne</title><description>à Lyon</description>"
    changed = f"{told}<title>Panne</title><description>à Brest</description>"
    assert len(await drafts_of(rss(entry, entry, changed, changed))) == 2
