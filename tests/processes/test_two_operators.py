"""Two operators at the same alert at once, each in a process of their own: one has it, the other reads who, and every
act that was done is a step of its life."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from subprocess import CompletedProcess

from socialhub.incidents import Severity
from socialhub.store.alerts import alert_by_id, events_of, raise_alert
from socialhub.store.connection import open_writer
from tests.processes.programs import Programs

_NAMES = ("nora", "paul")


def _alert(programs: Programs) -> int:
    programs.configure("")
    writer = open_writer(programs.cache)
    with writer.transaction() as db:
        number = raise_alert(db, "burst", "fibre", Severity.CRISIS, 1, 1, {})
    writer.close()
    return number


def _at_once(run: Callable[[str], CompletedProcess[str]]) -> dict[str, CompletedProcess[str]]:
    with ThreadPoolExecutor(len(_NAMES)) as pool:
        return dict(zip(_NAMES, pool.map(run, _NAMES), strict=True))


def test_only_one_of_two_takes_it_and_the_other_reads_who(programs: Programs) -> None:
    number = _alert(programs)
    done = _at_once(lambda name: programs.run("--as", name, "alerts", "ack", str(number)))
    assert sorted(each.returncode for each in done.values()) == [0, 1], done
    winner, loser = sorted(_NAMES, key=lambda name: done[name].returncode)
    assert f"{winner} has taken this alert" in done[loser].stderr
    with programs.reading() as db:
        alert = alert_by_id(db, number)
        assert alert is not None
        assert (alert.state, alert.taken_by) == ("acknowledged", winner)
        assert [(each.action, each.operator) for each in events_of(db, number)] == [
            ("raised", ""),
            ("acknowledged", winner),
        ]


def test_of_a_note_and_a_close_and_another_close_nothing_is_lost(programs: Programs) -> None:
    number = _alert(programs)
    acts = {
        "nora": ("alerts", "resolve", str(number), "--verdict", "real"),
        "paul": ("alerts", "resolve", str(number), "--verdict", "false"),
        "léa": ("alerts", "note", "I call them", str(number)),
    }
    with ThreadPoolExecutor(len(acts)) as pool:
        done = dict(zip(acts, pool.map(lambda name: programs.run("--as", name, *acts[name]), acts), strict=True))
    assert done["léa"].returncode == 0
    assert sorted(done[name].returncode for name in _NAMES) == [0, 1], done
    winner = min(_NAMES, key=lambda name: done[name].returncode)
    with programs.reading() as db:
        alert = alert_by_id(db, number)
        steps = {(each.action, each.operator, each.detail) for each in events_of(db, number)}
    assert alert is not None
    verdict = "real" if winner == "nora" else "false"
    assert (alert.state, alert.verdict) == ("resolved", verdict)
    assert steps == {
        ("raised", "", ""),
        ("note", "léa", "I call them"),
        ("resolved", winner, ""),
        ("verdict", winner, verdict),
    }
