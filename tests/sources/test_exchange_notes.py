"""What is kept of the last exchange of any source: enough to see what went wrong, bounded, and never a secret."""

from __future__ import annotations

import asyncio
import base64
import html
import json
import os
import sys
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack, aclosing, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, cast
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialhub.errors import SourceError
from socialhub.exchanges import LONGEST_ASKED, LONGEST_FACT, LONGEST_START, MOST_FACTS, Exchange
from socialhub.sources import create
from socialhub.sources.base import Source, SourceContext
from socialhub.sources.kinds import BUILT_IN, settings_class
from socialhub.sources.kinds.exec import ExecSettings
from socialhub.sources.kinds.imap import ImapSettings
from socialhub.sources.kinds.webhook import WebhookSettings
from socialhub.sources.notebook import Notebook
from socialhub.sources.redaction import HIDDEN, Redactor
from socialhub.sources.settings import Secret
from socialhub.text import clean
from tests.ledgers import ledger_on
from tests.servers import FEED, Answer, LoopbackServer, Request, make_client, make_context
from tests.sources.fake_imap import FakeImap
from tests.sources.test_every_contract import PLAYS
from tests.sources.test_imap import letter
from tests.sources.test_json import FIELDS
from tests.sources.test_webhook import free_port

FORMS: Final[tuple[Callable[[str], str], ...]] = (
    str,
    quote,
    lambda secret: quote(secret, safe=""),
    quote_plus,
    html.escape,
    lambda secret: json.dumps(secret)[1:-1],
    lambda secret: json.dumps(secret, ensure_ascii=False)[1:-1].replace("/", "\\/"),
    lambda secret: base64.b64encode(secret.encode()).decode(),
    lambda secret: secret.encode().hex(),
    str.upper,
)
"""How servers write back what they were sent."""
_ANY: Final = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=40)
_SECRET: Final = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S")), min_size=6, max_size=60)


@given(_SECRET, st.sampled_from(FORMS), _ANY, _ANY)
def test_no_secret_is_left_in_any_form_at_any_place(
    secret: str, form: Callable[[str], str], before: str, after: str
) -> None:
    redact = Redactor()
    redact.learn(secret)
    shown = redact(f"{before}{form(secret)}{after}")
    # What stands around it may hold letters of it; a text that holds it whole does not come out.
    assert clean(secret) not in shown
    assert form(secret) not in shown
    assert redact(shown) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://x.example/feed?token=abc123&page=2", f"https://x.example/feed?token={HIDDEN}&page=2"),
        ("https://u:p@x.example/", f"https://{HIDDEN}@x.example/"),
        ('{"next": "https://g.example/?access_token=EAAB\\u0026after=q"}', f"access_token={HIDDEN}\\u0026after=q"),
        ('{"accessJwt": "abc", "author": "Léa"}', f'{{"accessJwt": "{HIDDEN}", "author": "Léa"}}'),
        ('"{\\"refresh_token\\":\\"abc\\"}"', f'\\"refresh_token\\":\\"{HIDDEN}'),
        ("<api_key>abc</api_key><title>clé</title>", f"<api_key>{HIDDEN}</api_key><title>clé</title>"),
        ("Authorization: Bearer abc.DEF-123", f"Bearer {HIDDEN}"),
        ("see eyJhbGciOi.eyJzdWIiOi.c2lnbmF0 there", f"see {HIDDEN} there"),
        ('{"access_token": "cut off in the mid', f'"access_token": "{HIDDEN}'),
        ("client_secret=abc; theme=dark", f"client_secret={HIDDEN}; theme=dark"),
        (
            "basic understanding of a bearer bond, keywords: fibre",
            "basic understanding of a bearer bond, keywords: fibre",
        ),
    ],
)
def test_what_stands_where_secrets_stand_is_taken_out_unknown_as_it_is(text: str, shown: str) -> None:
    told = Redactor()(text)
    assert shown in told
    assert "abc" not in told


# ---- every kind that has a secret, against a server that tells all it is sent ----------------------------------------

