"""A room of real processes on a fast clock, whose alerts and messages are held against a table of what must happen."""

from __future__ import annotations

import asyncio
import subprocess
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Final, NamedTuple

from socialhub.clock import HOUR, MINUTE, Clock, real_now
from socialhub.hours import Calendar, parse_hours
from socialhub.incidents import Action, Alert, Notification, Occasion
from socialhub.store import notifications
from socialhub.store.alerts import alert_rows, events_of
from tests.alerts.receivers import MailServer
from tests.alerts.watched import NOW, TOPICS, tell_past
from tests.processes.people import SECRET, People
from tests.processes.programs import Loopback, Programs, kill, wait_for
from tests.servers import Answer, LoopbackServer, Request
from tests.test_hours import PARIS

SPEED: Final = 750.0
"""Twelve and a half minutes a second."""
PATIENCE: Final = 120.0
"""Real seconds until something has happened that must happen within hours of the room."""
LATE: Final = 2.0
"""Hours of the room by which a step may be late: ten seconds for a busy machine."""
EARLY: Final = 0.05
"""Hours of the room by which a step may be early: its time is that of the minute before."""
REPEAT: Final = 3 * HOUR
MESSAGES: Final = (Action.NOTIFIED, Action.NOT_NOTIFIED)
"""Steps of an alert's life that are its messages."""
TARGETS: Final = ("room", "desk", "office", "lea", "nora")
OFFICE_HOURS: Final = Calendar(PARIS, parse_hours("mon-fri 09:00-18:00"), "FR")
ROOM: Final = """
[hub]
name = "Essai"
timezone = "Europe/Paris"
contact = "https://example.org/"
business_hours = "mon-fri 09:00-18:00"

[[notify]]
name = "room"
url = "env:CALL_ROOM"
severity = "notice"
digest = "1 h"
[[notify]]
name = "desk"
url = "env:CALL_DESK"
severity = "notice"
digest = 0
[[notify]]
name = "office"
url = "env:CALL_OFFICE"
hours = "business_hours"
[[notify]]
name = "lea"
url = "env:CALL_LEA"
severity = "never"
[[notify]]
name = "nora"
url = "env:CALL_NORA"
severity = "never"

[[on_call]]
hours = "business_hours"
to = ["nora"]
[[on_call]]
hours = "off_hours"
to = ["lea"]

[[alerts]]
kind = "burst"
repeat = "3 h"
calm_for = "2 h"
[[alerts]]
kind = "coordination"
repeat = 0
[[alerts]]
kind = "keyword"
id = "fire"
topics = ["orange"]
query = "incendie"
severity = "warning"
[[alerts]]
kind = "keyword"
id = "shop"
topics = ["fibre"]
query = "boutique"

[[escalations]]
name = "crises"
severity = "crisis"
[[escalations.steps]]
after = "1 h"
to = ["on_call"]
[[escalations.steps]]
after = "30 h"
to = ["lea"]
[[escalations]]
name = "watch"
[[escalations.steps]]
after = "1 h"
to = ["lea"]
[[escalations.steps]]
after = "4 h"
to = ["lea", "nora"]
"""
OTHERS_OFF: Final = ("tone_shift", "moment", "weak_signal")
"""Kinds of alerts that have nothing to do here."""


class Step(NamedTuple):
    """A step that an alert's life must have: so many hours (None: it hangs on what people did) after the step that is
    `back` places before it.
    """

    action: str
    detail: str = ""
    operator: str = ""
    hours: float | None = None
    back: int = 1


