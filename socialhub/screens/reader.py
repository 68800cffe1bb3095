"""The mentions pane: list, filter bar and detail together.

Asks the cache through `live` in workers and hands the answers to its widgets. What arrives only moves the list while
it follows its top (see widgets.feed).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.timer import Timer

from socialhub.i18n import _, number
from socialhub.model import Order, SourceRow, Topic
from socialhub.screens.context import Context
from socialhub.screens.mention_work import MentionWork, worked_on
from socialhub.screens.muted_toggle import MutedToggle
from socialhub.screens.narrowing import Narrowing, help_line
from socialhub.screens.open_detail import OpenDetail
from socialhub.screens.queries import Narrowed, described
from socialhub.screens.story_folds import StoryFolds
from socialhub.screens.supply import Supply
from socialhub.store.authors import Whose
from socialhub.store.connection import CacheError, CacheMissingError
from socialhub.store.habits import Habit
from socialhub.widgets.bindings import bind
from socialhub.widgets.detail import Detail
from socialhub.widgets.feed import Feed
from socialhub.widgets.filter_bar import Choices, FilterBar
from socialhub.widgets.hints import key_name
from socialhub.widgets.pane_title import PaneTitle

if TYPE_CHECKING:
    from socialhub.live import Page, Room

_DETAIL_PAUSE: Final = 0.1
"""Seconds the reader must rest on a mention before an open detail goes along."""


class Reader(Narrowing, StoryFolds, OpenDetail, MentionWork, MutedToggle, Vertical):
    """The pane. `searching` keeps the filter bar open: the search screen. `bar` takes the place of the usual one;
    of `whose` (an author), whatever is chosen, only what they wrote is listed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("back", "back"),
        bind("next-unread", "next_unread"),
        bind("read", "read"),
        bind("copy", "copy"),
        bind("browser", "browser"),
        bind("why", "why"),
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
        self.folded = context.habits[Habit.LISTS_BY_STORY]
        self._bar = bar or FilterBar(_("filter"))
        self._supply = Supply(self._feed, context, self._list_changed, self.cache_failed)
        self._supply.narrowed = Narrowed(folded=self.folded)
        self._choices = Choices()
        self._before_edit = Choices()
        self._pause: Timer | None = None
        self._remark = ""
        self._when_empty = ""

    @property
    def feed(self) -> Feed:
        """The list."""
        return self._feed

    def mode_changed(self) -> None:
        """Tell the screen."""
        self.post_message(self.ModeChanged())

    def reload(self, narrowed: Narrowed) -> None:
        """Ask anew, with the reader where it is."""
        self._supply.reload(narrowed)
        self.mode_changed()

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
            self._explain(help_line())
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

    # ---- keys and news --------------------------------------------------------------------------------------------

    def action_why(self) -> None:
        """Which topics it belongs to and which not, and the words that decided."""
        if (mention := self._feed.current) is not None:
            from socialhub.screens.why import WhyView

            self.app.push_screen(WhyView(self.context, mention.id, self.topics, self._choices.query, self.subject))

    def action_back(self) -> None:
        """Close the detail, else clear the filter."""
        if self.reading:
            self.close_detail()
            self.screen.set_focus(self._feed)
        elif self._choices != Choices() and not self.searching:
            self._filter_by(Choices())
        else:
            raise SkipAction

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
            self.show_detail(current)

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

    def cache_failed(self, error: CacheError) -> None:
        """The cache could not be read. That there is none yet the empty list says: a collector that starts makes it."""
        if isinstance(error, CacheMissingError):
            return
        self.notify(error.hint or error.message, title=error.message if error.hint else "", markup=False)