KEYED: Final[dict[str, dict[str, Any]]] = {
    "bluesky": {"service": "{url}", "public_service": "{url}", "identifier": "lea.example", "search": ("fibre",)},
    "discourse": {"server": "{url}", "user": "lea", "posts": True},
    "facebook": {"server": "{url}", "pages": ("1234",)},
    "instagram": {"server": "{url}", "account": "1234"},
    "json": {"url": "{url}/api", "fields": FIELDS, "token_header": "X-Cle", "token_scheme": ""},
    "lemmy": {"server": "{url}", "search": ("fibre",)},
    "mastodon": {"server": "{url}", "search": ("fibre",)},
    "reddit": {"server": "{url}", "api": "{url}", "client_id": "qui", "subreddits": ("france",)},
    "rss": {"url": "{url}/flux?jeton=1"},
    "stackexchange": {"server": "{url}", "tags": ("fibre",)},
    "threads": {"server": "{url}", "search": ("fibre",)},
    "trustpilot": {"server": "{url}", "companies": ("mandarine.example",)},
    "x": {"server": "{url}", "search": ("fibre",)},
    "youtube": {"server": "{url}", "feeds": "{url}", "search": ("fibre",)},
}
ELSEWHERE: Final = {"imap", "webhook"}
"""Kinds with a secret whose servers speak no HTTP, or that are a server: tried below."""
HARD: Final = 's3cret/"é+&= %\\u'


def secret_keys(kind: str) -> list[str]:
    """The settings of a kind that are secrets."""
    chosen = settings_class(kind)
    assert chosen is not None
    found = {
        **{
            name: note
            for base in reversed(chosen.__mro__)
            for name, note in vars(base).get("__annotations__", {}).items()
        }
    }
    return [name for name, note in found.items() if note in (Secret, "Secret")]


def test_every_kind_with_a_secret_is_tried() -> None:
    assert {kind for kind in BUILT_IN if secret_keys(kind)} == {*KEYED, *ELSEWHERE}


async def echo(request: Request, writer: asyncio.StreamWriter, status: int, kind: str) -> None:
    """Tell all that was sent, as it was sent and in other forms."""
    sent = f"{request.method} {request.path} {dict(request.headers)} {request.body.decode()}"
    forms = [form(value) for value in (sent, *request.headers.values()) for form in FORMS]
    told = json.dumps({"error": forms, "access_token": sent}) if kind == "application/json" else "\n".join(forms)
    headers = {"Content-Type": kind, "ETag": sent[:2000], "X-RateLimit-Remaining": "7", "Set-Cookie": sent[:2000]}
    clean_headers = {name: value.replace("\r", " ").replace("\n", " ") for name, value in headers.items()}
    safe_headers = {name: value.encode("latin-1", "replace").decode("latin-1") for name, value in clean_headers.items()}
    await Answer(told.encode(), status, safe_headers)(request, writer)


def filled(keys: Mapping[str, Any], url: str) -> dict[str, Any]:
    return {key: value.replace("{url}", url) if isinstance(value, str) else value for key, value in keys.items()}


async def once(source: Source, seconds: float = 20.0) -> SourceError | None:
    """Run it once; what it raises is told."""
    try:
        async with asyncio.timeout(seconds):
            async with aclosing(cast(Any, source.run({}))) as batches:
                async for _batch in batches:
                    if source.streaming:
                        break
    except SourceError as error:
        return error
    except TimeoutError:
        return None
    finally:
        await source.close()
    return None


def noted(context: SourceContext, notebook: Notebook, secret: Callable[[str], str]) -> SourceContext:
    """The context as the collector makes it."""
    client = context.client.noted_in(notebook)
    return replace(context, client=client, secret=notebook.secrets(secret), notebook=notebook)


def assert_kept_well(exchange: Exchange | None, *secrets: str) -> Exchange:
    """Bounded, readable, without these."""
    assert exchange is not None
    stored = exchange.to_json()
    assert Exchange.from_json(stored) == exchange
    for secret in secrets:
        for form in FORMS:
            if form(secret):
                assert form(secret) not in stored, (secret, form)
                assert form(secret) not in json.dumps(json.loads(stored)), (secret, form)
    assert len(exchange.asked) <= LONGEST_ASKED
    assert len(exchange.start) <= LONGEST_START
    assert len(exchange.facts) <= MOST_FACTS
    assert all(len(value) <= LONGEST_FACT for _code, value in exchange.facts)
    return exchange


