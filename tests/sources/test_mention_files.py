"""JSON Lines and CSV as people export them: every good line is read, every bad one is named."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialhub.clock import iso
from socialhub.errors import SENTENCES, SourceError
from socialhub.model import Deletion, Draft
from socialhub.sources.mention_files import BadLine, GoodLine, read_drafts


def line(**keys: object) -> str:
    """A line of the exchange format with its required keys."""
    return json.dumps(
        {"source": "crm", "native_id": "1", "text": "Bonjour", "published_at": "2026-11-21T10:00:00+01:00", **keys},
        ensure_ascii=False,
    )


def drafts(path: Path, **options: object) -> list[Draft]:
    """The drafts of a file without a bad line."""
    items = [read.item for read in read_drafts(path, **options) if isinstance(read, GoodLine)]  # type: ignore[arg-type]
    return [item for item in items if isinstance(item, Draft)]


def reasons(path: Path) -> dict[int, str]:
    """Number of a bad line -> its reason's code."""
    bad = {read.number: read.reason.code for read in read_drafts(path) if isinstance(read, BadLine)}
    assert set(bad.values()) <= SENTENCES.keys()
    return bad


@pytest.mark.parametrize("suffix", ["jsonl", "jsonl.gz"])
def test_json_lines_good_and_bad(tmp_path: Path, suffix: str) -> None:
    content = "\n".join(
        [
            "\ufeff" + line(author="Léa", likes=3, unknown="kept"),
            line(native_id=2, published_at=1795251600, rating="4,5", likes="many"),
            "",
            "not json",
            "[1]",
            line(text=None),
            line(published_at="yesterday"),
            line(published_at=""),
            line(native_id=""),
            line(source=""),
            line(native_id="3", deleted=True),
            '{"padding": "' + "x" * 1_100_000 + '"}',
            line(native_id="4", text="last"),
        ]
    ).encode()
    path = tmp_path / f"export.{suffix}"
    path.write_bytes(gzip.compress(content) if suffix.endswith("gz") else content)
    good = [read for read in read_drafts(path) if isinstance(read, GoodLine)]
    assert [(read.number, read.source, read.item.native_id) for read in good] == [
        (1, "crm", "1"),
        (2, "crm", "2"),
        (11, "crm", "3"),
        (13, "crm", "4"),
    ]
    first, second = good[0].item, good[1].item
    assert isinstance(first, Draft)
    assert isinstance(second, Draft)
    assert (first.author, first.likes) == ("Léa", 3)
    assert b'"unknown"' in first.raw
    assert (second.rating, second.likes, iso(second.published or 0)) == (4.5, None, "2026-11-21T09:00:00Z")
    assert isinstance(good[2].item, Deletion)
    assert reasons(path) == {
        4: "line-not-json",
        5: "line-not-json",
        6: "line-missing",
        7: "line-bad-date",
        8: "line-missing",
        9: "line-missing",
        10: "line-no-source",
        12: "line-too-long",
    }


def test_lone_surrogates_and_old_encodings_are_read(tmp_path: Path) -> None:
    path = tmp_path / "odd.jsonl"
    path.write_bytes(line(text="\\").replace("\\\\", "\\ud800").encode() + b"\n" + line(text="été").encode("cp1252"))
    first, second = drafts(path)
    assert first.text.encode() == b"?"
    assert second.text == "été"


def test_a_compressed_file_that_is_cut_off_keeps_what_came_before(tmp_path: Path) -> None:
    whole = "\n".join(line(native_id=str(n)) for n in range(2_000)).encode()
    path = tmp_path / "cut.jsonl.gz"
    path.write_bytes(gzip.compress(whole)[:-20])
    assert len(drafts(path)) > 1_000
    assert list(reasons(path).values())[-1] in ("file-cut", "line-not-json")
    path.write_bytes(b"not gzip at all")
    assert reasons(path) == {1: "file-cut"}


def test_files_that_cannot_be_opened(tmp_path: Path) -> None:
    for path, code in ((tmp_path / "no.jsonl", "file-missing"), (tmp_path, "file-unreadable")):
        with pytest.raises(SourceError) as caught:
            list(read_drafts(path))
        assert caught.value.reason.code == code


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_french_tables(tmp_path: Path, delimiter: str, encoding: str) -> None:
    rows = [
        ["Date", "Auteur", "Texte", "Titre", "URL", "Note", "Identifiant client"],
        [
            "21/11/2026 10:00",
            "Léa",
            '"Panne; dit-elle, encore\tune\nfois"',
            "Réseau",
            "https://e.example/1",
            '"4,5"',
            "x",
        ],
        ["", "", "", "", "", "", ""],
        ["21/11/2026 11:00", "Bob", "Été", "", "", "bof", "y"],
    ]
    path = tmp_path / "export.csv"
    path.write_bytes("\r\n".join(delimiter.join(row) for row in rows).encode(encoding))
    first, second = drafts(path, zone=ZoneInfo("Europe/Paris"), source="crm")
    assert (first.author, first.title, first.rating) == ("Léa", "Réseau", 4.5)
    assert first.text == "Panne; dit-elle, encore\tune\nfois"
    assert iso(first.published or 0) == "2026-11-21T09:00:00Z"
    assert (second.text, second.rating) == ("Été", None)
    assert json.loads(first.raw)["Identifiant client"] == "x"
    assert reasons(path) == {}


def test_rows_without_an_id_are_known_by_what_they_say(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text("date;auteur;texte\n2026-11-21;a;x\n2026-11-21;a;x\n2026-11-21;b;x\n")
    ids = [draft.native_id for draft in drafts(path)]
    assert ids[0] == ids[1] != ids[2]
    assert ids == [draft.native_id for draft in drafts(path)]


def test_date_and_time_in_two_columns_and_an_id_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text("ID,Date,Heure,Commentaire,Canal\n17,21/11/2026,10:30,Bien,avis\n")
    (read,) = read_drafts(path)
    assert isinstance(read, GoodLine)
    assert (read.source, read.item.native_id) == ("avis", "17")
    assert isinstance(read.item, Draft)
    assert iso(read.item.published or 0) == "2026-11-21T10:30:00Z"


def test_tables_with_bad_rows_or_columns(tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text("date;texte\nhier;x\n2026-11-21;" + "y" * 1_100_000 + "\n2026-11-21;z\n2026-11-21\n")
    assert reasons(path) == {2: "line-bad-date", 3: "line-too-long", 5: "line-missing"}
    assert [draft.text for draft in drafts(path)] == ["z"]
    path.write_text("datum;wort\n1;2\n")
    assert reasons(path) == {1: "no-column"}
    path.write_text("")
    assert reasons(path) == {1: "no-column"}


@given(st.binary(max_size=2_000), st.sampled_from(["x.jsonl", "x.csv", "x.jsonl.gz", "x.csv.gz"]))
def test_no_bytes_break_the_reader(tmp_path_factory: pytest.TempPathFactory, content: bytes, name: str) -> None:
    path = tmp_path_factory.mktemp("bytes") / name
    path.write_bytes(content)
    for read in read_drafts(path, source="x"):
        assert isinstance(read, GoodLine | BadLine)
