"""Hostile words in every field, through real sources and the real collector, shown by every screen and command on a
real terminal: not one control byte of theirs is sent, and the layout holds."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Callable, Iterator

import pytest

from socialhub.clock import MINUTE, real_now
from socialhub.store.connection import FileLock
from tests.console.terminal import Terminal
from tests.hostile import senders
from tests.hostile.wire import beyond_the_edge, smuggled
from tests.hostile.words import HOSTILE
from tests.processes.programs import PATIENCE, Loopback, Programs
from tests.servers import Answer, LoopbackServer
from tests.sources.fake_bluesky import FakeJetstream
from tests.sources.fake_mastodon import FakeMastodon

_FILE_NAME = "\x1b]0;OWNED\x07\x9b2J[b].jsonl"
_QUIT = "\x11"
"""Ctrl+Q, which leaves from everywhere."""
_WAYS = ("presse", "brut", "piaille", "bluesky", "dossier")
_AS_THEY_CAME = frozenset({"native_id", "canonical_id", "claimed", "parent_id", "cursor", "error"})
"""Ids (aliases are nothing else), and names of files inside stored reasons: cleaned when they are shown."""


def _configure(programs: Programs, loopback: Loopback) -> None:
    feeds = {name: Answer(senders.feed(well_formed=name == "/presse")) for name in ("/presse", "/brut")}
    web = loopback.open(LoopbackServer(feeds))
    mastodon = loopback.open(FakeMastodon(senders.statuses()))
    stream = loopback.open(FakeJetstream(senders.frames((real_now() - MINUTE) * 1000)))
    tables = {
        "presse": f'kind = "rss"\nurl = "{web.url("/presse")}"',
        "brut": f'kind = "rss"\nurl = "{web.url("/brut")}"',
        "piaille": f'kind = "mastodon"\nserver = "{mastodon.url}"\ntags = ["fibre"]',
        "bluesky": f'kind = "jetstream"\nservers = ["{stream.url}"]',
        "dossier": 'kind = "file"\nfolder = "drop"',
    }
    programs.configure(
        "".join(f'[[sources]]\nname = "{name}"\nallow_private = true\n{table}\n' for name, table in tables.items())
    )


@pytest.fixture(scope="session")
def room(tmp_path_factory: pytest.TempPathFactory) -> Programs:
    """A room that has collected them all, and imported a file that names hostile sources; made once for all workers."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    programs = Programs(folder / "hostile")
    lock = FileLock(folder / "hostile.lock")
    assert lock.acquire(120)
    try:
        if not programs.home.exists():
            _collect(programs)
    finally:
        lock.release()
    return programs


def _collect(programs: Programs) -> None:
    (programs.home / "drop").mkdir(parents=True)
    (programs.home / "drop" / _FILE_NAME).write_text(senders.lines(), encoding="ascii")
    (programs.home / "lines.jsonl").write_text(senders.lines(), encoding="ascii")
    with Loopback() as loopback:
        _configure(programs, loopback)
        programs.run("collect", "--once")
        polled = programs.stored()
        collector = programs.start("collect")
        programs.wait_stored(polled + len(HOSTILE))
        collector.terminate()
        collector.wait(PATIENCE)
    assert programs.run("import", str(programs.home / "lines.jsonl")).returncode == 1


@pytest.fixture
def show(room: Programs) -> Iterator[Callable[..., Terminal]]:
    """A program on a terminal; whatever it drew is looked at when the test is over."""
    yield room.show
    used, room.terminals = room.terminals, []
    for terminal in used:
        if terminal.process.poll() is None:
            terminal.press(_QUIT)
            terminal.ended()
        terminal.read(0.1)
        terminal.close()
    assert [smuggled(terminal.written) for terminal in used] == [[] for _terminal in used]


