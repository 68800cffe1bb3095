"""What a terminal is told: sequences that end where they should, wrapped where a multiplexer stands between."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialhub.terminal_calls import AUTO, NONE, OSC_9, OSC_777, notification, way_of, window_title


@pytest.mark.parametrize(
    ("environ", "way"),
    [
        ({"TERM": "xterm-256color"}, OSC_9),
        ({"TERM": "xterm-256color", "VTE_VERSION": "7600"}, OSC_777),
        ({"TERM": "foot-extra"}, OSC_777),
        ({"TERM": "rxvt-unicode-256color"}, OSC_777),
        ({"TERM": "xterm-ghostty", "TERM_PROGRAM": "ghostty"}, OSC_9),
    ],
)
def test_the_way_of_a_terminal(environ: dict[str, str], way: str) -> None:
    assert way_of(environ) == way


def test_each_way() -> None:
    assert notification("CRISE", "412 mentions", OSC_9, {}) == "\x1b]9;CRISE: 412 mentions\x07"
    assert notification("CRISE", "a;b", OSC_777, {}) == "\x1b]777;notify;CRISE;a,b\x07"
    assert notification("CRISE", "x", NONE, {}) == ""
    assert notification("CRISE", "x", AUTO, {"TERM": "foot"}).startswith("\x1b]777;")


def test_multiplexers_hand_it_on() -> None:
    plain = notification("a", "b", OSC_9, {})
    assert notification("a", "b", OSC_9, {"TMUX": "/tmp/tmux-0/default,1,0"}) == f"\x1bPtmux;\x1b{plain}\x1b\\"
    assert notification("a", "b", OSC_9, {"STY": "12.pts"}) == f"\x1bP{plain}\x1b\\"


@given(st.text(), st.text())
def test_no_words_break_out_of_a_sequence(title: str, body: str) -> None:
    for written, ends in ((notification(title, body, OSC_777, {}), "\x07"), (window_title(title), "\x07")):
        inner = written.removeprefix("\x1b]").removesuffix(ends)
        assert len(inner) == len(written) - 3
        assert inner.isprintable() or not set(inner) & {"\x1b", "\x07", "\x9c", "\n", "\r"}
    assert notification(title, body, OSC_777, {}).count(";") == 3
