"""Who wrote an entry, as feeds tell it: names, "mail (name)", "name <mail>", a bare address. Pure."""

from __future__ import annotations

import re
from typing import Any, Final

from socialhub import text
from socialhub.sources.feed_model import valid

_MAIL: Final = re.compile(r"[^\s<>()\"',;]+@[^\s<>()\"',;]+")
_LEFT_OVER: Final = re.compile(r"[(<\[]\s*(?:mailto:)?\s*[)>\]]|\bmailto:")
_TAG: Final = re.compile(r"</?[a-z][^<>]*>", re.IGNORECASE)


def author_of(holder: Any) -> str:
    """The names of who wrote an entry or a feed of feedparser's, "" when nobody is named."""
    people = dict.get(holder, "authors") or ()
    names = [valid(person.get("name")) for person in people]
    told = valid(dict.get(holder, "author"))
    # feedparser takes RSS's one line apart, and cuts addresses in domains of more than four letters (.paris) in two.
    if "@" in told and people and told != f"{names[-1]} ({valid(people[-1].get('email'))})":
        names[-1] = person_of(told)
    joined = ", ".join(dict.fromkeys(name for name in names if name)) or person_of(told)
    return valid(text.from_html(joined)) if _TAG.search(joined) else joined


def person_of(told: str) -> str:
    """The name beside a mail address, the address where there is none: the name is what people know."""
    if "@" not in told:
        return told
    name = _LEFT_OVER.sub("", _MAIL.sub("", told)).strip(" ,;-")
    if name.startswith("(") and name.endswith(")"):
        name = name[1:-1].strip()
    return name.strip("\"'") or told
