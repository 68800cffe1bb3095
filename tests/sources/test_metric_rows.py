"""Rows of metrics as sources tell them: a JSON API, a webhook, tables, and numbers as people write them."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialhub.clock import MINUTE, iso
from socialhub.config import ConfigProblems, load
from socialhub.metrics import Measurement
from socialhub.model import Batch, Item
from socialhub.sources import create
from socialhub.sources.kinds.json import JsonFields, JsonSettings
from socialhub.sources.measurements import number_of
from socialhub.sources.mention_files import BadLine, GoodLine, read_drafts
from tests.servers import NOON, LoopbackServer, clock_at, make_client, make_context
from tests.sources.gathering import poll
from tests.sources.test_json import Api
from tests.sources.test_webhook import receiving

PARIS = ZoneInfo("Europe/Paris")


def measured(items: list[Item]) -> list[Measurement]:
    return [item for item in items if isinstance(item, Measurement)]


def of_batches(batches: list[Batch]) -> list[Measurement]:
    return measured([item for batch in batches for item in batch.items])


async def test_a_json_api_tells_figures_and_tells_them_again() -> None:
    """A constant name, a value and a time mapped: the newest page is read again, so that corrections are heard."""
    fields = JsonFields(metric="'calls'", value="count", unit="'calls'", published_at="from", place="site")
    api = Api(lambda _query, posts: {"data": posts[::-1]})
    api.posts = [{"count": 12 + n, "from": iso(NOON - (9 - n) * 5 * MINUTE), "site": "Rennes"} for n in range(3)]
    async with LoopbackServer({"*": api}) as server:
        settings = JsonSettings(
            name="help line", url=server.url("/calls"), items="data", fields=fields, allow_private=True
        )
        source = create(settings, make_context(make_client(), clock_at(NOON)))
        first = await poll(source)
        api.posts[-1]["count"] = "1 400,5"
        api.posts += [{"count": "lots", "from": iso(NOON), "site": "Rennes"}]
        second = [batch async for batch in source.run(first[-1].cursor)]
    rows = of_batches(first)
    assert [(row.value, row.place, row.unit) for row in rows] == [(value, "Rennes", "calls") for value in (14, 13, 12)]
    assert rows[0].at == NOON - 7 * 5 * MINUTE
    assert of_batches(second)[0].value == 1400.5
    assert sum(batch.skipped for batch in second) == 1


@pytest.mark.parametrize(
    ("fields", "missing"),
    [
        ('metric = "name"', "give value"),
        ('value = "n"', "give metric"),
        ('text = "t"', "give native_id"),
        ('native_id = "n"', "give text / title"),
    ],
)
def test_a_mapping_that_reads_nothing_is_refused(tmp_path: Path, fields: str, missing: str) -> None:
    for kind in ('kind = "json"\nurl = "https://api.example/x"', 'kind = "webhook"\nport = 8700\nsecret = "env:H"'):
        path = tmp_path / "config.toml"
        path.write_text(
            f'[hub]\ncontact = "a@b.example"\n[[sources]]\nname = "a"\n{kind}\n[sources.fields]\n{fields}\n'
        )
        with pytest.raises(ConfigProblems) as refused:
            load(path, environ={"H": "x"})
        assert missing in str(refused.value.problems[0].message)


async def test_what_is_posted_mixes_mentions_and_figures() -> None:
    row = {"kind": "metric", "metric": "tickets", "value": 7, "published_at": "2026-11-21T12:00:00+01:00"}
    mention = {"native_id": "1", "text": "panne", "published_at": "2026-11-21T12:00:00+01:00"}
    taken: list[Item] = []
    async with receiving() as room:
        take = room.take

        async def noted(batch: Batch) -> None:
            taken.extend(batch.items)
            await take(batch)

        room.take = noted  # type: ignore[method-assign]
        answer = await room.post([row, mention, {**row, "value": "a few"}])
        assert (answer.status_code, answer.text) == (
            202,
            "2 taken, 1 could not be read: this line has a value that is no number: a few\n",
        )
        refused = await room.post({key: row[key] for key in row if key != "metric"})
        assert (refused.status_code, refused.text) == (
            422,
            "1 items could not be read: this line has no metric\n",
        )
        assert [draft.text for draft in room.stored] == ["panne"]
    (told,) = measured(taken)
    assert (told.metric, told.value, iso(told.at)) == ("tickets", 7, "2026-11-21T11:00:00Z")


def read(path: Path, content: str | bytes) -> tuple[list[Measurement], dict[int, str]]:
    """The rows of a table in Paris, and its bad lines in words."""
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    lines = list(read_drafts(path, zone=PARIS, source="compta"))
    good = measured([line.item for line in lines if isinstance(line, GoodLine)])
    return good, {line.number: line.reason.sentence() for line in lines if isinstance(line, BadLine)}


def test_a_french_table(tmp_path: Path) -> None:
    """Semicolons, CP1252, decimal commas, narrow spaces, the room's time: bad rows are told, nothing else is lost."""
    content = (
        "Date;Heure;Indicateur;Valeur;Unité;Lieu\n"
        "21/11/2026;10:00;Appels reçus;1\u00a0234,5;appels;Rennes\n"
        "21/11/2026;10:05;Appels reçus;néant;appels;Rennes\n"
        ";10:10;Appels reçus;3;appels;Rennes\n"
        "21/11/2026;10:15;;3;appels;Rennes\n"
        "21/11/2026;10:20;Appels reçus;;appels;Rennes\n"
        "21/07/2026;10:00;Satisfaction;−3,5 %;;\n"
    )
    rows, bad = read(tmp_path / "appels.csv", content.encode("cp1252", "replace").replace(b"?3,5", b"-3,5"))
    assert [(row.metric, iso(row.at), row.value, row.unit, row.place) for row in rows] == [
        ("Appels reçus", "2026-11-21T09:00:00Z", 1234.5, "appels", "Rennes"),
        ("Satisfaction", "2026-07-21T08:00:00Z", -3.5, "", ""),
    ]
    assert bad == {
        3: "this line has a value that is no number: néant",
        4: "this line has a date that cannot be read: 10:10",
        5: "this line has no metric",
        6: "this line has no value",
    }


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("calls.csv", "time,value\n2026-11-21T10:00:00Z,7\n", ("calls", 7)),
        ("export.csv", 'date,name,value\n2026-11-21,revenue,"1,234"\n', ("revenue", 1234)),
        ("export.tsv", "date\ttype\tnombre\n2026-11-21\ttickets\t4,25\n", ("tickets", 4.25)),
        (
            "mixed.csv",
            "kind,metric,value,date,text\nmetric,sales,5,2026-11-21,\npost,,,2026-11-21,merci\n",
            ("sales", 5),
        ),
    ],
)
def test_tables_of_other_people(tmp_path: Path, name: str, content: str, expected: tuple[str, float]) -> None:
    rows, bad = read(tmp_path / name, content)
    assert ([(row.metric, row.value) for row in rows], bad) == ([expected], {})