@pytest.mark.parametrize("kind", sorted(KEYED))
async def test_no_secret_of_a_source_is_kept_though_its_server_tells_it(kind: str, tmp_path: Path) -> None:
    secrets = {key: f"{HARD}{key}" if key not in ("key",) else f"clef-{key}-s3cret" for key in secret_keys(kind)}
    # What travels in a header must be ASCII.
    secrets = {key: secret if key == "password" else secret.replace("é", "e") for key, secret in secrets.items()}
    for status, form in ((200, "application/json"), (401, "text/html"), (500, "application/json")):

        async def answer(request: Request, writer: asyncio.StreamWriter, code: int = status, form: str = form) -> None:
            await echo(request, writer, code, form)

        async with LoopbackServer({"*": answer}) as server, AsyncExitStack() as stack:
            chosen = settings_class(kind)
            assert chosen is not None
            references = {key: f"env:{key.upper()}" for key in secrets}
            keys = filled(KEYED[kind], server.url("")) | references
            settings = chosen(name="essai", allow_private=True, **keys)
            client = make_client(total_seconds=5.0)
            stack.push_async_callback(client.close)
            ledger = await stack.enter_async_context(ledger_on(tmp_path / "cache.db", settings.caps, client._clock))
            notebook = Notebook()
            context = noted(
                make_context(client, None, ledger), notebook, lambda name: secrets[name.removeprefix("env:").lower()]
            )
            error = await once(create(settings, context), 5.0)
            assert server.requests, "it was asked"
            told = assert_kept_well(notebook.told(failed=error is not None), *secrets.values())
            assert told.answer == str(status)
            assert told.asked.split(" ")[1].startswith(server.url(""))
            assert ("x-ratelimit-remaining", "7") in told.facts
            assert not any("cookie" in code for code, _value in told.facts)


