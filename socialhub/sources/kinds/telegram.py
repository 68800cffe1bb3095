"""What can be configured for a source of kind telegram. No network code is imported here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar, Final

from socialhub.clock import MINUTE
from socialhub.i18n import N_, _
from socialhub.records import dataclass
from socialhub.sources.settings import SourceSettings, Trouble, Url

_CHANNEL: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{3,31}")


@dataclass(frozen=True, slots=True, kw_only=True)
class TelegramSettings(SourceSettings):
    """Public channels by the preview that Telegram shows of them on the web; no account."""

    kind: ClassVar[str] = "telegram"
    usual_interval: ClassVar[int] = 15 * MINUTE
    shortest_interval: ClassVar[int] = 10 * MINUTE
    usual_again: ClassVar[int] = 480
    """Each is a question of its own."""
    help: ClassVar[str] = N_("public channels of Telegram")
    channels: tuple[str, ...]
    server: Url = "https://t.me"

    def troubles(self) -> Iterator[Trouble]:
        """Channels by their names."""
        if not self.channels:
            yield Trouble(("channels",), _("nothing to follow: give {keys}").format(keys="channels"))
        for index, channel in enumerate(self.channels):
            if not _CHANNEL.fullmatch(channel):
                name = channel.rstrip("/").rpartition("/")[2].lstrip("@")
                message = _("a channel is its name: mandarine in https://t.me/mandarine")
                yield Trouble(("channels", index), message, name if _CHANNEL.fullmatch(name) else "")