class Walk:
    """The room from its beginning on: what is said, done and served, each thing after the one before it."""

    def __init__(self, programs: Programs, loopback: Loopback, speed: float = SPEED) -> None:
        self.programs, self._loopback = programs, loopback
        self._hanging, self._seen = asyncio.Event(), 0
        self.mail, self.web = loopback.open(MailServer().running()), loopback.open(LoopbackServer())
        tell_past(programs.cache)
        self.web.behaviours |= {f"/{name}": Answer() for name in ("room", "lea")}
        self.clock = Clock(real_now(), NOW, speed)
        self.people = People(self.clock, [topic.slug for topic in TOPICS])
        self.web.behaviours["/forum"] = self.people.list
        programs.environ |= self._environment()
        programs.configure(self._sources(), ROOM)
        self.collector = programs.start("collect")

    def _environment(self) -> dict[str, str]:
        web = {name: f"json://{self.web.host}:{self.web.port}/{name}" for name in ("room", "lea")}
        mail = {
            name: f"mailto://127.0.0.1:{self.mail.port}/?from=salle@example.org&to={name}@example.org"
            for name in ("desk", "office", "nora")
        }
        calls = {f"CALL_{name.upper()}": address for name, address in (web | mail).items()}
        return {"SOCIALHUB_CLOCK": self.clock.to_env(), "HOOK": SECRET, **calls}

    def _sources(self) -> str:
        quiet = "".join(f'[[alerts]]\nkind = "{kind}"\nenabled = false\n' for kind in OTHERS_OFF)
        topics = "".join(
            f'[[topics]]\nid = "{each.slug}"\nname = "{each.name}"\nkind = "{each.kind}"\nquery = "{each.query}"\n'
            for each in TOPICS
        )
        hook = f'[[sources]]\nname = "social"\nkind = "webhook"\nevery = "60 min"\nport = {self.people.port}\n'
        asked = f'[[sources]]\nname = "forum"\nkind = "json"\nevery = "30 min"\nurl = "{self.web.url("/forum")}"\n'
        fields = '[sources.fields]\nnative_id = "native_id"\ntext = "text"\npublished_at = "published_at"\n'
        how = 'allow_private = true\norder = "oldest"\nsince_param = "since"\nsince_form = "seconds"\n'
        return f'{quiet}{topics}{hook}secret = "env:HOOK"\n{asked}{how}{fields}handle = "handle"\n'

    # ---- time, and what people do ----

    def at(self, hour: float) -> None:
        """Until it is so many hours after the beginning."""
        wait_for(lambda: self.clock.now() >= NOW + hour * HOUR, f"hour {hour}", 3 * PATIENCE)

    def pass_hours(self, hours: float) -> None:
        """Let time pass."""
        self.at((self.clock.now() - NOW) / HOUR + hours)

    def until(self, label: str, action: str, detail: str = "", times: int = 1) -> None:
        """Until the life of an alert holds this step so often."""
        wait_for(
            lambda: [step[:2] for step in self.life(label, messages=True)].count((action, detail)) >= times,
            f"{label}: {action} {detail}",
            PATIENCE,
        )

    def until_told(self, label: str, *targets: str) -> None:
        """Until these were told of an alert, from its beginning on or once it was graver."""
        for target in targets:
            told = {(Action.NOTIFIED, f"{occasion} {target}") for occasion in (Occasion.RAISED, Occasion.WORSE)}
            wait_for(
                lambda told=told: told & {step[:2] for step in self.life(label, messages=True)},  # type: ignore[misc]
                f"{target} is told of {label}",
                PATIENCE,
            )

    def act(self, who: str, *words: str) -> subprocess.CompletedProcess[str]:
        """An operator at a command line of their own."""
        return self.programs.run("--as", who, "alerts", *words)

    def acts(self, who: str, *words: str) -> str:
        """What an operator does, and succeeds with; returns what was printed."""
        done = self.act(who, *words)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def both_take(self, label: str, *names: str) -> str:
        """Operators take an alert at once, each in a process of their own; returns who has it, as the others read."""
        number = self.number(label)
        with ThreadPoolExecutor(len(names)) as pool:
            run = pool.map(lambda name: self.act(name, "ack", "--for", "12 h", number), names)
            done = dict(zip(names, run, strict=True))
        winner = min(names, key=lambda name: done[name].returncode)
        assert sorted(each.returncode for each in done.values()) == [0] + [1] * (len(names) - 1), done
        assert all(f"{winner} has taken this alert" in done[name].stderr for name in names if name != winner)
        return winner

    # ---- what servers and machines do ----

    def hang(self, path: str) -> None:
        """From now on what is posted there is taken and not answered."""
        self._hanging, self._seen = asyncio.Event(), len(self.web.requests)

        async def taken_but_unanswered(_request: Request, _writer: asyncio.StreamWriter) -> None:
            await self._hanging.wait()

        self.web.behaviours[path] = taken_but_unanswered

    def kill_in_flight(self, path: str, then: Answer) -> str:
        """The collector is killed with a message that hangs there, and another one goes on at once; what is posted from
        then on has this answer. Returns the message's id.
        """
        hung = wait_for(lambda: [each for each in self.web.requests[self._seen :] if each.path == path], path, PATIENCE)
        kill(self.collector)
        self.web.behaviours[path] = then
        self._loopback.call(_set(self._hanging))
        self.collector = self.programs.start("collect")
        wait_for(lambda: self.programs.collects(self.collector), "another collector goes on", PATIENCE)
        return hung[-1].headers["message-id"]

    def sent_again(self, message: str) -> bool:
        """Whether a message came once, and then again, which it said."""
        bodies = [each.body.decode() for each in self.web.requests if each.headers.get("message-id") == message]
        return ["Sent again" in body for body in bodies] == [False, *[True] * (len(bodies) - 1)] and len(bodies) > 1

    def stop(self) -> None:
        """All that waits has left, and the collector ends in order."""
        wait_for(lambda: not self.pending(), "no message waits", PATIENCE)
        self.collector.terminate()
        assert self.collector.wait(PATIENCE) == 0

    # ---- what has happened ----

    def alerts(self) -> dict[str, Alert]:
        """All alerts by their labels: kind, subject (of what accounts say alike the topic), and which one about it,
        from the second on.
        """
        with self.programs.reading() as db:
            rows = sorted(alert_rows(db, limit=-1), key=lambda alert: alert.id)
        seen: Counter[str] = Counter()
        labelled = {}
        for row in rows:
            subject = row.subject.partition("·")[0] if row.kind == "coordination" else row.subject
            name = f"{row.kind} {subject}"
            seen[name] += 1
            labelled[name if seen[name] == 1 else f"{name} {seen[name]}"] = row
        return labelled

    def number(self, label: str) -> str:
        """The number of an alert, as commands take it."""
        wait_for(lambda: label in self.alerts(), f"an alert {label}", PATIENCE)
        return str(self.alerts()[label].id)

    def life(self, label: str, *, messages: bool = False) -> list[tuple[str, str, str, float]]:
        """(action, detail, operator, hour) of an alert's life, without its messages unless they are wanted. Alerts are
        named by their labels; it may begin as grave as it may become, except for a crisis.
        """
        alerts = self.alerts()
        if label not in alerts:
            return []
        names = {str(alert.id): name for name, alert in alerts.items()}
        with self.programs.reading() as db:
            steps = events_of(db, alerts[label].id)
        told = []
        for step in steps:
            detail = step.detail
            if step.action == Action.GROUPED:
                leader, _space, tie = detail.partition(" ")
                detail = f"{names[leader]}, {tie}"
            if (messages or step.action not in MESSAGES) and step.action != Action.WORSENED:
                told.append((step.action, detail, step.operator, (step.at - NOW) / HOUR))
        return told

    def rows(self) -> list[Notification]:
        """Every message that was meant, digests and what they gathered, in the order in which they left."""
        with self.programs.reading() as db:
            rows = [row for row in notifications.newest_notifications(db, 9_999) if row.alert is None]
            rows += [row for alert in alert_rows(db, limit=-1) for row in notifications.notifications_of(db, alert.id)]
        left = {row.id: row.sent or 0 for row in rows}
        return sorted(rows, key=lambda row: (left.get(row.digest or row.id, 0), row.id))

    def pending(self) -> list[Notification]:
        """Messages that have not left yet."""
        return [row for row in self.rows() if row.state in ("waiting", "sending")]

    def told(self, label: str) -> dict[str, tuple[str, ...]]:
        """By target, what it was told of an alert, in that order. Being told that it is graver is as good as being
        told of it where nothing else was between; reminders are left out.
        """
        number = self.alerts()[label].id
        told: dict[str, list[str]] = {}
        for row in self.rows():
            if row.alert == number and row.state in ("sent", "gathered") and row.reason != Occasion.REPEATED:
                told.setdefault(row.target, []).append("told" if row.reason in ("raised", "worse") else row.reason)
        return {name: _merged(reasons) for name, reasons in told.items()}

    def is_told_in_time(self, label: str, target: str) -> bool:
        """Whether an alert lasted into the hours of a target; one that did not says so in its life."""
        untold = {step[1] for step in self.life(label, messages=True) if step[0] == Action.NOT_NOTIFIED}
        return target in self.told(label) or not {f"outside_hours {target}", "over"} <= untold

    def story(self) -> str:
        """Everything that happened, for whoever has to find out why it is not what was expected."""
        lines = []
        for label, alert in self.alerts().items():
            lines.append(f"{label} ({alert.severity.name})")
            lines += [
                f"  {hour:6.2f} {action} {detail!r} {who}"
                for action, detail, who, hour in self.life(label, messages=True)
            ]
        labels: dict[int | None, str] = {alert.id: label for label, alert in self.alerts().items()}
        lines += [
            f"{(row.sent or NOW) / HOUR - NOW / HOUR:6.2f} {row.target} {labels.get(row.alert, 'several')}:"
            f" {row.reason} {row.state} ({row.tries} tries)"
            for row in self.rows()
        ]
        return "\n".join(lines)


