"""Links that a server verified as hints at one person on several networks: believed by their form only, and undone."""

from __future__ import annotations

import json
import sys
from asyncio import create_subprocess_exec, subprocess
from pathlib import Path
from typing import Any

import pytest

from socialhub.authors import AuthorKey
from socialhub.clock import real_now
from socialhub.verified import account_at, verified_accounts
from tests.recorded.test_whole_program import Room
from tests.servers import clock_at
from tests.sources.fake_bluesky import FakeBluesky, view
from tests.sources.fake_mastodon import FakeMastodon, status

VERIFIED = "2026-01-02T10:00:00.000+00:00"


def fields(*links: str, verified: str | None = VERIFIED) -> list[dict[str, Any]]:
    """Fields of an account as Mastodon tells them."""
    value = '<a href="{}" rel="nofollow noopener me"><span class="invisible">https://</span>page</a>'
    return [{"name": "page", "value": value.format(link), "verified_at": verified} for link in links]


def told(*links: str, verified: str | None = VERIFIED, **changes: Any) -> tuple[AuthorKey, ...]:
    """What a status of lea@piaille.example shows."""
    written = status(1, **changes)
    written["account"] |= {"url": "https://piaille.example/@lea", "fields": fields(*links, verified=verified)}
    return verified_accounts(json.dumps(written).encode(), "lea@piaille.example")


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("https://lea.example/", AuthorKey("bluesky", "lea.example")),
        ("https://www.lea.example", AuthorKey("bluesky", "lea.example")),
        ("https://bsky.app/profile/lea.bsky.social", AuthorKey("bluesky", "lea.bsky.social")),
        ("https://www.threads.net/@lea.lyon", AuthorKey("threads", "lea.lyon")),
        ("https://mamot.example/@lea_b", AuthorKey("mastodon", "lea_b@mamot.example")),
        ("https://bsky.app/", None),
        ("https://lea.example/blog", None),
        ("https://lea.example/?u=1", None),
        ("http://lea.example/", None),
        ("https://lea.example:8443/", None),
        ("https://x@lea.example/", None),
        ("https://x.com/lea", None),
        ("https://192.0.2.1]/", None),
        ("https://lea", None),
    ],
)
def test_whose_page_an_address_is(address: str, key: AuthorKey | None) -> None:
    assert account_at(address) == key


def test_only_what_was_verified_counts() -> None:
    assert told("https://lea.example/") == (AuthorKey("bluesky", "lea.example"),)
    assert told("https://lea.example/", verified=None) == ()
    assert told("https://piaille.example/@lea") == ()
    both = f"{fields('https://a.example/')[0]['value']}{fields('https://b.example/')[0]['value']}"
    written = status(1)
    written["account"] |= {"url": "https://piaille.example/@lea", "fields": [{"value": both, "verified_at": VERIFIED}]}
    assert verified_accounts(json.dumps(written).encode(), "lea@piaille.example") == ()


def test_who_passes_a_post_on_is_not_its_author() -> None:
    """Both are called alike, on two servers."""
    theirs = status(2)
    theirs["account"] |= {"acct": "lea@mamot.example", "url": "https://mamot.example/@lea"}
    passing = status(1, reblog=theirs)
    passing["account"] |= {"url": "https://piaille.example/@lea", "fields": fields("https://lea.example/")}
    assert verified_accounts(json.dumps(passing).encode(), "lea@mamot.example") == ()


@pytest.mark.parametrize("received", [b"", b"[]", b"{", b'{"account": 7}', b'{"account": {"fields": {}}}', b"\xff"])
def test_what_is_no_status_shows_nothing(received: bytes) -> None:
    assert verified_accounts(received, "lea@piaille.example") == ()


async def test_the_page_of_an_author_names_the_account_until_somebody_says_no(tmp_path: Path) -> None:
    written = status(1)
    written["account"] |= {"fields": fields("https://lea.bsky.example/", "https://nobody.example/")}
    async with FakeMastodon([written]) as fediverse, FakeBluesky([view(1)], feed=[{"post": view(1)}]) as bluesky:
        written["account"]["url"] = f"{fediverse.url}/@lea"
        written["account"]["acct"] = "lea@piaille.example"
        handle = view(1)["author"]["handle"]
        written["account"]["fields"] += fields(f"https://{handle}/")
        tables = (
            f'[[sources]]\nname = "m"\nkind = "mastodon"\nserver = "{fediverse.url}"\ntags = ["x"]\n'
            f'allow_private = true\n[[sources]]\nname = "b"\nkind = "bluesky"\naccounts = ["{handle}"]\n'
            f'public_service = "{bluesky.url}"\nallow_private = true\n'
        )
        room = Room(tmp_path, tables)
        await room.poll(clock_at(real_now()))
    author = "mastodon/lea@piaille.example"
    shown = json.loads(await said(room, "authors", "show", author, "--json"))
    assert shown["verified_links"] == {f"bluesky/{handle}": 1}
    assert f"bluesky/{handle} 1" in await said(room, "authors", "show", author)
    await said(room, "people", "apart", handle)
    assert json.loads(await said(room, "authors", "show", author, "--json"))["verified_links"] == {}
    await said(room, "people", "together", handle)
    assert json.loads(await said(room, "authors", "show", author, "--json"))["verified_links"] != {}


async def said(room: Room, *arguments: str) -> str:
    """What a command prints."""
    command = [sys.executable, "-m", "socialhub", "--config", str(room.config), "--cache", str(room.cache)]
    process = await create_subprocess_exec(*command, *arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    out, err = await process.communicate()
    assert process.returncode == 0, err.decode()
    return out.decode()
