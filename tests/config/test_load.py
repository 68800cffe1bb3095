"""Reading a config: what is right comes out typed, what is wrong comes out all at once, with file, line and key."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from socialhub.clock import DAY, MINUTE
from socialhub.config import Config, ConfigMissing, ConfigProblems, Problem, load, read
from socialhub.config.export import to_toml
from socialhub.config.settings import DESK_PANES, Hub
from socialhub.sources.kinds.jetstream import JetstreamSettings
from socialhub.sources.kinds.mastodon import MastodonSettings
from socialhub.sources.kinds.rss import RssSettings

REPOSITORY = Path(__file__).parents[2]
HERE = Path("/salle/config.toml")

GOOD = """
[hub]
name = "Salle"
language = "fr"
languages = ["fr"]
timezone = "Europe/Paris"
contact = "room@example.org"
retention = "13 mois"
ca_file = "{ca_file}"

[[topics]]
name = "Mandarine Télécom"
kind = "brand"
query = "mandarine OR #fibre"
colour = "#ff8800"

[[topics]]
id = "rival"
name = "Libre Mobile"
kind = "competitor"
query = '"Libre Mobile"'
retention = "30 d"

[[sources]]
name = "presse"
kind = "rss"
url = "https://example.org/feed"
token = "env:FEED_TOKEN"
every = "5 min"

[[sources]]
name = "Mastodon"
kind = "mastodon"
server = "https://example.org"
tags = ["fibre"]

[[sources]]
name = "Bluesky"
kind = "jetstream"

[[sources]]
name = "boîte"
kind = "file"
folder = "arrivees"

[wall]
crise = ["alerts", "trends"]

