"""What `doctor` finds out about messages: whether whoever is to be told of alerts was reached lately."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from socialhub.ages import moment_text
from socialhub.cli.findings import FAIL, OK, WARN, Finding
from socialhub.cli.setup import Setup
from socialhub.errors import Reason, UserError
from socialhub.i18n import _, labelled, ngettext, number

if TYPE_CHECKING:
    from socialhub.store.reaching import Unreached


def check_messages(setup: Setup) -> Iterator[Finding]:
    """A line for each target that cannot be reached; one for all when there is none. Nothing is sent."""
    from socialhub.store.reaching import unreached

    try:
        names = [target.name for target in setup.load_config(check_queries=False).notify]
        with setup.reader() as db:
            dead = [each for each in unreached(db) if each.target in names]
    except UserError:
        return  # Other lines tell it.
    yield from (_unreached(setup, each) for each in dead)
    if names and not dead:
        count = ngettext("{count} target of messages", "{count} targets of messages", len(names))
        told = labelled(count.format(count=number(len(names))), _("the last tries did not fail"))
        yield Finding("messages", OK, told + ".", _("'socialhub alerts test-notify' tries each now."))


def _unreached(setup: Setup, each: Unreached) -> Finding:
    from socialhub.alerts.unreachable import is_young

    now = setup.clock.now()
    since = moment_text(each.since, now, setup.zone)
    told = _("No message has reached {target} since {time}: {reason}")
    told = told.format(target=each.target, time=since, reason=Reason.from_json(each.error).sentence())
    if each.waiting:
        waits = ngettext("{count} message waits", "{count} messages wait", each.waiting)
        told = f"{told} · {waits.format(count=number(each.waiting))}"
    advice = _("'socialhub alerts test-notify {target}' tries it now; when that works, what waits leaves at once.")
    return Finding("messages", WARN if is_young(each, now) else FAIL, told, advice.format(target=each.target))
