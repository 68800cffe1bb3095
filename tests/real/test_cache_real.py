"""Posts written on a real PDS appear in the cache through the real collector; edits, quotes and deletions too."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from socialhub.model import Kind, Mention
from socialhub.store.mentions import FeedFilter, feed, versions_of
from tests.processes.programs import Programs, wait_for
from tests.real.network import Account, Network, running_network

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def network() -> Iterator[Network]:
    with running_network() as running:
        yield running


@pytest.fixture(scope="module")
def nina(network: Network) -> Account:
    return network.account("nina")


@pytest.fixture(scope="module")
def hugo(network: Network) -> Account:
    return network.account("hugo")


@pytest.fixture
def programs(network: Network, tmp_path: Path) -> Iterator[Programs]:
    """A room that listens to the network for its two topics."""
    made = Programs(tmp_path)
    made.configure(
        f'[[sources]]\nname = "bluesky"\nkind = "jetstream"\nservers = ["{network.jetstream}"]\nallow_private = true\n'
    )
    yield made
    made.close()


@contextmanager
def collecting(programs: Programs) -> Iterator[None]:
    """The real collector, connected; it ends in order."""
    collector = programs.start("collect")
    wait_for(lambda: programs.collects(collector) and _connected(programs), "the stream is open")
    yield
    collector.terminate()
    assert collector.wait(10) == 0


def _connected(programs: Programs) -> bool:
    with programs.reading() as db:
        row = db.execute("SELECT connected FROM sources WHERE name = 'bluesky'").fetchone()
    return row is not None and bool(row[0])


def mention_when(programs: Programs, uri: str, condition: Callable[[Mention], bool] = lambda _found: True) -> Mention:
    """The mention with this at-uri, once it is there and so."""

    def found() -> Mention | None:
        with programs.reading() as db:
            mentions = feed(db, FeedFilter(), operator="lea", limit=200)
        return next((each for each in mentions if each.canonical_id == uri and condition(each)), None)

    mention = wait_for(found, f"{uri} is in the cache")
    assert mention is not None
    return mention


def test_posts_edits_quotes_and_deletions_reach_the_cache(programs: Programs, nina: Account, hugo: Account) -> None:
    with collecting(programs):
        post = nina.post("Été sans fibre à Lyon", langs=["fr"])
        other = nina.post("Rien qui nous regarde")
        quote = hugo.post("Mandarine, la panne dure", embed={"$type": "app.bsky.embed.record", "record": post})
        reply = hugo.post("Plus de fibre ici non plus", reply={"root": post, "parent": post})
        hugo.create("app.bsky.feed.like", {"subject": post})
        hugo.create("app.bsky.feed.repost", {"subject": post})

        stored = mention_when(programs, post["uri"])
        assert (stored.text, stored.kind, stored.lang, stored.topics) == (
            "Été sans fibre à Lyon",
            Kind.POST,
            "fr",
            (1,),
        )
        assert stored.handle == nina.did
        quoting = mention_when(programs, quote["uri"])
        assert (quoting.kind, quoting.parent_id, quoting.topics) == (Kind.QUOTE, post["uri"], (2,))
        assert mention_when(programs, reply["uri"]).kind == Kind.REPLY

        nina.edit(post["uri"], "Été sans fibre à Lyon : rétablie, merci")
        edited = mention_when(programs, post["uri"], lambda found: found.edited is not None)
        assert edited.text == "Été sans fibre à Lyon : rétablie, merci"
        with programs.reading() as db:
            assert [version.text for version in versions_of(db, edited.id)] == ["Été sans fibre à Lyon"]

        hugo.delete(quote["uri"])
        gone = mention_when(programs, quote["uri"], lambda found: found.tombstone != "")
        assert (gone.tombstone, gone.text, gone.author) == ("deleted", "", "")
        assert programs.stored() >= 3
    with programs.reading() as db:
        uris = {uri for (uri,) in db.execute("SELECT canonical_id FROM mentions").fetchall()}
    assert uris == {post["uri"], quote["uri"], reply["uri"]}
    assert other["uri"] not in uris
    assert programs.run("search", "rétablie").stdout.count("rétablie") == 1
    assert programs.run("search", "panne").stdout.count("panne") == 0
    assert programs.is_sound()


def test_what_was_written_while_nobody_collected_comes_afterwards(programs: Programs, nina: Account) -> None:
    with collecting(programs):
        before = nina.post("fibre : avant la pause")
        mention_when(programs, before["uri"])
    missed = {nina.post(f"fibre : pendant la pause {number}")["uri"] for number in range(20)}
    nina.delete(before["uri"])
    with collecting(programs):
        for uri in missed:
            mention_when(programs, uri)
        assert mention_when(programs, before["uri"], lambda found: found.tombstone != "").text == ""
    assert programs.is_sound()
    assert "Traceback" not in programs.output()
