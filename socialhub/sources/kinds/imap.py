"""What can be configured for a source of kind imap. No network code is imported here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar, Final

from socialhub.clock import MINUTE
from socialhub.i18n import N_, _
from socialhub.records import dataclass
from socialhub.sources.settings import Meaning, Secret, SourceSettings, Trouble

TLS_PORT: Final = 993
PLAIN_PORT: Final = 143


@dataclass(frozen=True, slots=True, kw_only=True)
class ImapSettings(SourceSettings):
    """One folder of a mailbox. It is opened read-only: no letter is marked as read, moved or deleted.

    `every` is how often it is looked at even when the server would tell by itself of new letters.
    """

    kind: ClassVar[str] = "imap"
    usual_interval: ClassVar[int] = 5 * MINUTE
    reaches_out: ClassVar[bool] = False
    help: ClassVar[str] = N_("the letters in a folder of a mailbox")
    host: str
    user: str
    password: Secret
    folder: str = "INBOX"
    port: Annotated[int, Meaning("range", ("1", "65535"))] = TLS_PORT
    encryption: Annotated[str, Meaning("choice", ("tls", "starttls", "none"))] = "tls"

    @property
    def streams(self) -> bool:
        """Always: the server tells of new letters, or is looked at again on the same connection."""
        return True

    def troubles(self) -> Iterator[Trouble]:
        """A host by its name alone, and a password that does not travel in the open."""
        if not self.host or "/" in self.host or "@" in self.host:
            name = self.host.rpartition("//")[2].rpartition("@")[2].partition("/")[0]
            yield Trouble(("host",), _("a mail server is its name: imap.example.org"), name)
        if self.encryption == "starttls" and self.port == TLS_PORT:
            yield Trouble(("port",), _("STARTTLS has a port of its own"), str(PLAIN_PORT))
        if self.encryption == "none" and not self.allow_private:
            message = _("the password would travel unencrypted: only with allow_private = true, in your own network")
            yield Trouble(("encryption",), message, "tls")
