"""What the keys of MentionWork do. Loaded at the first of them: the first paint does not need it.

Each change can be undone. What somebody else has is only taken over when it is asked for twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from socialhub.i18n import _
from socialhub.model import Mention, Tone, WorkState
from socialhub.screens.ask_line import AskLine
from socialhub.screens.context import Act
from socialhub.screens.mute_form import MuteForm, MuteWish
from socialhub.screens.pick import Pick, Pickable
from socialhub.seen_words import Way, way_words
from socialhub.store import corrections, mutes, splitting, work
from socialhub.store.connection import CacheError, Connection
from socialhub.store.sightings import ways_of
from socialhub.store.work import HeldError, Step
from socialhub.text import clean
from socialhub.tone_words import tone_word
from socialhub.work_words import state_word

if TYPE_CHECKING:
    from socialhub.screens.mention_work import MentionWork

T = TypeVar("T")
Work = Callable[[Connection, int], list[Step]]
"""Changes something at a moment (ms UTC)."""


class WorkActs:
    """The acts of one pane, on the mention under its cursor."""

    def __init__(self, pane: MentionWork) -> None:
        self._pane = pane
        self._context = pane.context
        self._asked: tuple[int, str] | None = None
        """The mention that somebody else has, and who, once the reader was told."""

    def _work(self, said: str, do: Work) -> None:
        """Do it, remember how to take it back."""
        context = self._context
        steps: list[Step] = []

        def change(db: Connection) -> bool:
            steps[:] = do(db, context.clock.now())
            return bool(steps)

        def undo(db: Connection) -> bool:
            return bool(work.take_back(db, steps, context.operator, context.clock.now()))

        self._pane.post_message(Act(said, change, undo, nothing=_("It is so already.")))

    # ---- who has it ----------------------------------------------------------------------------------------------

    def take(self) -> None:
        """Take the mention, or give it back; another's is only taken over when the reader asks again."""
        if (mention := self._pane.feed.current) is None:
            return
        me, holder = self._context.operator, mention.assignee
        if holder.casefold() == me.casefold():
            self._give(mention, "")
        elif holder and self._asked != (mention.id, holder):
            self._asked = mention.id, holder
            self._tell_held(HeldError({mention.id: holder}))
        else:
            self._give(mention, me, over=holder)

    def _give(self, mention: Mention, to: str, *, over: str = "") -> None:
        """Give a mention to somebody ("" to nobody), also where `over` has it."""
        operator = self._context.operator
        self._asked = None

        def do(db: Connection, now: int) -> list[Step]:
            try:
                return work.assign(db, [mention.id], to, operator, now, over=over)
            except HeldError as held:
                self._asked = mention.id, held.holders[mention.id]
                raise

        taken = _("Taken.") if to == operator else _("{name} has it now.").format(name=to)
        self._work(taken if to else _("Given back."), do)

    def _tell_held(self, held: HeldError) -> None:
        self._pane.notify(held.hint, title=held.message, severity="warning", markup=False)

    async def assign(self) -> None:
        """Give the mention to somebody."""
        if (mention := self._pane.feed.current) is None:
            return
        me = self._context.operator
        names = await self._read(work.known_operators) or []
        others = [name for name in names if name not in (me, mention.assignee)]
        rows = [Pickable(me, me, _("me"))] if mention.assignee != me else []
        rows += [Pickable(name, name) for name in others]
        rows += [Pickable("", _("nobody"), mention.assignee)] if mention.assignee else []
        holder = mention.assignee
        title = _("Give to somebody ({name} has it)").format(name=holder) if holder else _("Give to somebody")

        def picked(value: str | None) -> None:
            if value is not None:
                self._give(mention, work.operator_named(value), over=holder)

        self._pane.app.push_screen(Pick(title, rows, new=_("new name")), picked)

    # ---- where it stands -----------------------------------------------------------------------------------------

    def close(self) -> None:
        """Close the mention, or open it again."""
        if (mention := self._pane.feed.current) is not None:
            closed = mention.state == WorkState.CLOSED
            self._put(mention.id, WorkState.OPEN if closed else WorkState.CLOSED)

    def _put(self, mention: int, state: WorkState) -> None:
        operator = self._context.operator
        said = (
            _("The mention is closed.")
            if state is WorkState.CLOSED
            else _("State: {state}.").format(state=state_word(state))
        )
        self._work(said, lambda db, now: work.set_state(db, [mention], state, operator, now))

    def state(self) -> None:
        """Put the mention into another state."""
        if (mention := self._pane.feed.current) is None:
            return
        here = mention.state
        rows = [Pickable(each, state_word(each), _("now") if each == here else "") for each in WorkState]

        def picked(value: str | None) -> None:
            if value is not None:
                self._put(mention.id, WorkState(value))

        self._pane.app.push_screen(Pick(_("State"), rows), picked)

    # ---- tags and notes ------------------------------------------------------------------------------------------

    async def tag(self) -> None:
        """Put a tag on the mention, or take one off."""
        if (mention := self._pane.feed.current) is None:
            return
        known = await self._read(work.known_tags) or []
        rows = [Pickable(tag, f"#{tag}", _("take off")) for tag in mention.tags]
        rows += [Pickable(tag, f"#{tag}") for tag in known if tag not in mention.tags]

        def picked(value: str | None) -> None:
            if value is not None:
                self._tag(mention, value)

        self._pane.app.push_screen(Pick(_("Tags"), rows, new=_("new tag")), picked)

    def _tag(self, mention: Mention, written: str) -> None:
        operator, off = self._context.operator, written in mention.tags

        def do(db: Connection, now: int) -> list[Step]:
            tag = work.tag_named(written)
            add, remove = ([], [tag]) if off else ([tag], [])
            return work.change_tags(db, [mention.id], add, remove, operator, now)

        said = _("Tag taken off: {tag}.") if off else _("Tagged: {tag}.")
        self._work(said.format(tag=written), do)

    def note(self) -> None:
        """Write a note beside the mention."""
        if (mention := self._pane.feed.current) is None:
            return
        operator = self._context.operator

        def written(text: str | None) -> None:
            if text is not None:
                self._work(_("Note kept."), lambda db, now: work.add_note(db, [mention.id], text, operator, now))

        self._pane.app.push_screen(AskLine(_("Note"), longest=work.LONGEST_NOTE), written)

    # ---- tone ----------------------------------------------------------------------------------------------------

    def fix_tone(self, tone: int) -> None:
        """Fix the tone of the mention: towards the topic in view, or in general."""
        if (mention := self._pane.feed.current) is None or mention.tombstone:
            return
        context, subject, wanted = self._context, self._pane.subject, Tone(tone)
        fixes: list[corrections.Fix] = []

        def change(db: Connection) -> bool:
            now = context.clock.now()
            fixes[:] = corrections.fix_tones(db, [mention.id], subject, wanted, context.operator, now)
            return bool(fixes)

        def undo(db: Connection) -> bool:
            return bool(corrections.take_back(db, fixes, context.operator, context.clock.now()))

        said = _("Corrected: {tone}.").format(tone=tone_word(wanted))
        self._pane.post_message(Act(said, change, undo, nothing=_("It is so already.")))

    # ---- one post by several ways --------------------------------------------------------------------------------

    async def split(self) -> None:
        """Make what one way shows of the mention a mention of its own, or join it to the one it was split off."""
        if (mention := self._pane.feed.current) is None:
            return
        ways = await self._read(lambda db: ways_of(db, mention.id)) or ()
        whole = await self._read(lambda db: splitting.split_from(db, mention.id))
        others = {f"{way.source} {way.native_id}": way for way in ways if not way.leads}
        rows = [Pickable(key, way.name, way_words(way)) for key, way in others.items()]
        rows += [Pickable("", _("join it again"), _("to mention {id}").format(id=whole))] if whole is not None else []
        if not rows:
            self._pane.notify(_("This mention was seen by one way alone."), timeout=3, markup=False)
            return

        def picked(value: str | None) -> None:
            if value is not None:
                self._split(others[value]) if value else self._rejoin(mention.id)

        self._pane.app.push_screen(Pick(_("Not the same post? Split off what is shown by"), rows), picked)

    def _split(self, way: Way) -> None:
        context, made = self._context, list[int]()

        def do(db: Connection) -> None:
            now = context.clock.now()
            made[:] = [splitting.split_off(db, way.source, way.native_id, context.operator, now, context.zone)]

        def undo(db: Connection) -> None:
            splitting.rejoin(db, made[0], context.operator, context.clock.now())

        said = _("Split off: what {source} shows is a mention of its own.").format(source=clean(way.name))
        self._pane.post_message(Act(said, do, undo))

    def _rejoin(self, mention: int) -> None:
        context, apart = self._context, list[tuple[int, str]]()

        def do(db: Connection) -> None:
            apart[:] = [(way.source, way.native_id) for way in ways_of(db, mention) if way.leads]
            splitting.rejoin(db, mention, context.operator, context.clock.now())

        def undo(db: Connection) -> None:
            now = context.clock.now()
            for source, native in apart:
                splitting.split_off(db, source, native, context.operator, now, context.zone)

        self._pane.post_message(Act(_("Joined again."), do, undo))

    # ---- mutes ---------------------------------------------------------------------------------------------------

    async def mute(self) -> None:
        """Hide mentions like this one."""
        if (mention := self._pane.feed.current) is not None:
            # Loads the query language, which nothing here has needed yet.
            from socialhub.screens.mute_proposals import proposals

            likely = await asyncio.to_thread(proposals, mention)
            self._pane.app.push_screen(MuteForm(self._context, likely), self._mute)

    def _mute(self, wish: MuteWish | None) -> None:
        if wish is None:
            return
        context = self._context
        made: list[int] = []

        def do(db: Connection) -> None:
            now = context.clock.now()
            ends = wish.end(now, context.zone)
            mute = mutes.add_mute(
                db, wish.query, reason=wish.reason, operator=context.operator, now=now, ends=ends, zone=context.zone
            )
            made[:] = [mute.number]

        def undo(db: Connection) -> bool:
            return mutes.lift(db, made[0], context.clock.now())

        self._pane.post_message(Act(_("Muted: {query}").format(query=wish.query), do, undo))

    async def _read(self, question: Callable[[Connection], T]) -> T | None:
        try:
            return await self._context.reading.read(question)
        except CacheError as error:
            self._pane.notify(error.hint, title=error.message, markup=False)
            return None
