"""`socialhub detect` by a pipe: an answer for every line before the next is sent, and no line that makes it fall."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime, timedelta

from tests.cli.conftest import PATIENCE, Shell

START = datetime(2026, 3, 2, tzinfo=UTC)


def line(number: int, value: float, layout: str = "%Y-%m-%d %H:%M:%S") -> str:
    return f"{(START + timedelta(minutes=5 * number)).strftime(layout)},{value:g}\n"


def answers(shell: Shell, given: str, *options: str) -> tuple[int, list[float], list[str]]:
    """Exit code, scores, lines of talk."""
    with shell.start("detect", *options, stderr=subprocess.PIPE) as child:
        out, told = child.communicate(given.encode(), PATIENCE)
    return child.returncode, [float(score) for score in out.decode().split()], told.decode().splitlines()


def test_every_line_is_answered_before_the_next_is_sent(shell: Shell) -> None:
    scores = []
    with shell.start("detect") as child:
        assert child.stdin is not None
        assert child.stdout is not None
        for number in range(600):
            child.stdin.write(line(number, 90 if number >= 597 else 4 + number % 3).encode())
            child.stdin.flush()
            scores.append(float(child.stdout.readline()))
        child.stdin.close()
        assert child.wait(PATIENCE) == 0
    assert [number for number, score in enumerate(scores) if score >= 0.5] == [598]
    assert all(0 <= score <= 1 for score in scores)


def test_a_header_is_no_row_and_an_empty_line_is_nothing(shell: Shell) -> None:
    assert answers(shell, "\ufefftimestamp,value\n" + line(0, 3) + "\n" + line(1, 3)) == (0, [0.0, 0.0], [])


def test_without_an_offset_it_is_utc_and_offsets_are_understood(shell: Shell) -> None:
    code, scores, told = answers(shell, "2026-03-02T10:00:00+02:00,1\n2026-03-02 08:05:00,1\n2026-03-02T08:10:00Z,1\n")
    assert (code, len(scores), told) == (0, 3, [])


def test_lines_that_cannot_be_read_are_told_by_number_and_still_answered(shell: Shell) -> None:
    rubbish = [
        "rubbish",
        f"{line(1, 0).partition(',')[0]},many",
        line(1, -3).strip(),
        line(0, 5).strip(),
        "\x1b]0;owned\x07,4",
    ]
    code, scores, told = answers(shell, line(0, 3) + "\n".join(rubbish) + "\n" + line(1, 3))
    assert (code, len(scores)) == (1, 7)
    assert [said.split(":")[0] for said in told] == [f"Line {number}" for number in range(2, 7)]
    assert [
        words in said
        for words, said in zip(("no time", "no count", "no count", "not later", "no time"), told, strict=True)
    ]
    assert "\x1b" not in "".join(told)


def test_numbers_that_are_no_counts_are_refused(shell: Shell) -> None:
    stamp = line(1, 0).partition(",")[0]
    code, scores, told = answers(shell, line(0, 3) + "".join(f"{stamp},{value}\n" for value in ("nan", "inf", "1e300")))
    assert (code, scores, len(told)) == (1, [0.0] * 4, 3)


def test_explain_says_when_it_has_learnt_and_what_a_burst_is_made_of(shell: Shell) -> None:
    rows = "".join(line(number, 90 if number >= 597 else 5) for number in range(600))
    code, scores, told = answers(shell, rows, "--explain")
    assert (code, max(scores) >= 0.5, len(told)) == (0, True, 2)
    assert told[0].endswith("learnt what is usual")
    assert told[1].startswith("2026-03-04T01:50:00Z: 185 in 15 min where 15")


def test_french_explains_in_french(shell: Shell) -> None:
    shell.language = "fr"
    _code, _scores, told = answers(shell, line(0, 3) + "rien\n")
    assert told == ["Ligne 2 : pas d’heure comme 2026-03-02 14:05:00 : rien"]
