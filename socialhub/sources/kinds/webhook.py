"""What can be configured for a source of kind webhook. No network code is imported here."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from typing import Annotated, ClassVar

from socialhub.clock import MINUTE
from socialhub.i18n import N_, _
from socialhub.records import dataclass
from socialhub.sources.kinds.json import Expression, JsonFields
from socialhub.sources.settings import Meaning, Secret, SourceSettings, Trouble


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookSettings(SourceSettings):
    """A small HTTP server of this machine that others post mentions to. Who posts proves that they know `secret`.

    With `auth = "bearer"` it is sent as it is; with `"hmac"` it signs the body (SHA-256, in `signature_header`),
    together with the time where `timestamp_header` is named. `fields` reads other people's forms, as in `json`.
    """

    kind: ClassVar[str] = "webhook"
    usual_interval: ClassVar[int] = 1 * MINUTE
    catches_up: ClassVar[bool] = False
    reaches_out: ClassVar[bool] = False
    help: ClassVar[str] = N_("mentions that other programs post to this machine")
    port: Annotated[int, Meaning("range", ("1", "65535"))]
    secret: Secret
    host: str = "127.0.0.1"
    path: str = "/"
    auth: Annotated[str, Meaning("choice", ("bearer", "hmac"))] = "bearer"
    signature_header: str = "X-Signature"
    timestamp_header: str = ""
    items: Expression = "@"
    fields: JsonFields | None = None
    html: bool = False

    @property
    def streams(self) -> bool:
        """Always: it waits for what is posted."""
        return True

    def troubles(self) -> Iterator[Trouble]:
        """An address of this machine, by choice one that others can reach."""
        if self.fields is not None:
            yield from self.fields.troubles()
        if not self.path.startswith("/"):
            yield Trouble(("path",), _("a path begins with a slash"), f"/{self.path}")
        try:
            address = ipaddress.ip_address(self.host)
        except ValueError:
            yield Trouble(("host",), _("the address of this machine is written in numbers"), "127.0.0.1")
            return
        if not address.is_loopback and not self.allow_private:
            message = _("others could reach this address: set allow_private = true if that is meant")
            yield Trouble(("host",), message, "127.0.0.1")
        elif not address.is_loopback:
            message = _("what is posted here travels unencrypted: put a proxy with TLS before it")
            yield Trouble(("host",), message, warning=True)
