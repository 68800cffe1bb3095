"""The rules of X's filtered stream: what the app is sent. They are made equal to what is wanted.

An app has one stream and one set of rules: those of another program are taken away, since every post they match would
be paid for.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any, Final

import msgspec

from socialhub import text
from socialhub.errors import SourceError
from socialhub.sources.pages import decode_answer
from socialhub.sources.x_api import Meta, Problem, XApi

PATH: Final = "/2/tweets/search/stream/rules"
_AT_ONCE: Final = 100
_MOST_PAGES: Final = 10


class Rule(msgspec.Struct):
    """A rule as X keeps it."""

    id: str | int
    value: str = ""
    tag: str | None = None


class _Rules(msgspec.Struct):
    data: list[Rule] | None = None
    errors: list[Problem] | None = None
    meta: Meta | None = None


def tag_of(query: str) -> str:
    """By which a streamed post tells what it was sent for."""
    return hashlib.sha256(query.encode()).hexdigest()[:12]


async def keep_rules(api: XApi, wanted: Iterable[str]) -> None:
    """Make the rules of the app these queries; raises SourceError, "refused-question" for one that X does not take."""
    queries = dict.fromkeys(wanted)
    present = await _present(api)
    kept = {rule.value for rule in present if rule.tag == tag_of(rule.value)}
    missing = [query for query in queries if query not in kept]
    surplus = [rule for rule in present if rule.value not in queries or rule.value not in kept]
    # A rule of the same words under another tag must go before ours can come.
    twins = [rule for rule in surplus if rule.value in queries]
    await _delete(api, twins)
    for added in _portions(missing):
        await _change(api, {"add": [{"value": query, "tag": tag_of(query)} for query in added]})
    await _delete(api, [rule for rule in surplus if rule not in twins])


async def _present(api: XApi) -> list[Rule]:
    rules: list[Rule] = []
    token = ""
    for _page in range(_MOST_PAGES):
        answer = await api.free(PATH, {"pagination_token": token} if token else None)
        found = decode_answer(answer.body, _Rules, api.host)
        rules += found.data or []
        token = (found.meta.next_token if found.meta else None) or ""
        if not token:
            break
    return rules


async def _delete(api: XApi, rules: Sequence[Rule]) -> None:
    for portion in _portions(rules):
        await _change(api, {"delete": {"ids": [str(rule.id) for rule in portion]}})


async def _change(api: XApi, payload: dict[str, Any]) -> None:
    answer = decode_answer((await api.tell(PATH, payload)).body, _Rules, api.host)
    if answer.errors:
        said = answer.errors[0]
        detail = " ".join(each for each in (said.title, said.detail, str(said.value or "")) if each)
        clean = text.clip(text.clean(detail, single_line=True), 120)
        raise SourceError("refused-question", host=api.host, detail=clean)


def _portions(whole: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return [whole[start : start + _AT_ONCE] for start in range(0, len(whole), _AT_ONCE)]
