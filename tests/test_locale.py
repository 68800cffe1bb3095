"""The catalogues: complete, in step with the code, and what the programs really load."""

from __future__ import annotations

import ast
import gettext
import os
import re
import string
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import click
import pytest
from babel.messages.catalog import Catalog, Message

from socialhub.cli.root import root
from socialhub.i18n import LANGUAGES, LOCALE_DIR
from socialhub.keys import KEYS
from socialhub.widgets.cells import width_of
from tests import catalogues

# Words in columns and hints: one that grows beyond this breaks a layout of 60 or 80 columns.
NARROW = {
    **dict.fromkeys(["ok", "late", "failing", "silent", "paused", "stopped", "waiting"], 7),
    **dict.fromkeys(["CRISIS", "ALERT", "note", "new", "all", "tone", "topic", "source"], 6),
    **dict.fromkeys(["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"], 5),
    **dict.fromkeys(["Enter", "Esc", "Shift+Tab", "PgUp", "PgDn", "Home", "End", "Space"], 7),
    **dict.fromkeys([key.label for key in KEYS], 20),
}


def messages(catalog: Catalog) -> list[Message]:
    """The messages without the header."""
    return [message for message in catalog if message.id]


def ids(message: Message) -> tuple[str, ...]:
    """The English forms."""
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def forms(message: Message) -> tuple[str, ...]:
    """The translated forms."""
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def fields(text: str) -> set[tuple[str, str | None, str | None]]:
    """The placeholders of a sentence: name, format, conversion."""
    return {(name, spec, turned) for _before, name, spec, turned in string.Formatter().parse(text) if name is not None}


def ends(text: str) -> tuple[str, str]:
    """The white space around a text."""
    return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]


IN_FRENCH = messages(catalogues.stored("fr"))


@cache
def in_code() -> set[tuple[str, ...]]:
    """The messages that the code marks."""
    return {ids(message) for message in messages(catalogues.extracted())}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_holds_what_the_code_marks(language: str) -> None:
    told = {ids(message) for message in messages(catalogues.stored(language))}
    assert (sorted(in_code() - told), sorted(told - in_code())) == ([], []), "run make locale"


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_files_are_as_make_locale_writes_them(language: str) -> None:
    path, catalog = catalogues.po_path(language), catalogues.updated(language)
    assert path.read_bytes() == catalogues.written(catalog)
    assert path.with_suffix(".mo").read_bytes() == catalogues.compiled(catalog)


@pytest.mark.parametrize(("language", "plural_of_none"), [("fr", False), ("en", True)])
def test_the_header_says_what_gettext_needs_and_nothing_that_ages(language: str, plural_of_none: bool) -> None:
    loaded = gettext.translation("socialhub", LOCALE_DIR, languages=[language])
    needed = {"language", "mime-version", "content-type", "content-transfer-encoding", "plural-forms"}
    assert (set(loaded.info()), loaded.charset()) == (needed, "utf-8")
    counted = [loaded.ngettext("{count} source", "{count} sources", count) for count in (0, 1, 2)]
    assert [words.endswith("s") for words in counted] == [plural_of_none, False, True]


