"""The name of a post, whoever shows it: bridges, servers, feeds, articles under several addresses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialhub.bridges import bridged, original_of
from socialhub.identities import article_identity, is_copy, is_home, named, post_of, resolved

DID = "did:plc:5syfqzormjkutgo5hi2u2gpr"
AT = f"at://{DID}/app.bsky.feed.post/3lwlunj3oqs22"
STATUS = "https://piaille.fr/users/lea_b/statuses/115044073088181107"


@pytest.mark.parametrize(
    ("address", "identity"),
    [
        (AT, AT),
        (f"https://bsky.app/profile/{DID}/post/3lwlunj3oqs22", AT),
        ("https://bsky.app/profile/lea.bsky.social/post/3lwlunj3oqs22", ""),
        (f"https://bsky.brid.gy/convert/ap/{AT}", AT),
        ("https://piaille.fr/@lea_b/115044073088181107", STATUS),
        ("https://piaille.fr/@lea_b/115044073088181107?lang=fr#more", STATUS),
        (STATUS, STATUS),
        ("https://piaille.fr/@lea_b@other.example/115044073088181107", ""),
        ("https://medium.example/@lea/how-to-99", ""),
        ("yt:video:dQw4w9WgXcQ", "youtube:dQw4w9WgXcQ"),
        ("https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=43s", "youtube:dQw4w9WgXcQ"),
        ("https://youtu.be/dQw4w9WgXcQ?si=abc", "youtube:dQw4w9WgXcQ"),
        ("https://m.youtube.com/shorts/dQw4w9WgXcQ", "youtube:dQw4w9WgXcQ"),
        ("https://www.youtube.com/watch?v=dQw4w9WgXcQ&lc=UgxA.8b", "youtube:UgxA.8b"),
        ("https://www.youtube.com/@mandarine/videos", ""),
        ("https://old.reddit.com/r/france/comments/1abcd/la_panne/", "reddit:t3_1abcd"),
        ("https://www.reddit.com/r/france/comments/1abcd/la_panne/k9z/?context=3", "reddit:t1_k9z"),
        ("https://twitter.com/lea/status/1790000000000000001", "x:1790000000000000001"),
        ("https://x.com/i/web/status/1790000000000000001", "x:1790000000000000001"),
        ("https://www.threads.net/@lea.b/post/DAbc_-12", "threads:post/DAbc_-12"),
        ("https://www.threads.com/t/DAbc_-12", "threads:post/DAbc_-12"),
        ("https://news.ycombinator.com/item?id=42", "hackernews:42"),
        ("https://t.me/s/Mandarine/17", "telegram:mandarine/17"),
        ("https://lecourrier.example/2026/la-panne", ""),
        ("javascript:alert(1)", ""),
    ],
)
def test_the_address_of_a_post_names_it(address: str, identity: str) -> None:
    assert post_of(address) == identity
    assert post_of(identity) in ("", identity)


@given(st.text())
def test_any_text_is_an_address_or_none(address: str) -> None:
    for made in (address, f"https://{address}", f"https://www.youtube.com/{address}", f"at://{address}"):
        found = post_of(made)
        assert isinstance(found, str)
        article_identity("La panne de Mandarine", made)
    assert named(address, url=address, title=address, original=address, handle=address, article=True) is not None


_HOSTS = st.from_regex(r"[a-z]{3,12}(\.[a-z]{2,8}){1,2}", fullmatch=True).filter(
    lambda host: not host.startswith(("m.", "www.", "amp."))
)
_NAMES = st.from_regex(r"[A-Za-z0-9_]{1,20}", fullmatch=True)
_IDS = st.integers(1, 10**19).map(str)


@given(_HOSTS, _NAMES, _IDS, st.integers(1, 10**17))
def test_every_way_to_a_status_gives_one_name(host: str, name: str, number: str, account: int) -> None:
    uri, page = f"https://{host}/users/{name}/statuses/{number}", f"https://{host}/@{name}/{number}"
    by_number = f"https://{host}/ap/users/{account}/statuses/{number}"
    bridged = named(AT, original=page, handle=f"{name}.{host}.ap.brid.gy")
    names = {named(uri, url=page).name, named(by_number, url=page).name, bridged.name, post_of(page), post_of(uri)}
    assert names == {uri}
    assert is_copy("bluesky", uri)
    assert is_copy("rss", uri)
    assert not is_copy("mastodon", uri)
    assert is_home("mastodon", host, uri)
    assert not is_home("mastodon", "elsewhere.example", uri)
    assert not is_home("rss", host, uri)


def test_what_anybody_may_write_is_not_believed() -> None:
    page = "https://piaille.fr/@marque/1"
    assert named(AT, original=page, handle="liar.bsky.social").name == AT
    assert named(AT, original=page, handle=DID).name == AT
    assert named("https://evil.example/ap/users/1/statuses/2", url="https://piaille.fr/@marque/2").name.startswith(
        "https://evil.example/"
    )
    assert named("https://evil.example/ap/threads.net/2", url="https://www.threads.net/@a/post/D1").name.startswith(
        "https://evil.example/"
    )
    assert named(f"https://evil.example/convert/ap/{AT}").name != AT
    assert resolved("https://bsky.brid.gy/convert/ap/https://piaille.fr/@marque/1").startswith("https://bsky.brid.gy")


def test_a_post_of_threads_has_one_name_there_and_in_the_fediverse() -> None:
    page = "https://www.threads.net/@lea.b/post/DAbc_-12"
    shared = "https://www.threads.net/ap/users/17841400000000001/post/18078474853445030/"
    assert named("threads:18078474853445030", url=page).name == named(shared, url=page).name == "threads:post/DAbc_-12"
    assert is_copy("mastodon", "threads:post/DAbc_-12")


@pytest.mark.parametrize(
    "url",
    [
        "http://lecourrier.example/eco/la-panne/?b=2&a=1",
        "https://www.lecourrier.example/eco/la-panne?a=1&b=2",
        "https://m.lecourrier.example/eco/la-panne/amp/?a=1&b=2",
        "https://amp.lecourrier.example/amp/eco/la-panne?a=1&b=2&amp=1",
        "https://lecourrier.example/eco/la-panne.amp?b=2&a=1&outputType=amp",
        "https://www-lecourrier-example.cdn.ampproject.org/c/s/www.lecourrier.example/eco/la-panne?a=1&b=2",
        "https://www.google.com/amp/s/lecourrier.example/eco/la-panne?a=1&b=2",
    ],
)
def test_an_article_is_the_same_under_all_of_its_addresses(url: str) -> None:
    usual = article_identity("La panne géante de Mandarine", "https://lecourrier.example/eco/la-panne?a=1&b=2")
    assert article_identity("LA PANNE GEANTE de mandarine !", url) == usual


def test_articles_that_may_be_others_have_no_name_in_common() -> None:
    long, url = "La panne géante de Mandarine", "https://lecourrier.example/eco/la-panne"
    assert named("", url=url, title=long, article=True).loose
    assert named("", url="https://lecourrier.example/", title=long, article=True).name == ""
    assert named("", url=url, title="Communiqué", article=True).name == ""
    assert named("", url=url, title=long).name == ""
    names = {article_identity(long, f"https://lecourrier.example/article.php?id={number}") for number in range(3)}
    assert len(names | {article_identity("La panne est finie depuis midi", url)}) == 4


@pytest.mark.parametrize(
    ("handle", "copy"),
    [
        ("Lea@piaille.fr", "lea.piaille.fr.ap.brid.gy"),
        ("@lea_b@social.piaille.fr", "lea-b.social.piaille.fr.ap.brid.gy"),
        ("lea.bsky.social", "lea.bsky.social@bsky.brid.gy"),
        ("lea.bsky.social@bsky.brid.gy", ""),
        ("lea", ""),
        ("did:plc:lea", ""),
    ],
)
def test_the_bridge_writes_handles_so(handle: str, copy: str) -> None:
    assert bridged(handle) == copy


def test_the_way_back_from_a_bridged_handle_is_told_where_it_is_certain() -> None:
    assert original_of("lea.piaille.fr.ap.brid.gy") == "lea@piaille.fr"
    assert original_of("Lea.bsky.social@bsky.brid.gy") == "lea.bsky.social"
    for uncertain in ("lea-b.piaille.fr.ap.brid.gy", "lea.b.piaille.fr.ap.brid.gy", "piaille.fr.ap.brid.gy", "lea"):
        assert original_of(uncertain) == ""


@given(st.text())
def test_any_handle_has_a_copy_or_none(handle: str) -> None:
    for each in (handle, f"{handle}.ap.brid.gy", f"{handle}@bsky.brid.gy"):
        original = original_of(each)
        assert not original or bridged(original) == each.lower().lstrip("@")
        assert original_of(bridged(each)) in ("", each.lower().lstrip("@"))