def test_a_column_a_metric(tmp_path: Path) -> None:
    """Headings name the metrics and their units; an empty cell is a gap, a bad one is told, its neighbours stay."""
    content = (
        "Date;Ville;Appels reçus;Ventes (k€);Taux [%]\n"
        "21/11/2026 10:00;Rennes;1 234;12,5;\n"
        "21/11/2026 11:00;Rennes;néant;13;98,5 %\n"
    )
    rows, bad = read(tmp_path / "tableau.csv", content)
    assert [(row.metric, row.unit, row.place, row.value) for row in rows] == [
        ("Appels reçus", "", "Rennes", 1234),
        ("Ventes", "k€", "Rennes", 12.5),
        ("Ventes", "k€", "Rennes", 13),
        ("Taux", "%", "Rennes", 98.5),
    ]
    assert bad == {3: "this line has a value that is no number: néant"}


@pytest.mark.parametrize(
    "content",
    [
        "date;auteur;appels\n2026-11-21;Léa;3\n",
        "date;texte du message\n2026-11-21;merci\n",
        "appels;ventes\n3;4\n",
        "date;a\n",
    ],
)
def test_what_may_be_something_else_is_no_table_of_metrics(tmp_path: Path, content: str) -> None:
    assert read(tmp_path / "x.csv", content) == ([], {1: "the table has no column for text"})


def test_the_hour_that_the_clocks_show_twice_is_two_hours(tmp_path: Path) -> None:
    """Paris, 25 October 2026: after 02:45 comes 02:00 again; with an offset there is nothing to guess."""
    times = ["01:30", "02:00", "02:30", "02:00", "02:30", "03:00"]
    rows, bad = read(tmp_path / "calls.csv", "date;valeur\n" + "".join(f"25/10/2026 {t};1\n" for t in times))
    assert [row.at - rows[0].at for row in rows] == [n * 30 * MINUTE for n in range(6)]
    assert iso(rows[1].at) == "2026-10-25T00:00:00Z"
    again, _none = read(tmp_path / "calls.csv", "date;valeur\n" + "2026-10-25T02:00+02:00;1\n" * 2)
    assert {row.at for row in again} == {rows[1].at}
    assert not bad


def test_a_table_of_mentions_with_a_count_stays_one(tmp_path: Path) -> None:
    (tmp_path / "avis.csv").write_text("date;texte;total\n2026-11-21;merci;3\n")
    (line,) = read_drafts(tmp_path / "avis.csv", source="avis")
    assert isinstance(line, GoodLine)
    assert not isinstance(line.item, Measurement)


SPACES = (" ", "\u00a0", "\u202f", "\u2009")


@given(
    st.integers(-(10**9), 10**9),
    st.integers(0, 2),
    st.sampled_from([*((space, ",") for space in SPACES), (".", ","), (",", "."), ("'", "."), ("", ","), ("", ".")]),
    st.sampled_from(["", " €", "\u202f%", "$"]),
)
def test_a_number_written_in_any_of_these_manners_is_read_back(
    whole: int, digits: int, marks: tuple[str, str], dress: str
) -> None:
    group, point = marks
    text = f"{abs(whole):,}".replace(",", group)
    if digits:
        text += f"{point}{'57'[:digits]}"
    elif group in (".", ",") and text.count(group) == 1:
        return  # alone it is the decimal mark, or only the table can tell
    text = f"{'-' if whole < 0 else ''}{text}"
    written = f"{dress}{text}" if dress == "$" else f"{text}{dress}"
    expected = float(f"{'-' if whole < 0 else ''}{abs(whole)}.{'57'[:digits] or 0}")
    assert number_of(written) == expected


@given(st.one_of(st.text(), st.from_regex(r"[-+ .,'0-9eE%€]{1,12}", fullmatch=True), st.floats(), st.none()))
def test_whatever_is_written_is_a_finite_number_or_none(written: object) -> None:
    value = number_of(written)
    assert value is None or -1e15 < value < 1e15


@pytest.mark.parametrize("written", ["", "n/a", "12:30", "1 2 3", "3 appels", "1.2.3", "--5", "nan", "1e400", True])
def test_what_is_no_number_is_none(written: object) -> None:
    assert number_of(written) is None


def test_a_comma_parts_thousands_only_where_it_parts_columns() -> None:
    assert [number_of("1,234"), number_of("1,234", comma_groups=True)] == [1.234, 1234]
    assert number_of("12,5", comma_groups=True) == 12.5