def test_everything_was_taken_in_and_nothing_hostile_is_stored(room: Programs) -> None:
    with room.reading() as db:
        counted = dict(
            db.execute("SELECT s.name, count(*) FROM sightings g JOIN sources s ON s.id = g.source GROUP BY 1")
        )
        assert {name: counted[name] for name in _WAYS} == dict.fromkeys(_WAYS, len(HOSTILE))
        assert sum(counted.values()) == (len(_WAYS) + 1) * len(HOSTILE)
        tables = [name for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        for table in set(tables) - {"aliases"}:
            found = db.execute(f"SELECT * FROM {table}")
            for row in found.fetchall():
                for (column, *_rest), value in zip(found.description, row, strict=True):
                    if isinstance(value, str) and column not in _AS_THEY_CAME:
                        assert _is_harmless(value), (table, column, value[:80])
    assert room.is_sound()


def _is_harmless(text: str) -> bool:
    return not any(unicodedata.category(char) in ("Cc", "Cs", "Cf") and char not in "\n\u200d" for char in text)


def test_what_was_logged_and_said_is_harmless(room: Programs) -> None:
    output = room.output()
    assert smuggled(output.encode("utf-8", "replace")) == []
    assert "could not be read, the first is line 21" in output


# ---- commands ----------------------------------------------------------------------------------------------------

_COMMANDS = (
    ("status",),
    ("sources", "list"),
    ("search", "fibre", "--limit", "500"),
    ("mentions", "list", "--limit", "500"),
    ("mentions", "list", "--limit", "500", "--json"),
    ("export",),
    ("metrics", "list"),
    ("export", "--metrics"),
    ("doctor",),
)


@pytest.mark.parametrize("words", _COMMANDS, ids=" ".join)
def test_a_command_shows_them_as_words(show: Callable[..., Terminal], words: tuple[str, ...]) -> None:
    terminal = show(*words)
    terminal.ended()
    terminal.read(0.1)
    assert len(terminal.written) > 200
    assert b"Traceback" not in terminal.written


def test_each_of_them_can_be_shown_whole(room: Programs) -> None:
    with room.reading() as db:
        numbers = [number for (number,) in db.execute("SELECT min(id) FROM mentions GROUP BY source, id % 7")]
    for number in numbers[:6]:
        shown = room.run("mentions", "show", str(number))
        assert shown.returncode == 0, shown.stderr
        assert smuggled(shown.stdout.encode()) == []


# ---- screens -----------------------------------------------------------------------------------------------------


def _columns_of(terminal: Terminal, sign: str) -> list[set[int]]:
    """For every line of the screen, the columns in which this sign stands."""
    screen = terminal.screen
    return [{x for x in range(screen.columns) if screen.buffer[y][x].data == sign} for y in range(screen.lines)]


@pytest.mark.parametrize(("columns", "rows"), [(120, 40), (80, 24)])
def test_the_desk_and_the_detail_keep_their_borders(show: Callable[..., Terminal], columns: int, rows: int) -> None:
    terminal = show("run", "--no-collect", columns=columns, rows=rows)
    terminal.until("[CW: ")
    terminal.quiet()
    dividers = [found for found in _columns_of(terminal, "│")[1:-1] if found]
    if columns == 120:
        assert len(dividers) == rows - 2
        assert len(set.intersection(*dividers)) == 1
    terminal.press("\r")
    terminal.quiet()
    for _mention in range(6 * len(HOSTILE) if columns == 120 else len(HOSTILE)):
        terminal.press("j")
        terminal.read(0.03)
    terminal.quiet()
    if columns == 120:
        assert len(set.intersection(*_columns_of(terminal, "│")[2:-1])) == 1
    assert terminal.process.poll() is None
    assert beyond_the_edge(terminal.written, columns) == []


@pytest.mark.parametrize("pane", ["mentions", "sources", "trends"])
def test_a_pane_keeps_within_its_edges(show: Callable[..., Terminal], pane: str) -> None:
    terminal = show("pane", pane, columns=80, rows=24)
    terminal.until("Essai")
    terminal.quiet()
    terminal.press("G")
    terminal.quiet()
    assert beyond_the_edge(terminal.written, 80) == []
    if pane == "mentions":
        times = [line[2:7] for line in terminal.screen.display[1:-1]]
        assert all(time[2] in ":-" for time in times), times


def test_a_search_shows_them_as_words(show: Callable[..., Terminal]) -> None:
    terminal = show("run", "--no-collect")
    terminal.until("[CW: ")
    terminal.press("/")
    terminal.until("AND OR NOT")
    terminal.press("titre\r")
    terminal.until("fibre H00 titre")
    assert beyond_the_edge(terminal.written, 120) == []
