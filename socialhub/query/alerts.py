"""The language asked of an alert: words of its sentence, and what it is about. What a silence hides is said in it."""

from __future__ import annotations

from typing import Final

from socialhub.i18n import _
from socialhub.incidents import AlertKind, Severity
from socialhub.query.errors import QueryError
from socialhub.query.fields import FRENCH_NAMES, Vocabulary, ascii_lower, bare_words, read_choice
from socialhub.query.tree import Field, Node
from socialhub.text import clean

ALERT_FIELDS: Final = ("topic", "kind", "severity", "place", "source", "rule")
_CHOICES: Final = {
    "kind": tuple(kind.value for kind in AlertKind),
    "severity": tuple(severity.name.lower() for severity in reversed(Severity)),
}
_FRENCH: Final = {written: name for written, name in FRENCH_NAMES.items() if name in ALERT_FIELDS} | {
    "gravité": "severity",
    "gravite": "severity",
    "règle": "rule",
    "regle": "rule",
}


def _read_alert_field(name: str, raw: str, position: int) -> Node:
    value = clean(raw, single_line=True)
    if name in _CHOICES:
        return read_choice(name, value, _CHOICES[name], position)
    if "*" in value:
        raise QueryError(_("* cannot be used in {field}:").format(field=name), position, _("the whole value"))
    normal = bare_words(value) if name == "place" else ascii_lower(value)
    if not normal:
        raise QueryError(_("{field}: has no value").format(field=name), position, _("a value"))
    return Field(name, normal)


ALERTS: Final = Vocabulary(ALERT_FIELDS, _FRENCH, {}, _read_alert_field)
