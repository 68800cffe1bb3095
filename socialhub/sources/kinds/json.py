"""What can be configured for a source of kind json. No network code is imported here."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, TypeAlias

from socialhub.clock import MINUTE
from socialhub.i18n import N_, _
from socialhub.records import dataclass
from socialhub.sources.settings import Meaning, Secret, SourceSettings, Trouble, Url

Expression: TypeAlias = Annotated[str, Meaning("jmespath")]
"""A JMESPath expression (jmespath.org): what of a JSON value is meant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonFields:
    """Where in an item each key of the exchange format stands; what is not named is not read."""

    native_id: Expression = ""
    text: Expression = ""
    title: Expression = ""
    published_at: Expression = ""
    edited_at: Expression = ""
    url: Expression = ""
    author: Expression = ""
    handle: Expression = ""
    followers: Expression = ""
    lang: Expression = ""
    kind: Expression = ""
    rating: Expression = ""
    likes: Expression = ""
    shares: Expression = ""
    replies: Expression = ""
    reach: Expression = ""
    place: Expression = ""
    site: Expression = ""
    parent_id: Expression = ""
    canonical_id: Expression = ""
    deleted: Expression = ""
    metric: Expression = ""
    value: Expression = ""
    unit: Expression = ""
    topic: Expression = ""

    def troubles(self) -> Iterator[Trouble]:
        """A mention has an id and words, a row of a metric a name and a value."""
        if self.metric or self.value:
            missing = [name for name in ("metric", "value") if not getattr(self, name)]
        elif not self.native_id:
            missing = ["native_id"]
        else:
            missing = [] if self.text or self.title else ["text / title"]
        if missing:
            yield Trouble(("fields",), _("nothing to read: give {keys}").format(keys=missing[0]))


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonSettings(SourceSettings):
    """An API that answers in JSON. `items` finds the list in an answer, `fields` what of each item is what.

    The next page is found by `next` (an address, or a value sent as `next_param`), or by numbers sent as `page_param`
    from `first_page` on. `since_param` sends when the newest item was published that was given so far.

    With `body`, an object of JSON, it is posted instead: then these name places in it, `variables.after`.
    """

    kind: ClassVar[str] = "json"
    usual_interval: ClassVar[int] = 5 * MINUTE
    help: ClassVar[str] = N_("any JSON API, by a mapping written in the config")
    url: Url
    fields: JsonFields
    body: Annotated[str, Meaning("json-object")] = ""
    items: Expression = "@"
    order: Annotated[str, Meaning("choice", ("newest", "oldest"))] = "newest"
    next: Expression = ""
    next_param: str = ""
    page_param: str = ""
    first_page: Annotated[int, Meaning("range", ("0", "1"))] = 1
    since_param: str = ""
    since_form: Annotated[str, Meaning("choice", ("iso", "seconds", "milliseconds"))] = "iso"
    most_pages: Annotated[int, Meaning("range", ("1", "1000"))] = 20
    html: bool = False
    token: Secret = ""
    token_header: str = "Authorization"
    token_scheme: str = "Bearer"

    @property
    def question(self) -> dict[str, Any] | None:
        """What is posted; None when nothing is."""
        posted: dict[str, Any] | None = json.loads(self.body) if self.body else None
        return posted

    def troubles(self) -> Iterator[Trouble]:
        """Something to read, and one way to the next page."""
        yield from self.fields.troubles()
        if self.next and self.page_param:
            yield Trouble(("page_param",), _("pages are found by {keys}, not by both").format(keys="next / page_param"))
        if self.next_param and not self.next:
            message = _("it needs {key}: where in an answer the value for it stands").format(key="next")
            yield Trouble(("next_param",), message)
        if self.order == "oldest" and not (self.next or self.page_param or self.since_param):
            message = _("the oldest first can be read on by {keys} only").format(keys="next, page_param / since_param")
            yield Trouble(("order",), message)
