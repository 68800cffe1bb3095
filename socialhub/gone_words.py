"""Why the words of a mention are not there any more, as sources tell it, and which of these reasons may pass."""

from __future__ import annotations

from typing import Final

from socialhub.i18n import N_, _

DELETED: Final = "deleted"
REASONS: Final = {
    DELETED: N_("deleted by its author"),
    "account-deleted": N_("its author deleted the account"),
    "protected": N_("its author shows it to followers only"),
    "suspended": N_("the account of its author is suspended"),
    "deactivated": N_("its author has put the account to rest"),
    "removed": N_("by a moderator"),
    "unavailable": N_("deleted, or the account of its author is private or closed"),
}
"""What sources say of posts that are gone, in words; another reason is told as it is."""
PASSING: Final = ("protected", "suspended", "deactivated", "removed", "unavailable")
"""Reasons that may pass: shown to everybody again, such a post is told again."""


def gone_because(reason: str) -> str:
    """A reason in words; untrusted where it is not one of ours."""
    return _(REASONS[reason]) if reason in REASONS else reason
