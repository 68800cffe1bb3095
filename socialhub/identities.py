"""One post seen by several ways: the name under which all of them know it. Pure: nothing is asked of anybody.

A name is an identity fact: the id that a network gives, the declaration of a bridge, the address of an article. What
merely looks alike is never named alike. The grammar of addresses is the one that each network publishes:

    Mastodon    https://HOST/@NAME/ID, https://HOST/users/NAME/statuses/ID; ids of numbers need their page beside them
    Bluesky     at://DID/app.bsky.feed.post/RKEY, https://bsky.app/profile/DID/post/RKEY
    Bridgy Fed  https://bsky.brid.gy/convert/ap/at://…; into Bluesky its record names the original (bridgyOriginalUrl)
    Threads     https://www.threads.com/@NAME/post/CODE, also of posts that it shares with the fediverse
    YouTube     watch?v=ID, youtu.be/ID, /shorts/ID, /live/ID, yt:video:ID; with lc=ID a comment
    Reddit      /r/SUB/comments/ID[/SLUG[/COMMENT]]
    X           /NAME/status/ID · Hacker News item?id=ID · Telegram t.me/CHANNEL/ID
"""

from __future__ import annotations

import hashlib
import re
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from socialhub import text
from socialhub.bridges import IN_BLUESKY
from socialhub.records import dataclass

BRIDGE: Final = "https://bsky.brid.gy/convert/ap/"
"""What Bridgy Fed puts before the identity of a post of Bluesky that it shows to the fediverse."""
SPLIT: Final = "split:"
"""How the identity of a sighting begins that somebody split off its mention."""

_NETWORKS: Final = {
    "https": frozenset({"mastodon", "lemmy"}),
    "http": frozenset({"mastodon", "lemmy"}),
    "at": frozenset({"bluesky", "jetstream"}),
    **{name: frozenset({name}) for name in ("threads", "youtube", "reddit", "x", "hackernews", "telegram")},
}
"""The kinds of sources that speak for the posts of a network, by how its identities begin."""
_FEDIVERSE: Final = frozenset({"https", "http"})
_MIRRORS: Final = frozenset({"rss", "mastodon", "lemmy", "bluesky", "jetstream"})
"""Kinds of sources that also show what was written elsewhere: feeds, and networks that others are bridged into."""

_AT_URI: Final = re.compile(r"at://(did:[a-z0-9]+:[A-Za-z0-9._:%-]+)/app\.bsky\.feed\.post/([A-Za-z0-9._~:-]+)")
_NUMBERED: Final = re.compile(r"(https?://[^/?#@]+)/ap/users/[0-9]+/statuses/([0-9]+)")
_THREADS: Final = re.compile(r"https://(?:www\.)?threads\.(?:net|com)/(?:@[\w.]+/post|t)/([A-Za-z0-9_-]+)/?")
_THREADS_IDS: Final = (
    "threads:",
    *(f"https://{host}/ap/" for host in ("www.threads.net", "threads.net", "www.threads.com", "threads.com")),
)
_NAME: Final = r"([A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?)"
_PAGE: Final = re.compile(rf"(https?://[^/?#@]+)/@{_NAME}/([0-9]{{1,20}})/?")
_STATUS: Final = re.compile(rf"https?://[^/?#@]+/users/{_NAME}/statuses/[0-9]{{1,20}}")
_VIDEO: Final = re.compile(r"[A-Za-z0-9_-]{11}")
_SUBREDDIT: Final = re.compile(r"(?:/(?:r|user)/[\w-]+)?/comments/([a-z0-9]+)(?:/[^/]*(?:/([a-z0-9]+))?)?/?")
_TWEET: Final = re.compile(r"/(?:\w+|i/web)/status(?:es)?/([0-9]{1,20})(?:/(?:photo|video)/[0-9]+)?/?")
_MESSAGE: Final = re.compile(r"/(?:s/)?([A-Za-z]\w{3,})/([0-9]+)/?")