def marked_calls(path: Path) -> Iterator[ast.Call]:
    """Every call in a file that marks or words a message."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in catalogues.KEYWORDS:
            yield node


def test_every_marked_message_is_seen_by_the_extraction() -> None:
    """One inside an f-string or inside another marked call would silently stay English."""
    missed = []
    for path in sorted(catalogues.PACKAGE.rglob("*.py")):
        for call in marked_calls(path):
            words = tuple(
                each.value for each in call.args if isinstance(each, ast.Constant) and isinstance(each.value, str)
            )
            woven = any(isinstance(each, ast.JoinedStr) for each in call.args)
            if woven or (words and words not in in_code()):
                missed.append(f"{path.relative_to(catalogues.PACKAGE)}:{call.lineno}")
    assert missed == []


def commands(command: click.Command) -> Iterator[click.Command]:
    """A command and all below it."""
    yield command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found is not None
            yield from commands(found)


def test_every_help_of_the_command_line_is_in_the_catalogue() -> None:
    told = [each.help for each in commands(root)]
    told += [
        option.help
        for each in commands(root)
        for option in each.params
        if isinstance(option, click.Option) and not option.hidden
    ]
    assert len(told) > 80
    assert [words for words in told if not words or (words,) not in in_code()] == []


def test_french_says_everything_and_guesses_nothing() -> None:
    assert [ids(each) for each in IN_FRENCH if each.fuzzy] == []
    assert [ids(each) for each in IN_FRENCH if len(forms(each)) != len(ids(each)) or not all(forms(each))] == []


def test_placeholders_are_those_of_the_english_sentence() -> None:
    """A form may leave one out that it says in words, never name one that is not there."""
    said_in_words = {("number_type", "", None)}
    for each in IN_FRENCH:
        known = set[tuple[str, str | None, str | None]]().union(*map(fields, ids(each)))
        assert all(fields(form) <= known for form in forms(each)), ids(each)
        assert set[tuple[str, str | None, str | None]]().union(*map(fields, forms(each))) >= known - said_in_words, ids(
            each
        )


def test_nothing_invisible_and_the_same_edges_and_lines() -> None:
    for each in IN_FRENCH:
        for form in forms(each):
            assert ends(form) == ends(ids(each)[0]), ids(each)
            assert form.count("\n") == ids(each)[0].count("\n"), ids(each)
            assert not [char for char in form if unicodedata.category(char)[0] == "C" and char != "\n"], ids(each)
            assert unicodedata.is_normalized("NFC", form), ids(each)


def test_french_is_typeset() -> None:
    """No straight apostrophe, and a no-break space where French wants one."""
    wrong = [
        form
        for each in IN_FRENCH
        for form in forms(each)
        if "'" in form or re.search(r" [:;?!»%]|« |«(?!\u00a0)|(?<!\u00a0)»", form)
    ]
    assert wrong == []


def test_short_words_stay_short() -> None:
    by_id = {ids(each)[0]: forms(each) for each in IN_FRENCH}
    assert set(NARROW) <= set(by_id)
    assert [form for word, room in NARROW.items() for form in by_id[word] if width_of(form) > room] == []


def test_commands_and_keys_are_never_translated() -> None:
    """What one types is named alike in both languages."""
    typed = re.compile(
        r"--[a-z-]{3,}|\b[a-z]+\.(?:toml|contact|ca_file|retention)\b|\[\[?(?:hub|keys|sources|topics|wall)\]\]?|[A-Z]{3,}_[A-Z]+"
    )
    for each in IN_FRENCH:
        for english, form in zip(ids(each), forms(each), strict=True):
            assert sorted(typed.findall(english)) == sorted(typed.findall(form)), english


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--help"], ["Usage : socialhub", "Commandes :", "Ouvrir la console ; elle lance un collecteur"]),
        (["config", "--help"], ["Usage : socialhub config", "Lister toutes les erreurs", "Afficher cette aide."]),
        (["config", "init", "--help"], ["Ses concurrents : « SFR, Free »."]),
        (["search"], ["Usage : socialhub search", "Aide : « socialhub search", "Erreur : Il manque l’argument 'QUERY"]),
        (["--language", "en", "search"], ["Usage: socialhub search", "Error: Missing argument"]),
        (["serch"], ["Commande inconnue : 'serch'."]),
        (["status"], ["Il n’y a pas encore de cache dans ", "Lancez une fois « socialhub » ou « socialhub collect »."]),
    ],
)
def test_the_command_line_speaks_the_language_of_the_locale(
    arguments: list[str], said: list[str], tmp_path: Path
) -> None:
    """A real process: what click itself says is ours too."""
    environ = {**os.environ, "LANG": "fr_FR.UTF-8", "PYTHONUTF8": "1", "COLUMNS": "100", "HOME": str(tmp_path)}
    for name in ("LC_ALL", "LC_MESSAGES", "LANGUAGE", "SOCIALHUB_CONFIG", "SOCIALHUB_CACHE"):
        environ.pop(name, None)
    for name in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        environ[name] = str(tmp_path)
    ran = subprocess.run(
        [sys.executable, "-m", "socialhub", *arguments], env=environ, capture_output=True, encoding="utf-8", check=False
    )
    told = (ran.stdout + ran.stderr).replace("\u00a0", " ")
    assert [words for words in said if words not in told] == [], told
