"""What sort of author somebody is: by correction, by watchlist, by careful rules; always with the reason. Pure.

A rule speaks only where it is hard to be wrong; where none does, the role is unknown. Words are compared folded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from socialhub.records import dataclass
from socialhub.text import fold, tokenise, tokens_with_spans


class Role(StrEnum):
    """What sort of author somebody is."""

    PRESS = "press"
    INSTITUTION = "institution"
    JOURNALIST = "journalist"
    POLITICIAN = "politician"
    EMPLOYEE = "employee"
    PARTNER = "partner"
    CUSTOMER = "customer"
    UNKNOWN = "unknown"


class Because(StrEnum):
    """What a role is told by."""

    CORRECTED = "corrected"
    LIST = "list"
    DOMAIN = "domain"
    BIO = "bio"
    SITE = "site"
    BYLINE = "byline"
    MARK = "mark"
    POST = "post"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Judged:
    """A role, what told it, and the words, list, domain or operator in question."""

    role: Role
    because: Because
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of an author. `lists` are (name, kind) of the watchlists, `list_role` what they say of the person;
    `site_class` the class of the site of their articles, `brands` the names of our own brands; `texts` are their posts.
    """

    lists: tuple[tuple[str, str], ...] = ()
    list_role: str = ""
    handle: str = ""
    author: str = ""
    bio: str = ""
    site: str = ""
    site_class: str = ""
    has_articles: bool = False
    brands: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()


PRESS_CLASSES: Final = frozenset({"national-press", "regional-press", "trade-press", "tech-press", "broadcast"})
_OF_LIST: Final = {
    "press": Role.PRESS,
    "institution": Role.INSTITUTION,
    "partner": Role.PARTNER,
    "employee": Role.EMPLOYEE,
}
_STATE_DOMAINS: Final = (
    *("gouv.fr", "senat.fr", "assemblee-nationale.fr", "arcep.fr", "europa.eu"),
    *("gov", "gov.uk", "admin.ch", "gouv.qc.ca"),
)


def _one_of(*words: str) -> str:
    return f"(?:{'|'.join(words)})"


_NOT_NOW: Final = _one_of(
    *("ex", "ancienn?e?s?", "former", "future?", "retraitee?", "etudiante?", "student", "aspiring", "pas", "not"),
    *("collabora(?:teur|trice)", "assistante?", "attachee?", "suppleante?", "equipe", "cabinet", "staffer"),
    *("fan", "soutien", "supporter", "mari", "femme", "fille", "fils"),
)
"""Words shortly before a trade that say it is another's, or another time's."""
_JOURNALIST: Final = _one_of(
    *("journalistes?", "reporters?", "redac chef", "redact(?:eur|rice) en chef", "editorialiste"),
    *("correspondante?s? (?:de|du|a|pour)", "journalist", "news editor", "correspondent (?:at|for)"),
)
_POLITICIAN: Final = _one_of(
    *("deputee?s?", "senat(?:eur|rice)", "eurodeputee?", "maire", "ministre", "secretaire d etat"),
    *("conseill(?:er|ere) (?:municipale?|regionale?|departementale?)", "presidente? (?:de la region|du departement)"),
    *("member of parliament", "mp for", "mep", "senator", "congress(?:man|woman)", "mayor of", "minister for"),
)
_BODY: Final = _one_of(
    *("mairie", "ville", "commune", "metropole", "departement", "region", "prefecture", "prefete?", "ministere"),
    *("gendarmerie", "police", "sdis", "pompiers", "universite"),
)
_OFFICIAL: Final = _one_of(
    f"(?:compte|page) officiel(?:le)? (?:de la|de l|du|des|de) {_BODY}",
    "official account of the (?:ministry|city|police|council)",
)
_WORKS: Final = (
    _one_of(
        *("salariee?", "employee?", "collabora(?:teur|trice)", "conseill(?:er|ere)(?: client(?:ele)?)?", "ingenieure?"),
        *("technicien(?:ne)?", "je (?:travaille|bosse)", "work", "works", "working", "engineer", "porte parole"),
        "community manager",
    )
    + " (?:chez|at|for|de|d|of|pour) {brands}"
)
_CUSTOMER: Final = _one_of(
    *("je suis (?:client|cliente|abonnee?)", "(?:client|cliente|abonnee?) depuis", "votre cliente?"),
    *("cliente? (?:chez vous|(?:chez )?{brands})", "en tant que cliente?"),
    *("mon (?:contrat|abonnement|forfait) (?:chez )?{brands}", "ma (?:facture|box|ligne) (?:chez )?{brands}"),
    *("i (?:am|m) a {brands} customer", "as a {brands} customer", "been a (?:loyal )?customer"),
    "my {brands} (?:bill|contract|router|line)",
)
_NO_CUSTOMER: Final = _one_of("si", "plus", "pas", "devenir", "etais", "if", "not", "longer", "future?")
"""Words shortly before that say somebody is none, no more or not yet."""


