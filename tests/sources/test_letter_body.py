"""What letters say, however their programs wrote it: parts, character sets, flowing lines, quotes above and below."""

from __future__ import annotations

import base64

import pytest

from socialhub.sources.letter import draft_of
from socialhub.sources.letter_body import without_quotes

HEAD = "Date: Thu, 26 Nov 2026 10:00:00 +0100\r\nFrom: lea@client.example\r\nMessage-ID: <b@client.example>\r\n"


def said(head: str, body: str | bytes) -> str:
    raw = body if isinstance(body, bytes) else body.replace("\n", "\r\n").encode()
    return draft_of(f"{HEAD}{head}\r\n\r\n".encode() + raw, received=1).text


@pytest.mark.parametrize(
    ("kind", "body", "text"),
    [
        ("text/plain; charset=utf-7", b"+AMk-t+AOk-", "Été"),
        ("text/plain; charset=iso-2022-jp", b"\x1b$BF|K\\\x1b(B", "日本"),
        ("text/plain; charset=utf-16le", "Été".encode("utf-16-le"), "Été"),
        ("text/plain; charset=x-nonsense", b"\xe9t\xe9", "été"),
        ("text/plain; charset=us-ascii", "Été".encode(), "Été"),
        ("text", b"mot", "mot"),
        ("text/markdown", b"mot", "mot"),
        ('multipart/mixed; boundary="nowhere"', b"mot", "mot"),
        ("multipart/mixed", b"mot", "mot"),
        ('text/plain; name="message.txt"', b"mot", "mot"),
    ],
)
def test_a_text_is_read_whatever_it_is_called(kind: str, body: bytes, text: str) -> None:
    assert said(f"Content-Type: {kind}", body).strip() == text


def test_lines_flow_on_but_a_signature_starts_one() -> None:
    body = "Une panne \ndepuis \nhier.\n deux \nmots\n-- \nLéa"
    kind = "Content-Type: text/plain; charset=utf-8; format=flowed"
    assert said(kind, body) == "Une panne depuis hier.\ndeux mots\n-- \nLéa"
    assert said(f"{kind}; delsp=yes", "https://example.org/un- \ndeux") == "https://example.org/un-deux"


def parts(subtype: str, *each: tuple[str, str]) -> str:
    inside = "".join(f"--B\n{head}\n\n{body}\n" for head, body in each)
    return said(f"Content-Type: multipart/{subtype}; boundary=B", f"{inside}--B--\n")


PLAIN, HTML = "Content-Type: text/plain; charset=utf-8", "Content-Type: text/html; charset=utf-8"


def test_texts_around_a_picture_are_one_and_files_are_none() -> None:
    picture = ("Content-Type: image/png; name=a.png", "x")
    log = ("Content-Type: text/plain\nContent-Disposition: attachment; filename=log.txt", "SECRET")
    named = ("Content-Type: text/plain; name=notes.txt", "SECRET")
    assert parts("mixed", (PLAIN, "Avant"), picture, (PLAIN, "Après"), log, named) == "Avant\nAprès"


def test_of_alternatives_the_plain_one_is_read_unless_it_only_points_at_the_other() -> None:
    long = "<p>" + "Une panne touche Brest depuis hier soir. " * 12 + "</p>"
    assert parts("alternative", (PLAIN, "Une panne"), (HTML, "<p>Une panne</p>")) == "Une panne"
    assert parts("alternative", (PLAIN, ""), (HTML, "<p>Seul</p>")) == "Seul"
    assert parts("alternative", (PLAIN, "Voir en ligne : https://x.example"), (HTML, long)).startswith("Une panne")


def test_an_attached_letter_speaks_only_where_its_bearer_says_nothing() -> None:
    attached = ("Content-Type: message/rfc822", "From: tom@x.example\n\nTexte dedans")
    assert parts("mixed", (PLAIN, "Voir ci-joint"), attached) == "Voir ci-joint"
    assert parts("mixed", attached) == "Texte dedans"


