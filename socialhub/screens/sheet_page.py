"""What the page of a person and that of any other author share: mentions beside a sheet, and the role to correct."""

from __future__ import annotations

from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from socialhub.author_words import ROLE_NAMES, role_text
from socialhub.i18n import _, labelled
from socialhub.live.authors import Author, read_author
from socialhub.live.signs import author_signs
from socialhub.roles import Role
from socialhub.screens.context import Act, Context
from socialhub.screens.page import PageScreen
from socialhub.screens.pick import Pick, Pickable
from socialhub.screens.reader import Reader
from socialhub.signs import Signs
from socialhub.store.authors import SaidRole, Whose, said_role, say_role
from socialhub.store.connection import CacheError, Connection
from socialhub.widgets.author_facts import AuthorFacts, TopicFacts
from socialhub.widgets.bindings import bind
from socialhub.widgets.filter_bar import FilterBar
from socialhub.widgets.person_facts import PersonSheet


class SheetPage(PageScreen):
    """The mentions of `whose` beside what is told of them; `title` names them."""

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("next-pane", "other_side"),
        bind("previous-pane", "other_side"),
        bind("edit", "role"),
    ]

    def __init__(self, context: Context, *, whose: Whose, title: str, **options: Any) -> None:
        super().__init__(context, "person", **options)
        self._whose = whose
        self._title = title
        self._author: Author | None = None
        self._signs: Signs | None = None

    def compose_page(self) -> ComposeResult:
        """Mentions, and the facts beside or above them."""
        yield Reader(self.context, name=self._title, whose=self._whose, id="mentions")
        yield PersonSheet(zone=self.context.zone, id="facts")

    def on_mount(self) -> None:
        """Read what is told of the author."""
        self._read_author()

    def cache_changed(self, rev: int) -> None:
        """Mentions came, or a role was corrected."""
        super().cache_changed(rev)
        self._read_author()

    def draw(self) -> None:
        """Show what is read so far."""
        raise NotImplementedError

    def _read_author(self) -> None:
        self.run_worker(self._author_read(), group="author", exclusive=True)

    async def _author_read(self) -> None:
        whose, now = self._whose, self.context.clock.now()
        try:
            self._author = await self.context.reading.read(lambda db: read_author(db, whose, now))
            role = self._author.role
            self._signs = await self.context.reading.read(lambda db: author_signs(db, whose, role, now))
        except CacheError:
            # The watch on the cache meets the same and tells it.
            return
        self.draw()

    def facts(self) -> AuthorFacts | None:
        """What the sheet tells of the author; None while it is read."""
        author = self._author
        if author is None:
            return None
        room = self.state.room if self.state is not None else None
        names = {topic.number: topic.name for topic in room.topics} if room is not None else {}
        return AuthorFacts(
            role_text(author.role),
            author.told.bio,
            author.mentions,
            author.partial,
            author.reach,
            author.net,
            author.first,
            author.last,
            author.sources,
            tuple(
                TopicFacts(names[each.topic], each.mentions, each.net, each.influence)
                for each in author.topics
                if each.topic in names
            ),
            self._signs,
            tuple((key.text, mentions) for key, mentions in author.same),
            tuple((key.text, mentions) for key, mentions in author.verified),
        )

    def action_other_side(self) -> None:
        """From the mentions to the facts and back; while the filter is edited, along its fields."""
        bar = self.focused is not None and any(isinstance(node, FilterBar) for node in self.focused.ancestors)
        if bar:
            self.focus_next()
            return
        sheet = self.query_one(PersonSheet)
        at_facts = sheet.has_focus
        self.set_class(not at_facts, "-at-facts")
        self.set_focus(self.query_one(Reader).feed if at_facts else sheet)

    # ---- the role ------------------------------------------------------------------------------------------------

    def action_role(self) -> None:
        """Say what the author is, or let the rules speak again."""
        rows = [Pickable(role.value, _(ROLE_NAMES[role])) for role in Role]
        rows.append(Pickable("", _("as the rules say")))
        now = labelled(_("role"), role_text(self._author.role)) if self._author is not None else _("role")
        self.app.push_screen(Pick(now, rows), self._say_role)

    def _say_role(self, role: str | None) -> None:
        if role is None:
            return
        whose, said = self._whose, SaidRole(role, self.context.operator, self.context.clock.now()) if role else None
        before: list[SaidRole | None] = []

        def do(db: Connection) -> None:
            before[:] = [said_role(db, whose)]
            say_role(db, whose, said)

        def undo(db: Connection) -> None:
            say_role(db, whose, before[0])

        named = _(ROLE_NAMES[Role(role)]) if role else _("as the rules say")
        self.post_message(Act(f"{self._title} · {named}", do, undo))
