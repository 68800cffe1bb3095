"""Who was told of an alert, when and over which target, and who was not, and why: a line a target."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import tzinfo

from socialhub.ages import moment_text
from socialhub.alerts.step_words import occasion_words, untold_words
from socialhub.errors import Reason
from socialhub.i18n import _, labelled
from socialhub.incidents import Action, AlertEvent, Notification
from socialhub.records import dataclass
from socialhub.text import clean


@dataclass(frozen=True, slots=True)
class Told:
    """What one target knows, in words; `target` is "" for what held for everybody, `at` when it was last told (ms UTC,
    None: never).
    """

    target: str
    text: str
    at: int | None


def told_lines(
    steps: Iterable[AlertEvent], messages: Sequence[Notification], now: int, zone: tzinfo | None = None
) -> list[Told]:
    """A line for every target that a message was meant for, in the order in which they came up.

    `steps` are those of the alert's life, `messages` those about it, the oldest first; `now` is ms UTC.
    """
    told = [step for step in steps if step.action in (Action.NOTIFIED, Action.NOT_NOTIFIED)]
    meant = [message for message in messages if message.state != "dropped"]
    targets = dict.fromkeys([*(message.target for message in meant), *(_target(step) for step in told)])
    return [
        _line(
            target,
            [step for step in told if _target(step) == target],
            next((message for message in reversed(meant) if message.target == target), None),
            now,
            zone,
        )
        for target in sorted(targets, key=lambda target: not target)
    ]


def _target(step: AlertEvent) -> str:
    return step.detail.partition(" ")[2]


def _line(target: str, steps: Sequence[AlertEvent], last: Notification | None, now: int, zone: tzinfo | None) -> Told:
    sent = [step for step in steps if step.action == Action.NOTIFIED]
    at = sent[-1].at if sent else None
    parts = [f"{moment_text(step.at, now, zone)} {occasion_words(step.detail.partition(' ')[0])}" for step in sent]
    held = steps[-1] if steps and steps[-1].action == Action.NOT_NOTIFIED else None
    why = untold_words(held.detail.partition(" ")[0]) if held is not None else ""
    if last is not None and last.state != "sent" and (at is None or at < last.made):
        parts.append(_pending(last, why, now, zone))
    elif held is not None:
        parts.append(f"{moment_text(held.at, now, zone)} {labelled(_('not told'), why)}")
    return Told(clean(target, single_line=True), " · ".join(parts), at)


def _pending(message: Notification, why: str, now: int, zone: tzinfo | None) -> str:
    """What becomes of a message that has not left, and `why` it has not."""
    if message.error:
        why = clean(Reason.from_json(message.error).sentence(), single_line=True)
    words = {
        "waiting": _("waits until {time}").format(time=moment_text(message.due, now, zone)),
        "sending": _("is being sent"),
        "gathered": _("waits to be sent with others"),
        "failed": _("given up"),
    }.get(message.state, message.state)
    words = f"{words} ({why})" if why else words
    return words if message.state == "sending" else labelled(_("not told"), words)
