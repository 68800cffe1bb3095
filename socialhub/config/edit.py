"""Topics changed in config.toml itself: comments, order and layout stay as their author made them.

A change is made on the text, read by the loader as if it were in force, and only then put in the place of the file, in
one step. What cannot be saved is refused with the reason and with what to paste by hand.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import stat
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from socialhub.config.checks import slug
from socialhub.config.loading import content_of, decoded, read
from socialhub.config.settings import Config, TopicSettings, plain
from socialhub.errors import EXIT_ENVIRONMENT, UserError
from socialhub.i18n import _
from socialhub.records import dataclass

if TYPE_CHECKING:
    from tomlkit import TOMLDocument
    from tomlkit.items import AoT, String, Table

_LINE: Final = 100
"""Characters from which a query is written over several lines."""
_MARK: Final = b"\xef\xbb\xbf"
"""The byte order mark that some editors put before UTF-8."""
_BARE_LINE_END: Final = re.compile(rb"(?<!\r)\n")


@dataclass(frozen=True, slots=True)
class TopicChange:
    """What a topic is to be; `id` names an existing one. What is None stays as it is."""

    id: str = ""
    name: str | None = None
    kind: str | None = None
    query: str | None = None


class EditRefused(UserError):
    """The file stays as it was; `paste` is the TOML that says what was meant."""

    def __init__(self, reason: str, paste: str) -> None:
        super().__init__(reason, _("To paste into the file by hand:") + "\n\n" + paste, EXIT_ENVIRONMENT)
        self.paste = paste


class TopicEditor:
    """Changes to the topics of one config file as it was when this was made."""

    def __init__(self, path: Path, *, demo: bool = False) -> None:
        """`demo` files are never written. Raises ConfigProblems when the file cannot be used as it is."""
        self._path, self._demo = path, demo
        self._before = content_of(path)
        self._text = decoded(self._before, path)
        self._config = read(self._text, path)

    def add(self, change: TopicChange) -> Config:
        """Write a new topic (with name, kind and query) into the file; returns the config as it is then.

        Raises EditRefused, ConfigProblems or QueryError; the file is then as it was.
        """
        own = slug(change.name or "")
        topic = TopicSettings(id=change.id or own, name=change.name or "", kind=change.kind or "", query=_read(change))
        written = {"id": topic.id} if topic.id != own else {}
        written |= {"name": topic.name, "kind": topic.kind, "query": topic.query}
        wanted = replace(self._config, topics=(*self._config.topics, topic))
        return self._save(lambda text: _with_topic(text, written), wanted, topic)

    def change(self, change: TopicChange) -> Config:
        """Write other values of an existing topic into the file; returns and raises as `add` does."""
        place = next((at for at, topic in enumerate(self._config.topics) if topic.id == change.id), None)
        if place is None:
            raise UserError(_("There is no topic {id} in {path}.").format(id=change.id, path=self._path))
        if change.query is not None:
            _read(change)
        given = {"name": change.name, "kind": change.kind, "query": change.query}
        values = {key: value for key, value in given.items() if value is not None}
        before = self._config.topics[place]
        topic = TopicSettings(**plain(before) | values)
        if slug(topic.name) != before.id == slug(before.name):
            # The id was made from the former name; counts and history hang on it.
            values = {"id": before.id, **values}
        topics = (*self._config.topics[:place], topic, *self._config.topics[place + 1 :])
        return self._save(lambda text: _with_values(text, place, values), replace(self._config, topics=topics), topic)

    def _save(self, edit: Callable[[str], str], wanted: Config, topic: TopicSettings) -> Config:
        paste = to_paste(topic)
        if self._demo:
            raise EditRefused(_("The demonstration's topics cannot be changed."), paste)
        text = edit(self._text)
        config = read(text, self._path) if text else None
        if config is None or not _says(config, wanted):
            raise EditRefused(_("{path} cannot be edited without moving things.").format(path=self._path), paste)
        if content_of(self._path) != self._before:
            raise EditRefused(_("{path} was changed by somebody else meanwhile.").format(path=self._path), paste)
        try:
            put_in_place(self._path, encoded(text, self._before))
        except OSError as error:
            message = _("{path} cannot be written ({detail}).").format(path=self._path, detail=error.strerror or error)
            raise EditRefused(message, paste) from error
        return config


def _read(change: TopicChange) -> str:
    """The query of a change; raises QueryError when it cannot be read."""
    from socialhub.query import parse

    query = change.query or ""
    parse(query)
    return query


def _says(config: Config, wanted: Config) -> bool:
    """Whether two configs say the same; queries are compared by what they ask, not by their line breaks."""
    if replace(config, topics=(), warnings=()) != replace(wanted, topics=(), warnings=()):
        return False
    pairs = list(zip(config.topics, wanted.topics, strict=False))
    return len(config.topics) == len(wanted.topics) and all(
        replace(one, query="") == replace(other, query="") and one.tree == other.tree for one, other in pairs
    )


def to_paste(topic: TopicSettings) -> str:
    """A topic as TOML, the id only where it is not made from the name."""
    import tomlkit

    written = {"id": "" if topic.id == slug(topic.name) else topic.id, "name": topic.name, "kind": topic.kind}
    table = _table({**{key: value for key, value in written.items() if value}, "query": topic.query})
    return tomlkit.dumps({"topics": [table]})


# ---- the text ----------------------------------------------------------------------------------------------------


def _with_topic(text: str, values: dict[str, str]) -> str:
    """The text with one more topic behind the others, or at its end when there is none; "" when that cannot be."""
    import tomlkit

    if (document := parsed(text)) is None:
        return ""
    present = document.get("topics")
    if isinstance(present, tomlkit.items.AoT) and present:
        put_behind(present, _table(values))
        return tomlkit.dumps(document)
    if isinstance(present, tomlkit.items.Array):
        inline = tomlkit.inline_table()
        for key, value in values.items():
            inline.append(key, _string(key, value, one_line=True))
        present.append(inline)
        return tomlkit.dumps(document)
    block = tomlkit.dumps({"topics": [_table(values)]})
    return f"{text.rstrip()}\n\n{block}" if text.strip() else block


def put_behind(topics: AoT, table: Table) -> None:
    """The comments that lead over to what follows the topics go on doing so."""
    import tomlkit

    after = end_of(topics[-1])
    topics[-1].value.body.append((None, tomlkit.nl()))
    topics.append(table)
    topics[-1].value.body.extend(after)


def end_of(table: Table) -> list[Any]:
    """Take the comments off the end of a table that are about what follows it; whoever asks puts them back."""
    import tomlkit

    body = table.value.body
    start = len(body)
    while start and body[start - 1][0] is None:
        start -= 1
    # A comment right below the last value is about that topic; what comes after an empty line is not.
    while start < len(body) and not isinstance(body[start][1], tomlkit.items.Whitespace):
        start += 1
    after = list(body[start:])
    del body[start:]
    return after


def _with_values(text: str, place: int, values: dict[str, str]) -> str:
    """The text with other values of the topic at `place`; "" when that cannot be."""
    import tomlkit

    if (document := parsed(text)) is None:
        return ""
    table = document["topics"][place]
    one_line = isinstance(table, tomlkit.items.InlineTable)
    for key, value in values.items():
        table[key] = _string(key, value, one_line=one_line)
    return tomlkit.dumps(document)


def parsed(text: str) -> TOMLDocument | None:
    """The document; None for one that tomlkit would write back differently (topics that do not stand together)."""
    import tomlkit

    document = tomlkit.parse(text)
    return document if tomlkit.dumps(document) == text else None


def _table(values: dict[str, str]) -> Table:
    import tomlkit

    table = tomlkit.table()
    for key, value in values.items():
        table.append(key, _string(key, value))
    return table


def _string(key: str, value: str, *, one_line: bool = False) -> String:
    """A value as people write it: quotes that need no escapes, long queries over several lines."""
    import tomlkit

    lines = [value] if one_line or key != "query" else _lines(value)
    if len(lines) == 1:
        literal = "'" not in lines[0] and any(sign in lines[0] for sign in '\\"')
        return tomlkit.string(lines[0], literal=literal)
    text = "\n".join(lines)
    if "\\" in text and "'''" not in text:
        written = f"'''\n{text}\n'''"
    else:
        escaped = text.replace("\\", "\\\\").replace('"""', '""\\"')
        written = f'"""\n{escaped}\n"""'
    # The line break after the opening quotes is no part of a value: tomlkit.string would put a second one behind it.
    item = tomlkit.parse(f"query = {written}")["query"]
    assert isinstance(item, tomlkit.items.String)
    return item