@pytest.mark.parametrize("name", sorted(set(PLAYS) - {"replay", "webhook"}))
async def test_each_kind_tells_its_last_exchange(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "given"
    folder.mkdir()
    async with PLAYS[name](folder) as play, AsyncExitStack() as stack:
        chosen = settings_class(play.kind)
        assert chosen is not None
        settings = chosen(name=name, allow_private=True, **play.keys)
        client = make_client(clock=play.clock)
        stack.push_async_callback(client.close)
        ledger = await stack.enter_async_context(ledger_on(tmp_path / "cache.db", settings.caps, play.clock))
        notebook = Notebook(play.clock.now)
        context = noted(make_context(client, play.clock, ledger), notebook, str)
        assert await once(play.create(settings, context)) is None
    told = assert_kept_well(notebook.told(failed=False), *play.secrets)
    assert told.at == pytest.approx(play.clock.now(), abs=60_000)
    if name in ("exec_", "file"):
        assert int(dict(told.facts)["lines"]) > 0
    else:
        assert told.answer in ("200", "101")
        assert told.asked.startswith("GET ")


async def test_what_matches_nothing_is_not_kept_by_its_exchange_but_what_failed_is() -> None:
    for status, kept in ((200, False), (500, True)):
        async with LoopbackServer(
            {"*": Answer(b'{"text": "prive"}', status, {"Content-Type": "application/json"})}
        ) as server:
            notebook = Notebook(keeps_texts=False)
            client = make_client().noted_in(notebook)
            with suppress(SourceError):
                await client.get(server.url("/"), allow_private=True)
            await client.close()
            told = assert_kept_well(notebook.told(failed=not kept))
            assert ("prive" in told.start) is kept


async def test_that_which_failed_is_told_and_not_what_went_well_after_it() -> None:
    async with LoopbackServer({"/broken": Answer(b"sorry", 503), "*": Answer(FEED)}) as server:
        notebook = Notebook()
        client = make_client().noted_in(notebook)
        for path in ("/a", "/broken", "/b"):
            with suppress(SourceError):
                await client.get(server.url(path), allow_private=True)
        await client.close()
    assert assert_kept_well(notebook.told(failed=True)).start == "sorry"
    told = assert_kept_well(notebook.told(failed=False))
    assert told.asked.endswith("/b")
    assert ("questions", "3") in told.facts
    assert 0 < notebook.slowest < 20


async def test_a_stream_stands_for_itself_whatever_is_asked_beside_it() -> None:
    async with LoopbackServer({"/gone": Answer(b"gone", 404), "*": Answer(b"data: 1\n\n")}) as server:
        notebook = Notebook()
        client = make_client().noted_in(notebook)
        async with client.stream_lines(server.url("/stream"), allow_private=True) as lines:
            assert [line async for line in lines] == [b"data: 1", b""]
            notebook.heard(2)
            with suppress(SourceError):
                await client.get(server.url("/gone"), allow_private=True)
            await client.get(server.url("/post"), allow_private=True)
            notebook.heard(1)
        await client.close()
    for failed in (False, True):
        told = assert_kept_well(notebook.told(failed=failed))
        assert told.asked.endswith("/stream")
        assert dict(told.facts)["entries"] == "3"


async def test_who_does_not_answer_is_told_too() -> None:
    notebook = Notebook()
    client = make_client(total_seconds=5.0).noted_in(notebook)
    with pytest.raises(SourceError):
        await client.get("http://127.0.0.1:1/?key=abc", allow_private=True)
    await client.close()
    told = assert_kept_well(notebook.told(failed=True), "abc")
    assert (told.answer, told.size) == ("", None)
    assert told.asked == f"GET http://127.0.0.1:1/?key={HIDDEN}"


# ---- what is no HTTP server ------------------------------------------------------------------------------------------


async def test_a_mailbox_tells_its_search_and_no_password() -> None:
    async with FakeImap({7: letter(7)}) as server:
        settings = ImapSettings(
            name="m", host="127.0.0.1", port=server.port, user="desk", password="env:PASSE", encryption="none",
            allow_private=True,
        )  # fmt: skip
        notebook = Notebook()
        client = make_client()
        secret = 'mot "de" passe'
        assert await once(create(settings, noted(make_context(client), notebook, lambda _name: secret))) is None
        told = assert_kept_well(notebook.told(failed=False), secret)
        assert told.asked.startswith(f"imap://127.0.0.1:{server.port}/INBOX UID SEARCH SINCE ")
        assert dict(told.facts)["letters"] == "1"
        notebook.begin()
        error = await once(create(settings, noted(make_context(client), notebook, lambda _name: "faux-secret")))
        assert error is not None
        told = assert_kept_well(notebook.told(failed=True), "faux-secret")
        assert told.answer == ""
        assert told.asked.endswith("/INBOX LOGIN, EXAMINE")
        await client.close()


async def test_a_program_tells_its_end_and_not_what_it_was_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLEF_DU_CRM", "tres-secret-42")
    code = "import os, sys; key = os.environ['CLEF_DU_CRM']; print(key); sys.exit(f'no {key}')"
    settings = ExecSettings(name="p", command=(sys.executable, "-c", code), form="lines", pass_env=("CLEF_DU_CRM",))
    notebook = Notebook()
    client = make_client()
    error = await once(create(settings, noted(make_context(client), notebook, str)))
    await client.close()
    assert error is not None
    told = assert_kept_well(notebook.told(failed=True), os.environ["CLEF_DU_CRM"])
    assert told.answer == "exit 1"
    assert told.asked.startswith(sys.executable)
    assert dict(told.facts) == {"lines": "1", "complaint": f"no {HIDDEN}"}
    assert told.start == HIDDEN


async def test_who_posts_is_told_but_not_how_they_proved_it() -> None:
    port, secret = free_port(), "jeton-du-relais"
    settings = WebhookSettings(name="w", port=port, secret="env:HOOK")
    notebook = Notebook()
    client = make_client()
    source = create(settings, noted(make_context(client), notebook, lambda _name: secret))

    async def post(token: str, body: bytes) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        head = f"POST /?token={token} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n"
        head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        writer.write(head.encode() + body)
        await reader.read()
        writer.close()

    async with aclosing(cast(Any, source.run({}))) as batches:
        await anext(batches)
        assert assert_kept_well(notebook.told(failed=False), secret).asked == f"http://127.0.0.1:{port}/"
        await post("faux-jeton", b'{"faux": 1}')
        told = assert_kept_well(notebook.told(failed=False), "faux-jeton", secret)
        assert (told.answer, told.start) == ("401", "")
        await post(secret, json.dumps({"no": "item", "mine": secret}).encode())
        told = assert_kept_well(notebook.told(failed=False), secret)
        assert told.answer == "422"
        assert '"no": "item"' in told.start
        line = {"native_id": "1", "text": "fibre", "published_at": "2026-11-21T10:00:00Z"}
        posting = asyncio.create_task(post(secret, json.dumps(line).encode()))
        batch = await anext(batches)
        notebook.heard(len(batch.items))
        storing = asyncio.create_task(anext(batches))
        await posting
        storing.cancel()
        with suppress(asyncio.CancelledError):
            await storing
        told = assert_kept_well(notebook.told(failed=False), secret)
        assert told.answer == "202"
        assert dict(told.facts)["entries"] == "1"
    await client.close()