_FEWEST_WORDS: Final = 4
"""Words of a headline from which on, with the same address, it tells an article from all others."""
_MOBILE: Final = ("www.", "m.", "mobile.", "amp.")
_AMP: Final = frozenset({"amp", "outputtype", "_amp"})


@dataclass(frozen=True, slots=True)
class Named:
    """The name of a post across networks and servers, "" when only its source knows it.

    A `loose` one is the address of an article: two items of one source that bear it are still two.
    """

    name: str = ""
    loose: bool = False


_NAMELESS: Final = Named()


def named(
    claimed: str, *, url: str = "", title: str = "", original: str = "", handle: str = "", article: bool = False
) -> Named:
    """The name of a post from the identity that its source claims ("" for none) and its own address.

    `original` is what a bridge declares to have copied; it is believed of the bridge's own accounts alone, which the
    network vouches for by `handle`: anybody may write such a line into a record.
    """
    if original and handle.endswith(IN_BLUESKY):
        return Named(post_of(original) or original)
    if claimed:
        return Named(_settled(claimed, url))
    if article and title and url and text.fold(title).count(" ") >= _FEWEST_WORDS - 1:
        return Named(article_identity(title, url), loose=True)
    return _NAMELESS


def _settled(claimed: str, url: str) -> str:
    """A claimed identity in the form that all ways share."""
    if claimed.startswith(_THREADS_IDS):
        return _threads(url) or claimed
    if "/ap/" not in claimed:
        return claimed
    if numbered := _NUMBERED.fullmatch(claimed):
        page = _PAGE.fullmatch(url)
        if page is not None and page[1] == numbered[1] and page[3] == numbered[2]:
            return f"{page[1]}/users/{page[2]}/statuses/{page[3]}"
    return resolved(claimed)


def _threads(url: str) -> str:
    found = _THREADS.fullmatch(url)
    return f"threads:post/{found[1]}" if found else ""


def resolved(claimed: str) -> str:
    """An identity without what a bridge put before it; any other as it is."""
    return claimed.removeprefix(BRIDGE) if claimed.startswith(f"{BRIDGE}at://") else claimed


# ---- addresses of posts ------------------------------------------------------------------------------------------


def post_of(address: str) -> str:
    """The identity of the post whose page, or whose id in a feed, this is; "" for anything else."""
    if address.startswith("yt:video:"):
        return f"youtube:{address[9:]}" if _VIDEO.fullmatch(address[9:]) else ""
    if address.startswith("at://"):
        return address if _AT_URI.fullmatch(address) else ""
    if not address.startswith(("https://", "http://")):
        return ""
    if address.startswith(BRIDGE):
        return post_of(resolved(address))
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return ""
    find = _FINDERS.get(host)
    if find is not None:
        return find(parts.path, parts.query)
    plain = address.partition("?")[0].partition("#")[0]
    if page := _PAGE.fullmatch(plain):
        return f"{page[1]}/users/{page[2]}/statuses/{page[3]}"
    return plain if _STATUS.fullmatch(plain) else ""


def _bluesky(path: str, _query: str) -> str:
    parts = path.strip("/").split("/")
    if len(parts) != 4 or parts[0] != "profile" or parts[2] != "post":
        return ""
    uri = f"at://{parts[1]}/app.bsky.feed.post/{parts[3]}"
    return uri if _AT_URI.fullmatch(uri) else ""


def _youtube(path: str, query: str) -> str:
    asked = dict(parse_qsl(query))
    kind, _slash, rest = path.strip("/").partition("/")
    video = asked.get("v", "") if kind == "watch" else rest if kind in ("shorts", "live", "embed") else ""
    if not _VIDEO.fullmatch(video):
        return ""
    return f"youtube:{asked['lc']}" if asked.get("lc") else f"youtube:{video}"


def _short_youtube(path: str, query: str) -> str:
    return _youtube("/watch", urlencode({**dict(parse_qsl(query)), "v": path.strip("/")}))


def _reddit(path: str, _query: str) -> str:
    found = _SUBREDDIT.fullmatch(path)
    return "" if found is None else f"reddit:t1_{found[2]}" if found[2] else f"reddit:t3_{found[1]}"