def _lines(query: str) -> list[str]:
    """A query in lines that are not too long; it stays on one where a break would change it."""
    from socialhub.query import parse

    written = query.strip()
    lines = [line.rstrip() for line in written.splitlines()]
    if len(lines) == 1 and len(written) > _LINE:
        lines = _broken(written)
    return lines if parse("\n".join(lines)) == parse(written) else [written]


def _broken(query: str) -> list[str]:
    """Broken at blanks outside of quotes."""
    words: list[str] = []
    for number, piece in enumerate(query.split('"')):
        inside = number % 2 == 1
        for place, word in enumerate([piece] if inside else piece.split(" ")):
            glued = f'"{word}"' if inside else word
            if words and (inside or place == 0):
                words[-1] += glued
            else:
                words.append(glued)
    lines = [""]
    for word in filter(None, words):
        if lines[-1] and len(lines[-1]) + 1 + len(word) > _LINE:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


# ---- the file ----------------------------------------------------------------------------------------------------


def put_in_place(path: Path, content: bytes) -> None:
    """Replace the file in one step, with its owner and rights; a link stays one. Raises OSError."""
    real = path.resolve()
    status = real.stat()
    # A file that nobody may write was meant to stay as it is, whoever we are.
    if not status.st_mode & 0o222 or not os.access(real, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    descriptor, name = tempfile.mkstemp(prefix=f".{real.name}.", dir=real.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(descriptor, stat.S_IMODE(status.st_mode))
            with contextlib.suppress(PermissionError):
                os.fchown(descriptor, status.st_uid, status.st_gid)
            file.write(content)
            file.flush()
            os.fsync(descriptor)
        os.replace(name, real)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def encoded(text: str, before: bytes) -> bytes:
    """The text with the line ends and the byte order mark that the file had."""
    if b"\r\n" in before and not _BARE_LINE_END.search(before):
        text = text.replace("\r\n", "\n").replace("\n", "\r\n")
    content = text.encode()
    return _MARK + content if before.startswith(_MARK) else content
