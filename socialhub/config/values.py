"""One value of a config at a time: from what TOML gave to what the settings hold, or a sentence saying why not.

Each form of `Meaning` has a function here. What might be a secret is never repeated in a sentence.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

from socialhub.config.languages import LANGUAGE_CODES
from socialhub.config.problems import BadValue, nearest, shown
from socialhub.config.secrets import is_reference, literal_secret_in
from socialhub.config.time_values import TIME_FORMS
from socialhub.i18n import N_, _
from socialhub.records import dataclass
from socialhub.sources.settings import Meaning
from socialhub.text import clean, tokenise

LONGEST_NAME: Final = 64
LONGEST_TEXT: Final = 10_000
LONGEST_QUERY: Final = 20_000
"""As the language allows (`query.parser`, which is not imported for its number: a console starts without it)."""
LONGEST_ADDRESS: Final = 2_000
LONGEST_CONTACT: Final = 200

COLOURS: Final = ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white", "orange", "purple", "grey")

_HEX_COLOUR: Final = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
_SLUG: Final = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_CONTACT: Final = re.compile(r"[!-'*-\[\]-~](?: ?[!-'*-\[\]-~])*")
_BARE_HOST: Final = re.compile(r"[\w-]+(?:\.[\w-]+)+(?:[:/?].*)?")

_TYPE_NAMES: Final[dict[type, str]] = {
    str: N_("a text in quotes"),
    int: N_("a whole number"),
    float: N_("a number"),
    bool: N_("true or false"),
    list: N_("a list in square brackets"),
    dict: N_("a table"),
}
_TIME_NAME: Final = N_("a date or time")


@dataclass(frozen=True, slots=True)
class Place:
    """Where the config lies (relative paths start at `folder`), and whether queries are parsed."""

    folder: Path
    check_queries: bool


def type_name(kind: type) -> str:
    """A type of TOML in words; dates and times have no use in a config and go by one word."""
    return _(_TYPE_NAMES.get(kind, _TIME_NAME))


def expect(raw: object, kind: type) -> Any:
    """`raw` if it has this type of TOML (a whole number is a number too); raises BadValue."""
    if type(raw) is kind:
        return raw
    if kind is float and type(raw) is int:
        if abs(raw) > 2**53:
            raise BadValue(_("this number is too large"))
        return float(raw)
    suggestion = ""
    if kind is list and isinstance(raw, str) and not literal_secret_in(raw):
        suggestion = f'["{shown(raw)}"]'
    elif isinstance(raw, str) and re.fullmatch("true|false" if kind is bool else "-?[0-9]{1,9}", raw):
        suggestion = raw
    message = _("expected {expected}, found {found}").format(expected=type_name(kind), found=type_name(type(raw)))
    raise BadValue(message, suggestion)


def read_form(raw: object, kind: type, meaning: Meaning | None, place: Place) -> Any:
    """What the settings hold for this value of TOML; raises BadValue."""
    if meaning is None:
        value = expect(raw, kind)
        return _text(value) if kind is str else value
    if meaning.form == "moment" and isinstance(raw, date):
        # TOML has times of its own; a date without a time is its first moment.
        return raw.isoformat()
    if meaning.form == "duration":
        if type(raw) is int:
            if str(raw) in meaning.choices:
                return raw
            raise BadValue(_("a length of time needs a unit"), f'"{shown(str(raw))} s"')
        kind = str
    return FORMS[meaning.form](expect(raw, kind), meaning, place)


def _text(value: str) -> str:
    """A text of one line, without a secret in it."""
    if clean(value, single_line=True) != value:
        raise BadValue(_("invisible characters, line breaks or blanks at the ends are not allowed here"))
    if len(value) > LONGEST_TEXT:
        raise BadValue(_("too long: at most {count} characters").format(count=LONGEST_TEXT))
    _refuse_secret(value)
    return value


def _refuse_secret(value: str) -> None:
    if part := literal_secret_in(value):
        hint = _("a secret is written in this address ({part}): take it out, and name it by env:NAME or keyring:NAME")
        raise BadValue(hint.format(part=shown(part)))


def _name(value: str, _meaning: Meaning, _place: Place) -> str:
    if not _text(value):
        raise BadValue(_("a name cannot be empty"))
    if len(value) > LONGEST_NAME:
        raise BadValue(_("too long: at most {count} characters").format(count=LONGEST_NAME))
    return value


def _source_name(value: str, meaning: Meaning, place: Place) -> str:
    _name(value, meaning, place)
    if "/" in value:
        raise BadValue(_("the name of a source has no / in it"), value.replace("/", "-"))
    if value.startswith("import:"):
        raise BadValue(_("names that start with import: are kept for imported files"), value.removeprefix("import:"))
    return value


def _json_object(value: str, _meaning: Meaning, _place: Place) -> str:
    """An object of JSON, written on one line whatever it was; a secret in it is refused like everywhere."""
    if not value:
        return value
    try:
        found = json.loads(value)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise BadValue(_("it must be an object of JSON"), '{"query": "mandarine"}')
    return _text(json.dumps(found))


def _slug(value: str, _meaning: Meaning, _place: Place) -> str:
    if value and (not _SLUG.fullmatch(value) or value != value.lower() or len(value) > LONGEST_NAME):
        raise BadValue(_("an id has small letters, digits and single hyphens only"))
    return value


def _choice(value: str, meaning: Meaning, _place: Place) -> str:
    if value not in meaning.choices:
        choices = [choice for choice in meaning.choices if choice]
        message = _("{written} is not one of {choices}").format(written=f'"{shown(value)}"', choices=", ".join(choices))
        raise BadValue(message, nearest(value.lower(), choices))
    return value


def _range(value: float, meaning: Meaning, _place: Place) -> float:
    least, greatest = meaning.choices
    if not float(least) <= value <= float(greatest):
        raise BadValue(_("must lie between {least} and {greatest}").format(least=least, greatest=greatest))
    return value


def _secret(value: str, _meaning: Meaning, _place: Place) -> str:
    if value and not is_reference(value):
        if value.startswith(("env:", "keyring:")):
            raise BadValue(_("this is not a name that env: or keyring: can have"))
        raise BadValue(_("a secret is never written here: name it, by env:NAME or keyring:NAME"))
    return value


def _split(value: str) -> SplitResult:
    """The parts of an address; raises BadValue for what cannot be one."""
    if len(value) > LONGEST_ADDRESS or not value.isprintable() or " " in value:
        raise BadValue(_("this is not an address: it is too long or has blanks in it"))
    try:
        parts = urlsplit(value)
        has_host = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        has_host = False
    if not has_host:
        suggestion = f"https://{value}" if _BARE_HOST.fullmatch(value) else ""
        raise BadValue(_("this is not a complete address"), "" if literal_secret_in(suggestion) else suggestion)
    return parts


def _url(value: str, _meaning: Meaning, _place: Place) -> str:
    _refuse_secret(value)
    scheme = _split(value).scheme
    if scheme not in ("http", "https", "ws", "wss"):
        message = _("{scheme}: is not a scheme that can be asked; use http, https, ws or wss")
        raise BadValue(message.format(scheme=shown(scheme)))
    return value


def _proxy(value: str, _meaning: Meaning, _place: Place) -> str:
    if not value or is_reference(value):
        return value
    _refuse_secret(value)
    if _split(value).scheme != "http":
        raise BadValue(_("a proxy is written http://host:port"))
    return value


def _contact(value: str, _meaning: Meaning, _place: Place) -> str:
    _refuse_secret(value)
    if value and (not _CONTACT.fullmatch(value) or len(value) > LONGEST_CONTACT):
        message = _("a contact is sent in a header: at most {count} plain characters, no accents, no parentheses")
        raise BadValue(message.format(count=LONGEST_CONTACT))
    return value


def _language(value: str, _meaning: Meaning, _place: Place) -> str:
    if value and value not in LANGUAGE_CODES:
        short = value.strip().lower()[:2]
        message = _("{written} is not the code of a language that can be told apart")
        raise BadValue(message.format(written=f'"{shown(value)}"'), short if short in LANGUAGE_CODES else "")
    return value


def _colour(value: str, _meaning: Meaning, _place: Place) -> str:
    if value and value not in COLOURS and not _HEX_COLOUR.fullmatch(value):
        message = _('a colour is written "#rrggbb" or is one of {choices}').format(choices=", ".join(COLOURS))
        raise BadValue(message, nearest(value.lower(), COLOURS))
    return value


def _path(value: str, _meaning: Meaning, place: Place) -> str:
    if not _text(value):
        raise BadValue(_("a path cannot be empty"))
    try:
        return str(place.folder / Path(value).expanduser())
    except RuntimeError:
        raise BadValue(_("nobody on this machine has this home folder")) from None


def _handle(value: str, _meaning: Meaning, _place: Place) -> str:
    _name(value, _meaning, _place)
    if "://" in value or "/" in value:
        page = urlsplit(value).path.rstrip("/").rpartition("/")[2]
        raise BadValue(_("a handle is meant here, not the address of a page"), page)
    if not value.lstrip("@") or " " in value or "*" in value:
        raise BadValue(_("a handle is one word: lea, lea@piaille.fr, lea.bsky.social or did:plc:…"))
    return value


def _byline(value: str, _meaning: Meaning, _place: Place) -> str:
    _name(value, _meaning, _place)
    if "*" in value or not tokenise(value):
        raise BadValue(_("a byline is the name under an article, word for word"))
    return value


def _site(value: str, _meaning: Meaning, _place: Place) -> str:
    _text(value)
    host = urlsplit(value if "://" in value else f"//{value}").netloc.rpartition("@")[2].partition(":")[0]
    plain = host.lower().removeprefix("www.")
    if not _BARE_HOST.fullmatch(plain):
        raise BadValue(_("a site is written as its domain: lemonde.fr"))
    if plain != value:
        raise BadValue(_("a site is written as its domain: lemonde.fr"), plain)
    return value


def _query(value: str, _meaning: Meaning, place: Place) -> str:
    if not value.strip():
        raise BadValue(_("this is empty: write what to look for"))
    if len(value) > LONGEST_QUERY:
        raise BadValue(_("too long: at most {count} characters").format(count=LONGEST_QUERY))
    if place.check_queries:
        _check_query(value)
    return value


def _check_query(value: str) -> None:
    from socialhub.query import QueryError, parse, topic_query_problems

    try:
        problems = topic_query_problems(parse(value))
    except QueryError as error:
        lines_down = value.count("\n", 0, error.position)
        message = f"{error.message}. {error.hint}" if error.hint else error.message
        raise BadValue(message, lines_down=lines_down) from error
    if problems:
        raise BadValue("; ".join(problems))


def _jmespath(value: str, _meaning: Meaning, _place: Place) -> str:
    from jmespath import compile as compiled
    from jmespath.exceptions import JMESPathError

    if not value:
        return value
    try:
        compiled(_text(value))
    except JMESPathError as error:
        message = _("this is not a JMESPath expression: {detail}").format(detail=shown(str(error).splitlines()[0]))
        raise BadValue(message) from None
    return value


FORMS: Final[dict[str, Callable[[Any, Meaning, Place], Any]]] = {
    **TIME_FORMS,
    "name": _name,
    "source-name": _source_name,
    "slug": _slug,
    "choice": _choice,
    "range": _range,
    "secret": _secret,
    "url": _url,
    "proxy": _proxy,
    "contact": _contact,
    "language": _language,
    "colour": _colour,
    "path": _path,
    "handle": _handle,
    "byline": _byline,
    "site": _site,
    "query": _query,
    "jmespath": _jmespath,
    "json-object": _json_object,
}
