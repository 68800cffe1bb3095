"""The list of the search screen: its bar stays open, it has three orders, and it remembers what was asked."""

from __future__ import annotations

from typing import Final

from socialhub.i18n import N_, _
from socialhub.model import Order
from socialhub.screens.context import Act, Context
from socialhub.screens.reader import Reader
from socialhub.store.connection import CacheError, Connection
from socialhub.store.searches import remember, remembered
from socialhub.widgets.filter_bar import Choices, FilterBar

_ORDERS: Final = {
    Order.ARRIVAL: N_("newest arrival first"),
    Order.TIME: N_("newest published first"),
    Order.RELEVANCE: N_("most relevant first"),
}


class SearchReader(Reader):
    """Begins with `query`."""

    def __init__(self, context: Context, query: str = "") -> None:
        bar = FilterBar("/", choosing=False, pause=context.typing_pause)
        super().__init__(context, name=_("Search"), searching=True, bar=bar, id="mentions")
        self._begins_with = query
        self._earlier: list[str] = []

    def on_mount(self) -> None:
        """Until something is asked for, the newest."""
        self.ask(self._begins_with)
        self.run_worker(self._recall(), group="history")

    def ask(self, query: str) -> None:
        """Put a query into the bar and answer it."""
        self._bar.set_choices(Choices(query))
        self.narrow_to(Choices(query))

    def next_order(self) -> None:
        """The same mentions in the next of the three orders."""
        orders = tuple(_ORDERS)
        self.order = orders[(orders.index(self.order) + 1) % len(orders)]
        self.narrow_to(self.choices)

    async def on_filter_bar_accepted(self, event: FilterBar.Accepted) -> None:
        """Go on in the list; what was asked is remembered once it could be read."""
        event.prevent_default()
        await super().on_filter_bar_accepted(event)
        if event.choices.query and self.choices == event.choices:
            self._remember(event.choices.query)

    def _remember(self, query: str) -> None:
        operator, now = self.context.operator, self.context.clock.now()

        def do(db: Connection) -> None:
            remember(db, operator, query, now)

        self.post_message(Act("", do, quiet=True))
        self._offer([query, *(each for each in self._earlier if each != query)])

    async def _recall(self) -> None:
        operator = self.context.operator
        try:
            self._offer(await self.context.reading.read(lambda db: remembered(db, operator)))
        except CacheError:
            # The list says what is wrong with the cache.
            return

    def _offer(self, queries: list[str]) -> None:
        self._earlier = queries
        self._bar.offer_earlier(queries)

    def _described(self) -> str:
        """The order, and whether it could only be made among what arrived last."""
        order = _(_ORDERS[self.order])
        return _("≈ {order}, among the last to arrive").format(order=order) if self._supply.judged_since else order

    def _show_title(self) -> None:
        self._remark = self._described()
        super()._show_title()
