"""The mentions pane: list, filter bar and detail together.

Asks the cache through `live` in workers and hands the answers to its widgets. What arrives only moves the list while
it follows its top (see widgets.feed).
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final

from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.timer import Timer

from socialhub.errors import UserError
from socialhub.i18n import _, number
from socialhub.model import Mention, Order, SourceRow, Topic
from socialhub.screens.context import Context
from socialhub.screens.mention_detail import read_detail, with_marks
from socialhub.screens.mention_work import MentionWork, worked_on
from socialhub.screens.muted_toggle import MutedToggle
from socialhub.screens.queries import Narrowed, candidates, described, hits, narrow
from socialhub.screens.story_folds import StoryFolds
from socialhub.screens.supply import Supply
from socialhub.store.authors import Whose
from socialhub.store.connection import CacheError
from socialhub.store.mentions import by_author
from socialhub.store.searches import saved_queries
from socialhub.widgets.bindings import bind
from socialhub.widgets.detail import Detail
from socialhub.widgets.feed import Feed
from socialhub.widgets.filter_bar import Choices, FilterBar
from socialhub.widgets.hints import key_name
from socialhub.widgets.pane_title import PaneTitle

if TYPE_CHECKING:
    from socialhub.live import Page, Room

SIDE_BY_SIDE: Final = 100
"""Cells from which list and detail stand side by side."""
_DETAIL_PAUSE: Final = 0.1
"""Seconds the reader must rest on a mention before an open detail goes along."""


class Reader(MentionWork, MutedToggle, StoryFolds, Vertical):
    """The pane. `searching` keeps the filter bar open: the search screen. `bar` takes the place of the usual one;
    of `whose` (an author), whatever is chosen, only what they wrote is listed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("filter", "filter"),
        bind("back", "back"),
        bind("next-unread", "next_unread"),
        bind("read", "read"),
        bind("copy", "copy"),
        bind("browser", "browser"),
        bind("why", "why"),
        bind("earlier", "neighbour(1)"),
        bind("later", "neighbour(-1)"),
    ]

    class ModeChanged(Message):
        """The detail or the filter bar opened or closed, or the list is narrowed to something else."""

    def __init__(
        self,
        context: Context,
        *,
        name: str,
        number_: int | None = None,
        searching: bool = False,
        bar: FilterBar | None = None,
        whose: Whose | None = None,
        id: str | None = None,  # noqa: A002
    ) -> None:
        super().__init__(id=id)
        self.context = context
        self.searching = searching
        self._whose = whose
        self.notes_elsewhere = isinstance(whose, int)
        self.topics: tuple[Topic, ...] = ()
        self.sources: tuple[SourceRow, ...] = ()
        self._title = PaneTitle(name, number=number_)
        self._feed = Feed(zone=context.zone, now=context.clock.now, density=context.density)
        self._detail = Detail(zone=context.zone)
        self.order = Order.ARRIVAL
        self._bar = bar or FilterBar(_("filter"))
        self._supply = Supply(self._feed, context, self._list_changed, self._cache_failed)
        self._choices = Choices()
        self._before_edit = Choices()
        self._pause: Timer | None = None
        self._remark = ""
        self._when_empty = ""

    @property
    def feed(self) -> Feed:
        """The list."""
        return self._feed

    @property
    def choices(self) -> Choices:
        """What the list is narrowed to."""
        return self._choices

    def reload(self, narrowed: Narrowed) -> None:
        """Ask anew, with the reader where it is."""
        self._supply.reload(narrowed)
        self.post_message(self.ModeChanged())

    @property
    def narrowed(self) -> Narrowed:
        """The same as the cache is asked."""
        return self._supply.narrowed

    @property
    def subject(self) -> int:
        """The topic (row number) that the list is narrowed to, 0 for none."""
        chosen = self.narrowed.chosen
        if chosen.topic is not None:
            return chosen.topic
        slug = chosen.condition.subject if chosen.condition is not None else ""
        return next((topic.number for topic in self.topics if topic.id.lower() == slug), 0)

    @property
    def reading(self) -> bool:
        """Whether the detail is open."""
        return self.has_class("-reading")

    @property
    def waiting(self) -> int:
        """New mentions that wait above."""
        return self._supply.above

    def compose(self) -> ComposeResult:
        """Title and list; filter bar and detail are made when they are first wanted, which halves the first paint."""
        yield self._title
        if self.searching:
            yield self._bar
        with Horizontal(classes="reader-body"):
            yield self._feed

    def on_mount(self) -> None:
        """A search begins with its question."""
        self.set_class(self.searching, "-filtering")
        if self.searching:
            self._explain(_help_line())
            self.call_after_refresh(self._bar.begin)

    # ---- what the screen gives -----------------------------------------------------------------------------------

    def begin(self, page: Page | None) -> None:
        """Show the first page, read before the first paint; None: fetch it."""
        if page is None:
            self._supply.restart(self._supply.narrowed)
        else:
            self._supply.begin(page, follow=True)

    def cache_changed(self, rev: int) -> None:
        """The cache has news."""
        self._supply.cache_changed(rev)

    def cache_back(self) -> None:
        """The cache can be read (again)."""
        self._supply.restart(self._supply.narrowed)

    def show_room(self, room: Room) -> None:
        """Topics and sources for the choices, and the clock."""
        if (room.topics, [row.name for row in room.sources]) != (self.topics, [row.name for row in self.sources]):
            self.topics, self.sources = room.topics, room.sources
            if self._bar.is_mounted:
                self._offer_choices()
            self._remark = described(self._choices, self.topics, self.sources)
        self._feed.new_minute()
        self._show_title()

    def say_when_empty(self, text: str) -> None:
        """What an unfiltered empty list says."""
        self._when_empty = text
        filtered = self._choices != Choices()
        parts = [_("Nothing matches this filter.") if filtered else text, self.muting_words(self._supply)]
        self._feed.say_when_empty("\n".join(part for part in parts if part))

    # ---- filter --------------------------------------------------------------------------------------------------

    async def action_filter(self) -> None:
        """Open the filter bar."""
        if not self._bar.is_mounted:
            await self.mount(self._bar, after=self._title)
        self.add_class("-filtering")
        self._before_edit = self._choices
        self._offer_choices()
        self._bar.set_choices(self._choices)
        self._explain(_help_line())
        self._bar.begin()

    def _offer_choices(self) -> None:
        self._bar.offer(
            [(topic.number, topic.name) for topic in self.topics],
            [(row.number, row.name) for row in self.sources],
            candidates(self.topics, self.sources),
        )

    def _explain(self, text: str, *, wrong: bool = False) -> None:
        if self._bar.is_mounted:
            self._bar.explain(text, wrong=wrong)

    def narrow_to(self, choices: Choices) -> None:
        """Filter the list; a query that cannot be read leaves it as it is and says why."""
        self.run_worker(self._narrow(choices), group="filter", exclusive=True)

    async def _narrow(self, choices: Choices) -> bool:
        """Whether the choices could be read and are applied."""
        try:
            saved = await self.context.reading.read(saved_queries)
            asked = partial(narrow, choices, self.context.zone, saved, with_muted=self.with_muted)
            narrowed = await asyncio.to_thread(asked)
        except UserError as error:
            self._explain(f"{error.message} · {error.hint}", wrong=True)
            return False
        chosen = by_author(narrowed.chosen, self._whose)
        narrowed = replace(narrowed, order=self.order, folded=self.folded, chosen=chosen)
        self._explain(narrowed.advice or _help_line())
        self._choices = choices
        self._remark = described(self._choices, self.topics, self.sources)
        self.say_when_empty(self._when_empty)
        self._feed.mark(partial(hits, choices.query) if choices.query else None)
        self._supply.restart(narrowed)
        self.post_message(self.ModeChanged())
        return True

    def on_filter_bar_changed(self, event: FilterBar.Changed) -> None:
        """Narrow while typing."""
        event.stop()
        self.narrow_to(event.choices)

    async def on_filter_bar_accepted(self, event: FilterBar.Accepted) -> None:
        """Go on in the list; a query that cannot be read keeps its reader in the bar."""
        event.stop()
        self.workers.cancel_group(self, "filter")
        if event.choices != self._choices and not await self._narrow(event.choices):
            return
        self._explain(_help_line())
        self._leave_bar()

    def on_filter_bar_left(self, event: FilterBar.Left) -> None:
        """Esc in the bar: the filter is what it was before."""
        event.stop()
        if self.searching:
            self.screen.dismiss()
        else:
            self._filter_by(self._before_edit)

    def _leave_bar(self) -> None:
        if not self.searching:
            self.remove_class("-filtering")
        self.screen.set_focus(self._feed)
        self.post_message(self.ModeChanged())

    def _filter_by(self, choices: Choices) -> None:
        self.workers.cancel_group(self, "filter")
        self._leave_bar()
        if self._bar.is_mounted:
            self._bar.set_choices(choices)
        if self._choices != choices:
            self.narrow_to(choices)

    # ---- detail --------------------------------------------------------------------------------------------------

    async def on_feed_opened(self, event: Feed.Opened) -> None:
        """Open the detail beside the list, or over it where there is no room."""
        event.stop()
        if not self._detail.is_mounted:
            await self.query_one(".reader-body").mount(self._detail)
        self.add_class("-reading")
        self._tell_screen()
        self.post_message(self.ModeChanged())
        self._show_detail(event.mention)
        if self._detail_covers():
            self.call_after_refresh(self._detail.focus)

    def _detail_covers(self) -> bool:
        return self.app.size.width < SIDE_BY_SIDE

    def _tell_screen(self) -> None:
        """What else stands on the screen makes room for the detail."""
        self.screen.set_class(self.reading, "-reading")

    def action_why(self) -> None:
        """Which topics it belongs to and which not, and the words that decided."""
        if (mention := self._feed.current) is not None:
            from socialhub.screens.why import WhyView

            self.app.push_screen(WhyView(self.context, mention.id, self.topics, self._choices.query, self.subject))

    def action_neighbour(self, step: int) -> None:
        """The next older (1) or newer (-1) mention, in the open detail."""
        if not self.reading:
            raise SkipAction
        self._feed.action_move(step)

    def action_back(self) -> None:
        """Close the detail, else clear the filter."""
        if self.reading:
            self.close_detail()
            self.screen.set_focus(self._feed)
        elif self._choices != Choices() and not self.searching:
            self._filter_by(Choices())
        else:
            raise SkipAction

    def close_detail(self) -> None:
        """Only the list again; where the focus goes is for the caller."""
        if self.reading:
            self.remove_class("-reading")
            self._tell_screen()
            self.post_message(self.ModeChanged())

    def action_next_unread(self) -> None:
        """To the next unread mention below."""
        self._supply.seek_unread()

    def on_feed_moved(self, event: Feed.Moved) -> None:
        """The open detail goes along once the reader rests."""
        event.stop()
        self._supply.reader_moved()
        self._show_title()
        if self.reading:
            if self._pause is not None:
                self._pause.stop()
            self._pause = self.set_timer(_DETAIL_PAUSE, self._follow_cursor)

    def on_feed_page_wanted(self, event: Feed.PageWanted) -> None:
        """Fetch it."""
        event.stop()
        self._supply.page(event.side)

    def _list_changed(self) -> None:
        """The title says so, and an open detail follows what was done with its mention."""
        self._show_title()
        current, shown = self._feed.current, self._detail.shown
        if self.reading and current is not None and shown is not None and worked_on(shown.mention, current):
            self._show_detail(current)

    def _follow_cursor(self) -> None:
        mention = self._feed.current
        if self.reading and mention is not None:
            self._show_detail(mention)

    def _show_detail(self, mention: Mention) -> None:
        self.mark([mention], read=True, quiet=True)
        self.run_worker(self._read_detail(mention.id), group="detail", exclusive=True)

    async def _read_detail(self, mention: int) -> None:
        topics, operator, query = self.topics, self.context.operator, self._choices.query
        listed, subject, now = self.narrowed.chosen, self.subject, self.context.clock.now()
        try:
            detail = await self.context.reading.read(
                lambda db: read_detail(db, mention, operator, topics, listed, subject, now)
            )
        except CacheError as error:
            self._cache_failed(error)
            return
        if detail is None:
            self.notify(_("This mention is not in the cache any more."), markup=False)
            return
        now = self.context.clock.now()
        self._detail.show(detail, now)
        self._detail.show(await asyncio.to_thread(with_marks, detail, topics, query), now)

    # ---- title ---------------------------------------------------------------------------------------------------

    def _show_title(self) -> None:
        if self._supply.loading:
            chip = "…"
        elif self.order is not Order.ARRIVAL and not self.waiting:
            chip = ""
        elif self.waiting or not self._feed.following:
            count = number(min(self.waiting, 999)) + ("+" if self.waiting > 999 else "")
            chip = _("+{count} new").format(count=count) + (
                "" if self._feed.following else f" · {self._key_of('first')}"
            )
        else:
            chip = _("live")
        muted = self.muting_words(self._supply)
        self._title.show(" · ".join(part for part in (muted, self._remark) if part), chip)
        if muted:
            self.say_when_empty(self._when_empty)

    def _key_of(self, id_: str) -> str:
        return key_name(self.context.keys[id_].partition(",")[0])

    def _cache_failed(self, error: CacheError) -> None:
        self.notify(error.hint or error.message, title=error.message if error.hint else "", markup=False)


def _help_line() -> str:
    return _('AND OR NOT "exact words" word* #tag @handle is:unread date:P7D')