def _x(path: str, _query: str) -> str:
    found = _TWEET.fullmatch(path)
    return f"x:{found[1]}" if found else ""


def _hackernews(path: str, query: str) -> str:
    number = dict(parse_qsl(query)).get("id", "")
    return f"hackernews:{number}" if path == "/item" and number.isascii() and number.isdigit() else ""


def _telegram(path: str, _query: str) -> str:
    found = _MESSAGE.fullmatch(path)
    return f"telegram:{found[1].casefold()}/{found[2]}" if found else ""


def _threads_page(path: str, _query: str) -> str:
    return _threads(f"https://threads.com{path}")


_FINDERS: Final = {
    "bsky.app": _bluesky,
    **dict.fromkeys(("youtube.com", "m.youtube.com", "music.youtube.com"), _youtube),
    "youtu.be": _short_youtube,
    **dict.fromkeys(("reddit.com", "old.reddit.com", "new.reddit.com", "np.reddit.com"), _reddit),
    **dict.fromkeys(("x.com", "twitter.com", "mobile.twitter.com"), _x),
    "news.ycombinator.com": _hackernews,
    "t.me": _telegram,
    **dict.fromkeys(("threads.net", "threads.com"), _threads_page),
}


# ---- articles ----------------------------------------------------------------------------------------------------


def article_identity(title: str, url: str) -> str:
    """What identifies an article for all that point at it, however its address is written; "" without a path.

    The scheme, www, mobile and AMP pages, a slash at the end and the order of what is asked for do not count.
    """
    address = _article_address(url)
    if not address:
        return ""
    digest = hashlib.sha256(f"{text.fold(title)}\0{address}".encode("utf-8", "replace")).hexdigest()
    return f"news:{digest[:32]}"


def _article_address(url: str) -> str:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return ""
    path = parts.path
    if host.endswith("cdn.ampproject.org") or (host.removeprefix("www.").startswith("google.") and path[:5] == "/amp/"):
        # https://www-example-org.cdn.ampproject.org/c/s/www.example.org/path, https://www.google.com/amp/s/…
        carried = re.fullmatch(r"/(?:amp|[cv])/(?:s/)?([^/]+\.[^/]+)(/.*)?", path)
        host, path = (carried[1].lower(), carried[2] or "") if carried else ("", "")
    for prefix in _MOBILE:
        if host.startswith(prefix) and host.count(".") > 1:
            host = host.removeprefix(prefix)
    if not host:
        return ""
    path = path.rstrip("/").removesuffix("/amp").removesuffix(".amp").removesuffix("/index.html")
    path = path.removesuffix(".amp.html") + ".html" if path.endswith(".amp.html") else path
    path = path[4:] if path.startswith("/amp/") else path
    asked = sorted((name, value) for name, value in parse_qsl(parts.query) if name.lower() not in _AMP)
    query = f"?{urlencode(asked)}" if asked else ""
    return f"{host}{path}{query}" if path or query else ""


# ---- who speaks for a post ---------------------------------------------------------------------------------------


def _scheme(name: str) -> str:
    return name.partition(":")[0]


def is_copy(kind: str, name: str) -> bool:
    """Whether a source of this kind shows a copy of the post of this name: through a bridge or in a feed."""
    speakers = _NETWORKS.get(_scheme(name))
    return speakers is not None and kind in _MIRRORS and kind not in speakers


def is_home(kind: str, server: str, name: str) -> bool:
    """Whether what a source of this kind says of the post of this name holds everywhere: that it is gone.

    In the fediverse the server that the post lives on speaks for it (`server` is the host that the source asks),
    elsewhere the network; a file or a relay of the operator's own is believed.
    """
    if kind not in _MIRRORS:
        return True
    scheme = _scheme(name)
    if scheme in _FEDIVERSE:
        return kind in _NETWORKS[scheme] and name.split("/", 3)[2].lower() == server
    return kind in _NETWORKS.get(scheme, (kind,))
