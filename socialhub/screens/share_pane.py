"""Share of voice: reads the comparison when the room has news or something else is asked for, and shows it."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Input

from socialhub import share_words
from socialhub.clock import DAY, HOUR
from socialhub.i18n import N_, _, number
from socialhub.live import Room
from socialhub.live.share import RIVALS, STEPS, ShareWish, period_of, read_share
from socialhub.query import QueryError
from socialhub.query.dates import format_duration
from socialhub.screens.context import Context
from socialhub.screens.page import MentionsWanted
from socialhub.screens.side_pane import SidePane
from socialhub.shares import Share
from socialhub.store.connection import CacheError
from socialhub.widgets.bindings import bind
from socialhub.widgets.filter_bar import Choices
from socialhub.widgets.share_list import ShareList, ShareRow, ShareSheet

REST: Final = 5.0
"""Seconds between two readings for news alone: a figure over days does not change faster."""
_STEP_NAMES: Final = {HOUR: N_("1 h"), DAY: N_("24 h")}
_MORE_KINDS: Final = {
    "product": N_("and products"),
    "campaign": N_("and campaigns"),
    "person": N_("and persons"),
    "issue": N_("and issues"),
}


class PeriodInput(Input):
    """A period, as a query writes dates; Esc leaves it."""

    BINDINGS: ClassVar[list[BindingType]] = [bind("back", "leave")]
    DEFAULT_CSS = """
    PeriodInput, PeriodInput:focus {
        display: none; height: 1; border: none; padding: 0 1; background: $panel; background-tint: transparent;
    }
    PeriodInput.-open { display: block; }
    """

    class Left(Message):
        """The reader wants no other period."""

    def action_leave(self) -> None:
        """Esc."""
        self.post_message(self.Left())


class SharePane(SidePane):
    """The brand beside its competitors."""

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("earlier", "step(1)"),
        bind("later", "step(-1)"),
        bind("order", "next_measure"),
        bind("filter", "next_kind"),
        bind("edit", "write_period"),
    ]

    def __init__(self, context: Context, place: int | None = None) -> None:
        super().__init__(context, "share", place)
        self.list = ShareList()
        self._field = PeriodInput(placeholder="2026-11-01..2026-11-20   2026-10   P14D", select_on_focus=False)
        self._wish = ShareWish()
        self._measure = 0
        self._share: Share | None = None
        self._room: Room | None = None
        self._rest: Timer | None = None
        self._stale = False

    def compose(self) -> ComposeResult:
        """Title, the field for a period, the comparison."""
        yield self.title_line
        yield self._field
        yield self.list

    # ---- reading -------------------------------------------------------------------------------------------------

    def show_room(self, room: Room, collecting: int | None) -> None:
        """The room has news: read again, unless that was done a moment ago."""
        self._room = room
        if self._rest is None:
            self._refresh()
        else:
            self._stale = True

    def _refresh(self) -> None:
        """Read now; an answer that is still waited for is not wanted any more."""
        if self._rest is not None:
            self._rest.stop()
        self._stale = False
        self._rest = self.set_timer(REST, self._rested)
        self.run_worker(self._read(), group="share", exclusive=True)

    def _rested(self) -> None:
        self._rest = None
        if self._stale:
            self._refresh()

    async def _read(self) -> None:
        wish, now, zone = self._wish, self.context.clock.now(), self.context.zone
        try:
            self._share = await self.context.counting.read(lambda db: read_share(db, wish, now, zone))
        except CacheError:
            # The watch on the cache meets the same and tells it.
            return
        self._show()

    def _show(self) -> None:
        if (share := self._share) is None:
            return
        now = self.context.clock.now()
        measure = share_words.MEASURES[self._measure]
        window = share.now
        self.title_line.show(
            f"{self._period_name()} · {share_words.period_text(window, now, self.context.zone)}", self._kinds_name()
        )
        known_before = share.before.listened
        rows = tuple(
            ShareRow(
                topic.name,
                measure.part(window, place),
                share_words.share_text(window, place),
                share_words.interval_text(window, place),
                share_words.share_text(share.before, place) if known_before else share_words.UNKNOWN,
                measure.text(window, place),
                share_words.before_text(measure, share, place),
                tuple(
                    (each.text(window, place), share_words.before_text(each, share, place))
                    for each in share_words.MEASURES
                ),
            )
            for place, topic in enumerate(share.topics)
        )
        labels = tuple(_(each.name) for each in share_words.MEASURES)
        remarks = tuple(share_words.remarks(share, now, self.context.zone))
        self.list.show(ShareSheet(rows, labels, self._measure, remarks, bool(window.down)))

    def _period_name(self) -> str:
        if self._wish.dates:
            return self._wish.dates
        length = self._wish.length
        return _(_STEP_NAMES[length]) if length in _STEP_NAMES else _("{count} d").format(count=number(length // DAY))

    def _kinds_name(self) -> str:
        more = [kind for kind in self._wish.kinds if kind not in RIVALS]
        return " ".join([_("brands and competitors"), *(_(_MORE_KINDS[kind]) for kind in more)])

    # ---- keys ----------------------------------------------------------------------------------------------------

    def _want(self, wish: ShareWish) -> None:
        if wish != self._wish:
            self._wish = wish
            self._refresh()

    def action_step(self, direction: int) -> None:
        """A longer (1) or shorter (-1) period; from typed dates back to the steps."""
        length = self._wish.length
        place = STEPS.index(length) if self._wish.dates else STEPS.index(length) + direction
        self._want(replace(self._wish, dates="", length=STEPS[min(max(place, 0), len(STEPS) - 1)]))

    def action_next_measure(self) -> None:
        """Another measure in the bars."""
        self._measure = (self._measure + 1) % len(share_words.MEASURES)
        self._show()

    def action_next_kind(self) -> None:
        """Compare topics of another kind as well, of those that there are; after the last one the rivals alone."""
        there = {topic.kind for topic in self._room.topics} if self._room is not None else set()
        around = [RIVALS, *((*RIVALS, kind) for kind in _MORE_KINDS if kind in there)]
        place = around.index(self._wish.kinds) + 1 if self._wish.kinds in around else 0
        self._want(replace(self._wish, kinds=around[place % len(around)]))

    def action_write_period(self) -> None:
        """Type a period."""
        self._field.value = self._wish.dates
        self._field.add_class("-open")
        self._field.focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Compare over the typed period, or say what is wrong with it."""
        event.stop()
        wish = replace(self._wish, dates=event.value.strip())
        try:
            period_of(wish, self.context.clock.now(), self.context.zone)
        except QueryError as error:
            self.notify(error.hint, title=error.message, severity="warning", markup=False)
            return
        except ValueError:
            words = _("{written} is no period with a beginning before now.").format(written=wish.dates)
            self.notify(words, severity="warning", markup=False)
            return
        self.on_period_input_left()
        self._want(wish)

    def on_period_input_left(self) -> None:
        """Back to the comparison."""
        self._field.remove_class("-open")
        self.list.focus()

    def on_share_list_measure_chosen(self, event: ShareList.MeasureChosen) -> None:
        """This measure in the bars."""
        self._measure = event.measure
        self._show()

    def on_share_list_topic_chosen(self, event: ShareList.TopicChosen) -> None:
        """The mentions of that topic in that period."""
        if self._share is not None and event.place < len(self._share.topics):
            dates = self._wish.dates or format_duration(self._wish.length)
            topic = self._share.topics[event.place].number
            self.post_message(MentionsWanted(Choices(f"date:{dates}", topic=topic)))
