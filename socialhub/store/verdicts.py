"""What verdicts say of the rules that raised alerts: how often one was right."""

from __future__ import annotations

from socialhub.incidents import Verdict
from socialhub.records import dataclass
from socialhub.store.connection import Connection


@dataclass(frozen=True, slots=True)
class RuleRecord:
    """The alerts of a rule (of a kind, where no rule raised them), and how many were judged to be what."""

    rule: str
    alerts: int
    real: int
    false: int
    not_actionable: int

    @property
    def judged(self) -> int:
        """Alerts with a verdict."""
        return self.real + self.false + self.not_actionable

    @property
    def precision(self) -> float | None:
        """The share of real ones (0…1) among the judged; None while none is judged."""
        return self.real / self.judged if self.judged else None


def rule_records(db: Connection, since: int) -> list[RuleRecord]:
    """The record of each rule over the alerts that began since then (ms UTC), the most often raised first."""
    rows = db.execute(
        "SELECT CASE rule WHEN '' THEN kind ELSE rule END AS name, count(*),"
        " sum(verdict = ?), sum(verdict = ?), sum(verdict = ?)"
        " FROM alerts WHERE started >= ? GROUP BY name ORDER BY count(*) DESC, name",
        (Verdict.REAL.value, Verdict.FALSE.value, Verdict.NOT_ACTIONABLE.value, since),
    )
    return [RuleRecord(*row) for row in rows]