def role_of(evidence: Evidence, corrected: Judged | None = None) -> Judged:
    """The role and why: a correction first, then watchlists, then the rules in the order of how sure they are."""
    if corrected is not None:
        return corrected
    for rule in (_by_list, _by_domain, _by_bio, _by_site, _by_posts):
        if (found := rule(evidence)) is not None:
            return found
    return Judged(Role.UNKNOWN, Because.NOTHING)


def _by_list(evidence: Evidence) -> Judged | None:
    named = evidence.list_role
    for words, role in ((_POLITICIAN, Role.POLITICIAN), (_JOURNALIST, Role.JOURNALIST)):
        if evidence.lists and _says(words, named):
            return Judged(role, Because.LIST, f"{evidence.lists[0][0]}, {evidence.list_role}")
    for name, kind in evidence.lists:
        if kind in _OF_LIST:
            return Judged(_OF_LIST[kind], Because.LIST, name)
    return None


def _by_domain(evidence: Evidence) -> Judged | None:
    """A handle that is a domain, or lies on its server, was given out by who owns the domain."""
    for host in filter(
        None, (evidence.handle.rpartition("@")[2].lower(), evidence.site.lower() if evidence.has_articles else "")
    ):
        for domain in _STATE_DOMAINS:
            if host.endswith(f".{domain}") or (host == domain and "." in domain):
                return Judged(Role.INSTITUTION, Because.DOMAIN, host)
    return None


def _by_bio(evidence: Evidence) -> Judged | None:
    bio = evidence.bio
    for brand in evidence.brands:
        mark = f"#team{fold(brand).replace(' ', '')}"
        if mark in tokenise(evidence.bio):
            return Judged(Role.EMPLOYEE, Because.MARK, mark)
    works = _WORKS.format(brands=_any_of(evidence.brands))
    for words, role in (
        (_OFFICIAL, Role.INSTITUTION),
        (works if evidence.brands else "", Role.EMPLOYEE),
        (_JOURNALIST, Role.JOURNALIST),
        (_POLITICIAN, Role.POLITICIAN),
    ):
        if words and (said := _says(words, bio)):
            return Judged(role, Because.BIO, said)
    return None


def _by_site(evidence: Evidence) -> Judged | None:
    """Who signs on a site of the press with a name of two words or more is a journalist; else it is the press."""
    if not evidence.has_articles or evidence.site_class not in PRESS_CLASSES:
        return None
    if not evidence.handle and _is_name(evidence.author):
        return Judged(Role.JOURNALIST, Because.BYLINE, evidence.site)
    return Judged(Role.PRESS, Because.SITE, evidence.site)


_NAME: Final = re.compile(r"[^\W\d_][\w'’.-]*(?: [^\W\d_][\w'’.-]*){1,3}")
_DESK: Final = frozenset(
    {
        *("redaction", "service", "agence", "equipe", "avec", "afp", "reuters"),
        *("newsroom", "staff", "desk", "editors", "by", "press"),
    }
)
"""Words of a signature that is nobody's name."""


def _is_name(author: str) -> bool:
    words = author.split()
    written_so = all(word[0].isupper() or word in ("de", "du", "le", "la", "van", "von", "da") for word in words)
    return bool(_NAME.fullmatch(author)) and written_so and not _DESK & set(fold(author).split())


def _by_posts(evidence: Evidence) -> Judged | None:
    words = _CUSTOMER.format(brands=_any_of(evidence.brands))
    for text in evidence.texts:
        for brand in evidence.brands:
            if (mark := f"#team{fold(brand).replace(' ', '')}") in tokenise(text):
                return Judged(Role.EMPLOYEE, Because.MARK, mark)
    for text in evidence.texts:
        if said := _says(words, text, unlike=_NO_CUSTOMER):
            return Judged(Role.CUSTOMER, Because.POST, said)
    return None


def _words(text: str) -> str:
    return " ".join(token.lstrip("#") for token in tokenise(text))


def _any_of(brands: Iterable[str]) -> str:
    names = [re.escape(_words(brand)) for brand in brands if _words(brand)]
    return f"(?:{'|'.join(names)})" if names else r"(?!)"


def _says(words: str, text: str, *, unlike: str = _NOT_NOW) -> str:
    """The words as they stand in a text; "" when they are not in it or something shortly before says otherwise."""
    folded = _words(text)
    for match in re.finditer(rf"(?<!\S){words}(?!\S)", folded):
        before = folded[: match.start()].split()
        if not re.search(rf"\b{unlike}\b", " ".join(before[-3:])):
            places = tokens_with_spans(text)[len(before) : len(before) + len(match[0].split())]
            return text[places[0][1] : places[-1][2]]
    return ""