[keys]
search = "/, ctrl+f"
"""


def problems_of(text: str, environ: Mapping[str, str] | None = None) -> tuple[Problem, ...]:
    """Everything that is wrong with a config, warnings included."""
    try:
        return read(text, HERE, environ=environ or {}).warnings
    except ConfigProblems as error:
        return error.problems


def only(text: str) -> Problem:
    """The one error of a config."""
    errors = [problem for problem in problems_of(text) if not problem.warning]
    assert len(errors) == 1, errors
    return errors[0]


def good(tmp_path: Path) -> Config:
    """The good config, read from a file that is there."""
    (tmp_path / "ca.pem").touch()
    path = tmp_path / "config.toml"
    path.write_text(GOOD.replace("{ca_file}", "ca.pem"), "utf-8")
    return load(path, environ={"FEED_TOKEN": "x"})


def test_what_a_good_config_becomes(tmp_path: Path) -> None:
    config = good(tmp_path)
    assert config.warnings == ()
    assert config.hub.zone == ZoneInfo("Europe/Paris")
    assert config.hub.retention == 395 * DAY + 10 * 60 * MINUTE
    assert config.hub.ca_file == str(tmp_path / "ca.pem")
    assert [topic.id for topic in config.topics] == ["mandarine-telecom", "rival"]
    assert config.topics[1].retention == 30 * DAY
    rss, mastodon, jetstream, folder = config.sources
    assert isinstance(rss, RssSettings)
    assert (rss.every, rss.token) == (5 * MINUTE, "env:FEED_TOKEN")
    assert isinstance(mastodon, MastodonSettings)
    assert mastodon.tags == ("fibre",)
    assert isinstance(jetstream, JetstreamSettings)
    assert len(jetstream.servers) == 2
    assert getattr(folder, "folder", "") == str(tmp_path / "arrivees")
    assert config.wall.layouts == {"room": DESK_PANES, "crise": ("alerts", "trends")}
    assert config.keys == {"search": "slash,ctrl+f"}


def test_an_empty_file_is_a_room_that_listens_to_nothing() -> None:
    config = read("", HERE)
    assert config.hub == Hub()
    assert [problem.warning for problem in config.warnings] == [True, True]


def test_a_byte_order_mark_and_windows_line_ends_are_no_mistake(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(b'\xef\xbb\xbf[hub]\r\nname = "x"\r\nnom = 1\r\n')
    with pytest.raises(ConfigProblems) as caught:
        load(path)
    assert [(problem.line, problem.key) for problem in caught.value.problems if not problem.warning] == [(3, "hub.nom")]


ALL_AT_ONCE = '''\
[hub]
langage = "fr"
timezone = "Europe/Pari"
retention = 13
contact = "https://me:secret@example.org/"
[[topics]]
name = "A"
kind = "brnd"
query = """
a AND
(b OR
"""
[[topics]]
name = "a"
kind = "brand"
query = "is:unread"
[[sources]]
name = "a/b"
kind = "rs"
[[sources]]
name = "q"
kind = "rss"
url = "https://example.org/?api_key=s3cret"
token = "s3cret"
[[sources]]
kind = "mastodon"
name = "Q"
server = "mastodon.social"
tags = "x"
[keys]
serach = "x"
search = "q"
[wll]
'''


def test_every_mistake_is_listed_at_once_with_its_line() -> None:
    errors = {(problem.line, problem.key): problem for problem in problems_of(ALL_AT_ONCE) if not problem.warning}
    assert sorted(errors, key=lambda place: place[0] or 0) == [
        (2, "hub.langage"),
        (3, "hub.timezone"),
        (4, "hub.retention"),
        (5, "hub.contact"),
        (8, "topics[1].kind"),
        (11, "topics[1].query"),
        (14, "topics[2].name"),
        (16, "topics[2].query"),
        (18, "sources[1].name"),
        (19, "sources[1].kind"),
        (23, "sources[2].url"),
        (24, "sources[2].token"),
        (27, "sources[3].name"),
        (28, "sources[3].server"),
        (29, "sources[3].tags"),
        (31, "keys.serach"),
        (32, "keys.search"),
        (33, "wll"),
    ]
    suggestions = {key: problem.suggestion for (_line, key), problem in errors.items()}
    assert suggestions["hub.langage"] == "language"
    assert suggestions["hub.timezone"] == "Europe/Paris"
    assert suggestions["hub.retention"] == '"13 s"'
    assert suggestions["topics[1].kind"] == "brand"
    assert suggestions["sources[1].kind"] == "rss"
    assert suggestions["sources[3].server"] == "https://mastodon.social"
    assert suggestions["sources[3].tags"] == '["x"]'
    assert suggestions["keys.serach"] == "search"
    assert suggestions["wll"] == "wall"


def test_a_secret_is_never_repeated() -> None:
    sentences = " ".join(problem.sentence() for problem in problems_of(ALL_AT_ONCE))
    assert "s3cret" not in sentences
    assert "me:secret" not in sentences
    assert "env:NAME" in sentences


@pytest.mark.parametrize(
    "url",
    [
        "https://user:pass@example.org/feed",
        "https://token@example.org/feed",
        "https://example.org/feed?token=abc",
        "https://example.org/feed?x=1&ACCESS_TOKEN=abc",
        "https://example.org/feed?api-key=abc",
        "https://example.org/feed#key=abc",
        "HTTPS://U:P@example.org",
    ],
)
def test_a_secret_inside_an_address_is_refused(url: str) -> None:
    problem = only(f'[[sources]]\nname = "x"\nkind = "rss"\nurl = "{url}"')
    assert (problem.line, problem.key) == (4, "sources[1].url")
    assert "abc" not in problem.sentence()


@pytest.mark.parametrize(
    "url", ["https://example.org/?q=token&hl=fr", "https://example.org/@user", "https://é.example/"]
)
def test_an_address_without_a_secret_is_fine(url: str) -> None:
    assert all(problem.warning for problem in problems_of(f'[[sources]]\nname = "x"\nkind = "rss"\nurl = "{url}"'))


@pytest.mark.parametrize(
    "url", ["", "x", "http://", "http://[::1", "http://a:99999", "ftp://a.b/", "https://a b.c", "feed"]
)
def test_what_is_no_address(url: str) -> None:
    assert only(f'[[sources]]\nname = "x"\nkind = "rss"\nurl = "{url}"').key == "sources[1].url"


SECRET = '[[sources]]\nname = "x"\nkind = "rss"\nurl = "https://a.b/"\ntoken = "{}"\n'


def test_a_named_secret_without_a_value_is_a_warning_unless_secrets_are_required() -> None:
    text = SECRET.format("env:FEED_TOKEN")
    unset = [problem for problem in problems_of(text) if problem.key == "sources[1].token"]
    assert [(problem.line, problem.warning) for problem in unset] == [(5, True)]
    assert not [problem for problem in problems_of(text, {"FEED_TOKEN": "v"}) if problem.key == "sources[1].token"]
    with pytest.raises(ConfigProblems, match="env:FEED_TOKEN"):
        read(text, HERE, environ={}, require_secrets=True)


@pytest.mark.parametrize("written", ["hunter2", "env:", "env:A B", "keyring:", "ENV:X", "env:1X"])
def test_what_is_no_name_of_a_secret(written: str) -> None:
    problem = only(SECRET.format(written))
    assert problem.key == "sources[1].token"
    assert "hunter2" not in problem.sentence()


@pytest.mark.parametrize(
    ("keys", "at"),
    [
        ('kind = "mastodon"\nserver = "https://a.b"', "sources[1]"),
        ('kind = "mastodon"\nserver = "https://a.b"\ntags = ["#x"]', "sources[1].tags[1]"),
        ('kind = "mastodon"\nserver = "https://a.b"\nsearch = ["x"]', "sources[1].search"),
        ('kind = "bluesky"', "sources[1]"),
        ('kind = "bluesky"\nsearch = ["x"]', "sources[1].search"),
        ('kind = "jetstream"\nservers = ["https://a.b"]', "sources[1].servers[1]"),
        ('kind = "jetstream"\nservers = []', "sources[1].servers"),
        ('kind = "jetstream"\ndids = ["lea"]', "sources[1].dids[1]"),
        ('kind = "rss"', "sources[1]"),
        ('kind = "file"\nfolder = ""', "sources[1].folder"),
        ('kind = "file"\nfolder = "x"\nwas = "x"\n[[sources]]\nname = "x"\nkind = "file"\nfolder = "y"', ""),
    ],
)
def test_what_each_kind_of_source_needs(keys: str, at: str) -> None:
    text = f'[[sources]]\nname = "{"y" if "was" in keys else "x"}"\n{keys}\n'
    assert only(text).key == (at or "sources[1].was")


@pytest.mark.parametrize(
    ("keys", "at"),
    [
        ('kind = "rss"\nurl = "https://news.google.com/rss/search?q=x&hl=fr&gl=US&ceid=US:en"', "sources[1].url"),
        ('kind = "rss"\nurl = "https://a.b/"\nevery = "1 s"', "sources[1].every"),
        ('kind = "rss"\nurl = "http://a.b/"\ntoken = "env:T"', "sources[1].url"),
        ('kind = "rss"\nurl = "https://a.b/"', "hub.contact"),
    ],
)
def test_what_is_odd_is_a_warning(keys: str, at: str) -> None:
    warnings = problems_of(f'[[sources]]\nname = "x"\n{keys}', {"T": "t"})
    assert all(problem.warning for problem in warnings)
    assert at in [problem.key for problem in warnings]


@pytest.mark.parametrize(
    "edition", ["hl=fr&gl=FR&ceid=FR:fr", "hl=en-GB&gl=GB&ceid=GB:en", "hl=en-US&gl=US&ceid=US:en"]
)
def test_a_google_news_address_that_agrees(edition: str) -> None:
    text = f'[[sources]]\nname = "x"\nkind = "rss"\nurl = "https://news.google.com/rss/search?q=x&{edition}"'
    assert "sources[1].url" not in [problem.key for problem in problems_of(text)]


@pytest.mark.parametrize(
    "text",
    [
        "[hub\n",
        'a = "\n',
        "a = 1\na = 2",
        "[a]\n[a]",
        "a = 2024-13-45",
        "a = " + "[" * 5000 + "]" * 5000,
        "a = " + "9" * 5000,
        "a = {b = 1",
        "\x00",
    ],
)
def test_what_is_no_toml_is_one_problem(text: str) -> None:
    assert len(problems_of(text)) == 1


def test_a_mistake_of_syntax_has_its_line() -> None:
    assert only('[hub]\nname = "x"\nlanguage = fr\n').line == 3


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ConfigMissing) as missing:
        load(tmp_path / "none.toml")
    assert "config init" in missing.value.hint
    with pytest.raises(ConfigProblems):
        load(tmp_path)
    with pytest.raises(ConfigProblems):
        load(tmp_path / "a\0b")
    latin = tmp_path / "latin.toml"
    latin.write_bytes("# un\n# été\n".encode("latin-1"))
    with pytest.raises(ConfigProblems, match=r"latin\.toml:2: .*UTF-8"):
        load(latin)
    large = tmp_path / "large.toml"
    large.write_bytes(b"#" * (2 << 20))
    with pytest.raises(ConfigProblems, match="1 MiB"):
        load(large)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.touch(mode=0o000)
    with pytest.raises(ConfigProblems, match="cannot be read"):
        load(path)


def test_queries_can_be_left_to_the_collector(tmp_path: Path) -> None:
    text = '[[topics]]\nname = "x"\nkind = "brand"\nquery = "("'
    assert only(text).key == "topics[1].query"
    assert read(text, HERE, check_queries=False).topics[0].query == "("


def test_the_hash_follows_what_is_collected_and_nothing_else(tmp_path: Path) -> None:
    text = GOOD.replace('ca_file = "{ca_file}"\n', "")
    whole = read(text, HERE)
    for same in (
        text.replace("#ff8800", "#000000"),
        text.replace('language = "fr"', 'language = "en"'),
        text.replace('search = "/, ctrl+f"', ""),
        text.replace('kind = "jetstream"', 'kind = "jetstream"\nkeep = "matched"\nevery = "1 min"'),
    ):
        assert read(same, HERE).hash == whole.hash
    for other in (
        text.replace("mandarine OR", "mandarine AND"),
        text.replace("5 min", "6 min"),
        text.replace('tags = ["fibre"]', 'tags = ["reseau"]'),
        text.replace("FEED_TOKEN", "OTHER_TOKEN"),
        text.replace("room@", "office@"),
    ):
        assert read(other, HERE).hash != whole.hash


def test_the_hash_follows_tables_inside_a_source(tmp_path: Path) -> None:
    source = '[[sources]]\nname = "crm"\nkind = "json"\nurl = "https://example.org/api"\n'
    text = f'{source}[sources.fields]\nnative_id = "id"\ntext = "text"\n'
    config = read(text, HERE)
    assert read(to_toml(config), HERE).hash == config.hash
    assert read(text.replace('text = "text"', 'text = "body"'), HERE).hash != config.hash


def test_an_exported_config_is_the_same_config(tmp_path: Path) -> None:
    config = good(tmp_path)
    again = read(to_toml(config), config.path, environ={"FEED_TOKEN": "x"})
    assert again.hash == config.hash
    assert (again.hub, again.topics, again.wall) == (config.hub, config.topics, config.wall)
    assert to_toml(again) == to_toml(config)


def test_the_shipped_config_works() -> None:
    config = load(REPOSITORY / "config.toml", environ={})
    assert {topic.kind for topic in config.topics} >= {"brand", "competitor"}
    assert {source.kind for source in config.sources} == {"rss", "mastodon", "jetstream"}
    assert [problem.key for problem in config.warnings] == ["hub.contact"]
    assert config.hub.contact


def test_a_topic_that_can_never_match_is_a_warning(tmp_path: Path) -> None:
    """It can be read, so the room runs; but somebody must be told."""
    path = tmp_path / "config.toml"
    path.write_text('[[topics]]\nname = "x"\nkind = "brand"\nquery = "panne -panne"\n', encoding="utf-8")
    warnings = [problem.message for problem in load(path).warnings]
    assert any("can never match" in message for message in warnings), warnings
