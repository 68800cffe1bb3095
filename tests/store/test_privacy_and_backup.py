"""What must leave leaves for good; what must stay survives: purge, backup, restore, repair."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from socialhub.store import backup, fts, privacy, repair
from socialhub.store.connection import CacheError, collector_lock, open_reader, open_writer
from tests.room import NOON, Boost, Room, draft

DAY = 86_400_000


def run_purge(room: Room, purge: privacy.Purge) -> int:
    erased = 0
    while True:
        with room.writer.transaction() as db:
            chunk = privacy.purge_chunk(db, purge).erased
        if not chunk:
            return erased
        erased += chunk


def test_an_erased_author_is_in_no_table_and_no_byte_of_the_file(room: Room) -> None:
    secret = "Zébulon Quatrelettres"
    room.store(
        draft("1", f"Bonjour, ici {secret} #zebulonquatre", author=secret, handle="zebulonq", raw=b'{"by":"zebulonq"}'),
        draft("2", "La fibre de quelqu'un d'autre"),
    )
    room.store(draft("1", "Version corrigée de zebulonq", author=secret, handle="zebulonq"))
    room.store(Boost("press/2", "zebulonq", NOON))
    room.db.execute("SELECT count(*) FROM fts WHERE fts MATCH 'quatrelettres'")
    assert run_purge(room, privacy.Purge(author="zebulonq", keep_counts=False, remember=True)) == 1
    privacy.wipe_traces(room.writer)
    assert [m.native_id for m in room.feed()] == ["2"]
    assert room.total() == 1
    assert room.is_sound()
    everything = b"".join(path.read_bytes().lower() for path in room.path.parent.iterdir())
    for trace in (b"quatrelettres", b"zebulonq", b"zebulonquatre"):
        assert trace not in everything


def test_an_erased_post_is_not_collected_again(room: Room) -> None:
    room.store(draft("1", handle="zebulon"))
    run_purge(room, privacy.Purge(author="zebulon", remember=True))
    again = room.store(draft("1", handle="zebulon"), draft("2", handle="zebulon"))
    assert (again.new, again.erased) == (1, 1)


def test_retention_goes_by_age_and_topic_and_leaves_the_curves(room: Room) -> None:
    room.store(
        draft("old fibre", "fibre", published=NOON - 40 * DAY),
        draft("old libre", "#libre", published=NOON - 40 * DAY),
        draft("new", "fibre", published=NOON - DAY),
    )
    purge = privacy.Purge(older_than=NOON - 30 * DAY, except_topics=("libre",))
    assert privacy.count_doomed(room.db, purge) == 1
    assert run_purge(room, purge) == 1
    assert {m.native_id for m in room.feed()} == {"old libre", "new"}
    assert room.total("mandarine") == 2
    assert fts.is_sound(room.db)


def test_a_purge_survives_its_own_parameters() -> None:
    purge = privacy.Purge(
        older_than=5, topic="a", author="b", except_topics=("c", "d"), keep_counts=False, remember=True
    )
    assert privacy.Purge.from_parameters(purge.to_parameters()) == purge


def test_a_backup_holds_what_is_still_in_the_log_and_restores(room: Room, tmp_path: Path) -> None:
    room.store(draft("1"), draft("2", "autre"))
    report = backup.backup(room.path, tmp_path / "saved.db")
    assert report.mentions == 2
    assert stat.S_IMODE((tmp_path / "saved.db").stat().st_mode) == 0o600
    room.store(draft("3", "après la sauvegarde"))
    room.close()
    backup.restore(tmp_path / "saved.db", room.path)
    assert stat.S_IMODE(room.path.stat().st_mode) == 0o600
    reader = open_reader(room.path)
    assert reader.execute("SELECT count(*) FROM mentions").fetchone() == (2,)
    reader.close()
    kept = open_reader(room.path.with_name("cache.db.before-restore"))
    assert kept.execute("SELECT count(*) FROM mentions").fetchone() == (3,)
    kept.close()
    writer = open_writer(room.path)
    assert repair.check(writer).ok
    room.writer = writer


def test_a_restore_waits_for_no_collector_and_refuses_rubbish(room: Room, tmp_path: Path) -> None:
    backup.backup(room.path, tmp_path / "saved.db")
    lock = collector_lock(room.path)
    lock.acquire()
    with pytest.raises(CacheError, match="A collector is using"):
        backup.restore(tmp_path / "saved.db", room.path)
    lock.release()
    (tmp_path / "rubbish.db").write_bytes(b"rubbish" * 1000)
    with pytest.raises(CacheError):
        backup.restore(tmp_path / "rubbish.db", room.path)
    with pytest.raises(CacheError):
        backup.restore(tmp_path / "none.db", room.path)


def test_repair_rebuilds_the_index_and_the_counts(room: Room) -> None:
    room.store(draft("1"), draft("2", "fibre coupée"))
    with room.writer.transaction() as db:
        fts.delete(db, 1, "", "Panne de fibre chez Mandarine")
        db.execute("UPDATE counts SET mentions = 40")
    assert not repair.check(room.writer).ok
    assert repair.repair(room.writer).ok
    assert room.is_sound()
    assert room.total("mandarine") == 2


def test_what_can_be_read_of_a_damaged_cache_is_salvaged(room: Room, tmp_path: Path) -> None:
    room.store(*(draft(str(n), f"fibre numéro {n}") for n in range(300)))
    room.writer.checkpoint(truncate=True)
    room.close()
    damaged = bytearray(room.path.read_bytes())
    # What the mentions fill, and nothing of the list of tables, whose pages lie anywhere.
    place = damaged.index("fibre numéro 150".encode()) // 4096 * 4096
    damaged[place : place + 4096] = b"\xff" * 4096
    room.path.write_bytes(damaged)
    saved = repair.salvage(room.path, tmp_path / "salvaged.db")
    assert saved > 100
    writer = open_writer(tmp_path / "salvaged.db")
    assert repair.check(writer).ok
    room.writer = writer