def test_an_answer_below_or_between_what_it_quotes_is_kept() -> None:
    who = "Le 26/11/2026 à 10:00, Rail <aide@rail.example> a écrit :"
    assert without_quotes(f"{who}\n> Bonjour\n> suite\n\nToujours en panne.") == "Toujours en panne."
    assert without_quotes(f"Bonjour\n{who}\n> Et le voyant ?\nRouge.\n> Depuis ?\nHier.") == "Bonjour\nRouge.\nHier."
    assert without_quotes(f"Merci\n\n{who}\n\nAncien texte") == "Merci"
    assert without_quotes("Tom a écrit :\n> Bonjour\n\nDéjà fait.") == "Déjà fait."
    assert without_quotes("Ma voisine a écrit :\n« rien ne marche »") == "Ma voisine a écrit :\n« rien ne marche »"


@pytest.mark.parametrize(
    "head",
    [
        "On Thu, 26 Nov 2026, Rail wrote:",
        "Am 26.11.26 um 10:00 schrieb Rail <aide@rail.example>:",
        "El jue, 26 nov 2026, Rail escribió:",
        "Il giorno gio 26 nov 2026 Rail ha scritto:",
        "Op do 26 nov 2026 schreef Rail <aide@rail.example>:",
        "Von: Rail\nGesendet: Donnerstag",
        "De: Rail\nEnviado el: jueves",
    ],
)
def test_quotes_are_headed_in_many_languages(head: str) -> None:
    assert without_quotes(f"Merci.\n\n{head}\n\nAncien texte") == "Merci."


def test_a_letter_may_tell_its_language() -> None:
    assert draft_of(f"{HEAD}Content-Language: fr-FR, en\r\n\r\nmot".encode(), received=1).lang == "fr-FR"


@pytest.mark.parametrize(
    ("head", "author", "handle"),
    [
        ("From: =?utf-8?Q?Martin=2C_L=C3=A9a?= <lea@x.example>", "Martin, Léa", "lea@x.example"),
        ('From: "Martin, Léa" <lea@x.example>, tom@x.example', "Martin, Léa", "lea@x.example"),
        ("From: Service: lea@x.example, tom@x.example;", "lea@x.example", "lea@x.example"),
        ("Sender: Tom <tom@x.example>", "Tom", "tom@x.example"),
        ("From: Aide <>\r\nSender: tom@x.example", "Aide", "tom@x.example"),
    ],
)
def test_who_wrote_it(head: str, author: str, handle: str) -> None:
    draft = draft_of(f"{head}\r\n\r\nmot".encode(), received=1)
    assert (draft.author, draft.handle) == (author, handle)


@pytest.mark.parametrize(
    "date",
    [
        "Thu, 26 Nov 2026 10:00:00 CET",
        "Thu, 26 Nov 2026 10:00:00 +01:00",
        "jeu., 26 nov. 2026 10:00:00 +0100",
        "Thu,26 Nov 2026 10.00.00 +0100 (heure de Paris)",
    ],
)
def test_when_it_was_written(date: str) -> None:
    assert draft_of(f"Date: {date}\r\n\r\nmot".encode(), received=1).published == 1_795_683_600_000


def test_ids_without_their_brackets_still_make_a_thread() -> None:
    draft = draft_of(b"Message-ID: 2@x.example\r\nIn-Reply-To: 1@x.example\r\n\r\nmot", received=1)
    assert (draft.native_id, draft.parent_id) == ("2@x.example", "1@x.example")
    spoken = b"Message-ID: <2@x>\r\nIn-Reply-To: your letter of Monday\r\nReferences: <0@x>\r\n\t<1@x>\r\n\r\nmot"
    assert draft_of(spoken, received=1).parent_id == "1@x"


def test_the_addresses_of_an_alert_are_those_of_the_press() -> None:
    real = "https://www.presse.example/panne?a=1"
    hidden = "https://www.google.com/url?rct=j&url=https://www.presse.example/panne%3Fa%3D1&ct=ga"
    assert draft_of(f"{HEAD}\r\nVoir <{hidden}>.".encode(), received=1).links == (real,)
    html = base64.encodebytes(f'<table><tr><td>Enedis</td><td><a href="{hidden}">ici</a></td></tr></table>'.encode())
    draft = draft_of(f"{HEAD}{HTML}\r\nContent-Transfer-Encoding: base64\r\n\r\n".encode() + html, received=1)
    assert (draft.text.strip(), draft.links) == ("Enedis ici", (real,))
