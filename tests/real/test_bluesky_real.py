"""Posts written on a real PDS come out of the real sources, edits and deletions too."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import msgspec
import pytest

from socialhub.errors import SourceError
from socialhub.model import Deletion, Kind
from socialhub.sources.atproto_session import session_for
from socialhub.sources.base import SourceContext
from socialhub.sources.bluesky import BlueskySource
from socialhub.sources.jetstream import JetstreamSource
from socialhub.sources.kinds.bluesky import BlueskySettings
from socialhub.sources.kinds.jetstream import JetstreamSettings
from tests.real.network import Account, Network, running_network
from tests.servers import make_client, make_context
from tests.sources.gathering import Listener, boosts, deletions, drafts, poll

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def network() -> Iterator[Network]:
    with running_network() as running:
        yield running


@pytest.fixture(scope="module")
def lea(network: Network) -> Account:
    return network.account("lea")


@pytest.fixture(scope="module")
def tom(network: Network) -> Account:
    return network.account("tom")


@pytest.fixture
async def context() -> AsyncIterator[SourceContext]:
    client = make_client()
    yield make_context(client)
    await client.close()


def jetstream(network: Network, context: SourceContext) -> JetstreamSource:
    return JetstreamSource(JetstreamSettings(name="x", servers=(network.jetstream,), allow_private=True), context)


def facet(text: str, part: str, feature: dict[str, str]) -> dict[str, object]:
    """A facet over `part`, at its UTF-8 byte offsets."""
    start = len(text[: text.index(part)].encode())
    return {"index": {"byteStart": start, "byteEnd": start + len(part.encode())}, "features": [feature]}


async def test_what_is_written_there_comes_out_here(
    network: Network, lea: Account, tom: Account, context: SourceContext
) -> None:
    listener = Listener(jetstream(network, context))
    await listener.until(lambda batches: batches)
    text = "Été sans réseau à Lyon #fibre example.org/pan…"
    link = {"$type": "app.bsky.richtext.facet#link", "uri": "https://example.org/panne"}
    tag = {"$type": "app.bsky.richtext.facet#tag", "tag": "fibre"}
    facets = [facet(text, "example.org/pan…", link), facet(text, "#fibre", tag)]
    post = lea.post(text, facets=facets, langs=["fr"], tags=["réseau"])
    reply = tom.post("Idem ici", reply={"root": post, "parent": post})
    quote = tom.post("À suivre", embed={"$type": "app.bsky.embed.record", "record": post})
    tom.create("app.bsky.feed.like", {"subject": post})
    tom.create("app.bsky.feed.repost", {"subject": post})
    lea.edit(post["uri"], "Été sans réseau à Lyon, rétabli")
    tom.delete(quote["uri"])
    batches = await listener.until(deletions)
    await listener.stop()

    first, answer, quoting, edited = drafts(batches)
    assert first.text == f"{text} #réseau"
    assert (first.native_id, first.links, first.lang) == (post["uri"], ("https://example.org/panne",), "fr")
    assert (answer.native_id, answer.kind, answer.parent_id) == (reply["uri"], Kind.REPLY, post["uri"])
    assert (quoting.native_id, quoting.kind, quoting.parent_id) == (quote["uri"], Kind.QUOTE, post["uri"])
    assert (edited.native_id, edited.text) == (post["uri"], "Été sans réseau à Lyon, rétabli")
    assert edited.edited is not None
    assert deletions(batches) == [Deletion(quote["uri"], quote["uri"])]
    assert not boosts(batches)
    assert not sum(batch.skipped for batch in batches)


async def test_what_was_written_meanwhile_comes_after_a_restart(
    network: Network, lea: Account, context: SourceContext
) -> None:
    listener = Listener(jetstream(network, context))
    await listener.until(lambda batches: batches)
    lea.post("avant la coupure")
    await listener.until(drafts)
    await listener.stop()
    missed = {lea.post(f"pendant la coupure {number}")["uri"] for number in range(30)}
    again = Listener(jetstream(network, context), listener.cursor)
    await again.until(lambda batches: missed <= {draft.native_id for draft in drafts(batches)})
    await again.stop()


async def test_a_session_is_created_refreshed_and_only_then_created_again(
    network: Network, lea: Account, context: SourceContext
) -> None:
    settings = BlueskySettings(
        name="x", service=network.pds, identifier=lea.handle, password="lea-passe", allow_private=True
    )
    session = session_for(context, settings)
    assert session is not None
    who = "com.atproto.server.getSession"
    assert (await session.get(context, settings, who, {})).json()["did"] == lea.did
    created = session._tokens
    assert created is not None
    session._tokens = msgspec.structs.replace(created, access="stale")
    assert (await session.get(context, settings, who, {})).json()["did"] == lea.did
    refreshed = session._tokens
    assert refreshed is not None
    assert refreshed.refresh != created.refresh
    session._tokens = msgspec.structs.replace(refreshed, access="stale", refresh="stale")
    assert (await session.get(context, settings, who, {})).json()["did"] == lea.did


async def test_a_wrong_password_is_told(network: Network, lea: Account, context: SourceContext) -> None:
    settings = BlueskySettings(
        name="x", service=network.pds, identifier=lea.handle, password="fausse", search=("fibre",), allow_private=True
    )
    with pytest.raises(SourceError) as caught:
        await poll(BlueskySource(settings, context))
    assert (caught.value.reason.code, caught.value.permanent) == ("login-failed", True)


async def test_without_an_appview_the_search_fails_with_a_reason(
    network: Network, lea: Account, context: SourceContext
) -> None:
    settings = BlueskySettings(
        name="x",
        service=network.pds,
        identifier=lea.handle,
        password="lea-passe",
        search=("fibre",),
        accounts=(lea.handle,),
        allow_private=True,
    )
    with pytest.raises(SourceError) as caught:
        await poll(BlueskySource(settings, context))
    assert caught.value.reason.sentence() != caught.value.reason.code