async def _set(event: asyncio.Event) -> None:
    event.set()


def _merged(reasons: Sequence[str]) -> tuple[str, ...]:
    """The reasons without "told" behind "told"."""
    return (
        *reasons[:1],
        *(after for before, after in pairwise(reasons) if (before, after) != ("told", "told")),
    )


# ---- what must have happened -------------------------------------------------------------------------------------


def compare_life(walk: Walk, label: str, expected: Sequence[Step]) -> None:
    """The whole life of an alert is what it must be, step by step, and at its hours."""
    life = walk.life(label)
    assert [step[:3] for step in life] == [(step.action, step.detail, step.operator) for step in expected], label
    for place, step in enumerate(expected):
        if step.hours is not None:
            passed = life[place][3] - life[place - step.back][3]
            assert step.hours - EARLY <= passed <= step.hours + LATE, f"{label}: {step} after {passed:.2f} hours"


def compare_reminders(walk: Walk) -> None:
    """Nobody was reminded of an alert sooner than `repeat` after anybody was told of it, and it was done."""
    rows = [row for row in walk.rows() if row.sent is not None and row.alert is not None]
    reminders = [row for row in rows if row.reason == Occasion.REPEATED]
    assert {row.target for row in reminders} >= {"room", "desk"}
    for row in reminders:
        before = [each.sent for each in rows if each.alert == row.alert and each.sent and each.sent <= row.made]
        assert row.made - max(before) >= REPEAT - MINUTE


def compare_receipts(walk: Walk) -> None:
    """The servers had what the cache says was sent: each at least once, none more often than it was tried; the office
    in its hours.
    """
    had = Counter(request.headers["message-id"] for request in walk.web.requests if request.method == "POST")
    had.update(str(mail["Message-ID"]) for mail in walk.mail.mails)
    receipts = {each.strip("<>").partition("@")[0]: count for each, count in had.items()}
    left = {row.message_id: row for row in walk.rows() if row.state != "gathered"}
    assert receipts.keys() <= left.keys()
    assert {row.state for row in left.values()} <= {"sent", "dropped"}
    for key, row in left.items():
        least = 1 if row.state == "sent" else 0
        assert least <= receipts.get(key, 0) <= row.tries, f"{row.target}, {row.reason}: {receipts.get(key, 0)}"
        if row.target == "office" and row.sent is not None:
            began = row.sent, row.sent - round(LATE * HOUR)
            assert any(OFFICE_HOURS.within(OFFICE_HOURS.business, moment) for moment in began), row.reason
