"""What can be configured for a source of kind replay. No network code is imported here."""

from __future__ import annotations

from typing import ClassVar

from socialhub.clock import HOUR
from socialhub.i18n import N_
from socialhub.records import dataclass
from socialhub.sources.settings import FilePath, SourceSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplaySettings(SourceSettings):
    """A JSON Lines file played at the pace of its own dates, by the scenario clock."""

    kind: ClassVar[str] = "replay"
    usual_interval: ClassVar[int] = 1 * HOUR
    reaches_out: ClassVar[bool] = False
    help: ClassVar[str] = N_("a JSON Lines file played at its own pace")
    path: FilePath

    @property
    def streams(self) -> bool:
        """Always: it plays by the clock."""
        return True
