"""Every kind of rules has words for people."""

from __future__ import annotations

import pytest

from socialhub.alert_rules import USUAL_RULES
from socialhub.alerts.kind_words import looked_for


@pytest.mark.parametrize("kind", [*USUAL_RULES, "keyword"])
def test_what_a_rule_looks_for_is_told_in_words(kind: str) -> None:
    assert looked_for(kind) != kind
