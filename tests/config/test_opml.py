"""Feeds from OPML: nested, repeated, hostile. The documents are written here in the shape that readers export."""

from __future__ import annotations

from pathlib import Path

import pytest

from socialhub.config.opml import MOST_BYTES, MOST_FEEDS, Feed, read_opml
from socialhub.errors import UserError

OPML = """<?xml version="1.0" encoding="{encoding}"?>
<opml version="2.0"><head><title>Abonnements</title></head><body>
  <outline text="Presse">
    <outline text="Le Canard" type="rss" xmlUrl="https://canard.example/feed"/>
    <outline text="Régions"><outline text="Le  Canard" xmlUrl="https://canard.example/bretagne"/></outline>
  </outline>
  <outline TEXT="Encore" xmlurl="https://canard.example/feed"/>
  <outline xmlUrl="feed://blog.example/rss"/>
  <outline text="Sud/Ouest" xmlUrl="feed:http://sud.example/rss"/>
  <outline text="Privé" xmlUrl="https://me:s3cret@prive.example/feed"/>
  <outline text="Local" xmlUrl="file:///etc/passwd"/>
  <outline text="Prise" xmlUrl="wss://prise.example/"/>
  <outline text="Bluesky" xmlUrl="https://b.example/feed"/>
  <outline text="Un lien" htmlUrl="https://lien.example/"/>
</body></opml>"""


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-1", "utf-16"])
def test_feeds_however_deep_each_once(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "feeds.opml"
    path.write_bytes(OPML.format(encoding=encoding).encode(encoding))
    opml = read_opml(path, taken=["bluesky"])
    assert opml.feeds == [
        Feed("Le Canard", "https://canard.example/feed"),
        Feed("Le Canard 2", "https://canard.example/bretagne"),
        Feed("blog.example", "https://blog.example/rss"),
        Feed("Sud-Ouest", "http://sud.example/rss"),
        Feed("Bluesky 2", "https://b.example/feed"),
    ]
    assert [sentence.split(":")[0] for sentence in opml.refused] == ["Privé", "Local", "Prise"]
    assert "s3cret" not in " ".join(opml.refused)


BOMB = '<!DOCTYPE opml [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><opml><body><outline text="&b;"/></body></opml>'
EXTERNAL = '<!DOCTYPE opml [<!ENTITY x SYSTEM "file:///etc/passwd">]><opml><outline text="&x;"/></opml>'


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe\x00", b"<opml>", b"<html></html>", b"no XML", BOMB.encode(), EXTERNAL.encode()],
)
def test_what_is_no_opml_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "feeds.opml"
    path.write_bytes(content)
    with pytest.raises(UserError, match="not an OPML file"):
        read_opml(path)


def test_a_document_type_without_entities_is_fine(tmp_path: Path) -> None:
    path = tmp_path / "feeds.opml"
    path.write_text(
        '<!DOCTYPE opml SYSTEM "x.dtd"><opml><outline text="a" xmlUrl="http://a.example/"/></opml>', "utf-8"
    )
    assert read_opml(path).feeds == [Feed("a", "http://a.example/")]


def test_size_and_number_are_bounded(tmp_path: Path) -> None:
    path = tmp_path / "feeds.opml"
    outlines = "".join(f'<outline text="f" xmlUrl="http://a.example/{n}"/>' for n in range(MOST_FEEDS + 5))
    path.write_text(f"<opml>{outlines}</opml>", "utf-8")
    opml = read_opml(path)
    assert len(opml.feeds) == len({feed.name for feed in opml.feeds}) == MOST_FEEDS
    assert len(opml.refused) == 1
    path.write_bytes(b" " * (MOST_BYTES + 1))
    with pytest.raises(UserError, match="larger"):
        read_opml(path)
    with pytest.raises(UserError, match="cannot be read"):
        read_opml(tmp_path / "none.opml")
