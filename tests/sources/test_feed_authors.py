"""Who wrote an entry, in the many ways feeds tell it, and what else an entry says of its relations."""

from __future__ import annotations

import pytest

from socialhub.model import Kind
from socialhub.sources.feed_parser import read_feed
from tests.servers import NOON
from tests.sources.test_rss import drafts_of

DC = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'


def author(told: str) -> str:
    body = f'<rss version="2.0" {DC}><channel><title>Essai</title><item><title>t</title>{told}</item></channel></rss>'
    return read_feed(body.encode(), "", "https://journal.example/", NOON).entries[0].author


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ("<author>lea@journal.paris (Léa Martin)</author>", "Léa Martin"),
        ("<author>Léa Martin (lea@journal.paris)</author>", "Léa Martin"),
        ("<author>Léa Martin &lt;lea@journal.paris&gt;</author>", "Léa Martin"),
        ("<author>Léa Martin &lt;mailto:lea@journal.fr&gt;</author>", "Léa Martin"),
        ("<author>lea@journal.paris</author>", "lea@journal.paris"),
        ("<dc:creator>Léa Martin (AFP)</dc:creator>", "Léa Martin (AFP)"),
        ("<dc:creator>Léa</dc:creator><dc:creator>tom@journal.paris (Tom)</dc:creator>", "Léa, Tom"),
        ("<dc:creator><![CDATA[<b>Léa</b> Martin]]></dc:creator>", "Léa Martin"),
    ],
)
def test_names_come_without_their_addresses(told: str, name: str) -> None:
    assert author(told) == name


def atom(entry: str, head: str = "") -> bytes:
    thread = 'xmlns:thr="http://purl.org/syndication/thread/1.0"'
    feed = f"<title>Essai</title>{head}<entry><id>tag:e,1</id><title>t</title>{entry}</entry>"
    return f'<feed xmlns="http://www.w3.org/2005/Atom" {thread}>{feed}</feed>'.encode()


@pytest.mark.parametrize(
    ("entry", "head", "name"),
    [
        ("<author><name>Léa</name></author>", "<author><name>Tom</name></author>", "Léa"),
        ("<author><name>Léa</name><email>l@x.paris</email></author>", "", "Léa"),
        ("", "<author><name>Tom</name></author>", "Tom"),
        ("<source><author><name>Zoé</name></author></source>", "<author><name>Tom</name></author>", "Zoé"),
        ("", "<author><email>web@x.paris</email></author>", "Essai"),
        ("", "", "Essai"),
    ],
)
async def test_who_wrote_an_entry_that_names_nobody(entry: str, head: str, name: str) -> None:
    (draft,) = await drafts_of(atom(entry, head))
    assert draft.author == name


async def test_a_comment_answers_and_an_entry_counts_its_own() -> None:
    (draft,) = await drafts_of(atom('<thr:in-reply-to ref="tag:e,0"/><thr:total>4</thr:total>'))
    assert (draft.kind, draft.parent_id, draft.replies) == (Kind.REPLY, "tag:e,0", 4)


@pytest.mark.parametrize("told", ["<thr:total>7</thr:total>", '<link rel="replies" href="https://e/c" thr:count="7"/>'])
async def test_comments_are_counted_as_threading_has_it(told: str) -> None:
    (draft,) = await drafts_of(atom(told))
    assert draft.replies == 7


async def test_an_entry_has_a_language_of_its_own() -> None:
    body = f'<rss version="2.0" {DC}><channel><language>fr</language><item><title>t</title>{{}}</item></channel></rss>'
    (draft,) = await drafts_of(body.format("<dc:language>de</dc:language>").encode())
    assert draft.lang == "de"
    (draft,) = await drafts_of(body.format("").encode())
    assert draft.lang == "fr"


@pytest.mark.parametrize("element", ["encoded", "fulltext", "yandex:full-text"])
async def test_whole_texts_in_elements_of_a_feeds_own_making(element: str) -> None:
    item = f"<title>t</title><description>a</description><{element}>plus long</{element}>"
    (draft,) = await drafts_of(f"<rss><channel><item>{item}</item></channel></rss>".encode())
    assert draft.text == "plus long"


async def test_an_article_is_dated_as_publishers_of_journals_do_it() -> None:
    space = 'xmlns:prism="http://prismstandard.org/namespaces/basic/2.0/"'
    item = "<title>t</title><prism:publicationDate>2026-11-20T10:00:00Z</prism:publicationDate>"
    (draft,) = await drafts_of(f"<rss {space}><channel><item>{item}</item></channel></rss>".encode())
    assert draft.published == 1_795_168_800_000
