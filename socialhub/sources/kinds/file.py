"""What can be configured for a source of kind file. No network code is imported here."""

from __future__ import annotations

from typing import ClassVar

from socialhub.clock import MINUTE, SECOND
from socialhub.i18n import N_
from socialhub.records import dataclass
from socialhub.sources.settings import FilePath, SourceSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSettings(SourceSettings):
    """A watched folder: every JSON Lines or CSV file that appears in it is imported once, and again when it grows."""

    kind: ClassVar[str] = "file"
    usual_interval: ClassVar[int] = 1 * MINUTE
    shortest_interval: ClassVar[int] = 5 * SECOND
    reaches_out: ClassVar[bool] = False
    help: ClassVar[str] = N_("a folder watched for JSON Lines and CSV files")
    folder: FilePath
