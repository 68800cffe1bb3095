"""Letters of a mailbox as drafts: character sets, HTML only, quoted answers, threads, lists, attachments."""

from hypothesis import given
from hypothesis import strategies as some

from socialhub.model import Kind
from socialhub.sources.letter import SHORTENED, draft_of
from socialhub.sources.letter_body import without_quotes

HEAD = b"From: =?utf-8?q?L=C3=A9a?= Martin <lea@client.example>\r\nDate: Thu, 26 Nov 2026 10:00:00 +0100\r\n"


def test_an_answer_without_what_it_quotes() -> None:
    raw = HEAD + (
        b"Message-ID: <b@client.example>\r\nReferences: <0@x> <a@rail.example>\r\n"
        b"Subject: =?iso-8859-1?q?Retard_=E0_Lyon?=\r\nContent-Type: text/plain; charset=iso-8859-1\r\n\r\n"
        b"Toujours en retard, \xe0 Lyon.\r\n\r\nLe jeu. 26 nov. 2026, Rail\r\n"
        b"<aide@rail.example> a \xe9crit :\r\n> Bonjour\r\n"
    )
    draft = draft_of(raw, received=0)
    assert (draft.native_id, draft.canonical_id) == ("b@client.example", "mail:b@client.example")
    assert (draft.text, draft.title) == ("Toujours en retard, à Lyon.", "Retard à Lyon")
    assert (draft.author, draft.handle, draft.site) == ("Léa Martin", "lea@client.example", "client.example")
    assert (draft.kind, draft.parent_id, draft.published) == (Kind.REPLY, "a@rail.example", 1_795_683_600_000)


def test_a_newsletter_in_html_with_an_attachment() -> None:
    raw = HEAD + (
        b"List-Id: Alertes <alertes.agence.example>\r\nContent-Type: multipart/mixed; boundary=B\r\n\r\n"
        b"--B\r\nContent-Type: text/html; charset=nonsense\r\n\r\n"
        b"<p>Une <a href='https://a.example/1'>panne</a> \xe0 Brest</p>\r\n"
        b"--B\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename=x.pdf\r\n\r\n"
        b"SECRET\r\n--B--\r\n"
    )
    draft = draft_of(raw, received=5)
    assert (len(draft.native_id), draft.canonical_id, draft.kind) == (32, "", Kind.POST)
    assert (draft.text, draft.links) == ("Une panne à Brest", ("https://a.example/1",))
    assert (draft.site, draft.media) == ("alertes.agence.example", 1)
    assert b"SECRET" not in draft.raw


def test_a_letter_without_a_usable_date_was_said_when_it_was_received() -> None:
    assert draft_of(b"Date: demain\r\n\r\nBonjour", received=42).published == 42


def test_a_subject_in_bare_utf8_and_a_date_without_a_zone() -> None:
    draft = draft_of("Subject: Été à Brest\nDate: Thu, 26 Nov 2026 10:00:00 -0000\n\nx".encode(), received=1)
    assert (draft.title, draft.published) == ("Été à Brest", 1_795_687_200_000)


def test_parts_nested_without_end_are_no_error() -> None:
    parts = b"".join(b"Content-Type: multipart/mixed; boundary=%d\n\n--%d\n" % (at, at) for at in range(1_500))
    letters = b"Content-Type: message/rfc822\n\n" * 1_500
    for nest in (parts, letters):
        draft = draft_of(b"Subject: Poup\xc3\xa9es\n" + nest + b"\nx", received=1)
        assert (draft.title, draft.text) == ("Poupées", SHORTENED)


def test_a_letter_of_quotes_alone_stays() -> None:
    assert without_quotes("> tout est cité") == "> tout est cité"


@given(some.binary(max_size=400), some.sampled_from([b"", HEAD, b"Content-Type: multipart/mixed; boundary=B\n\n--B\n"]))
def test_nothing_a_stranger_writes_raises(body: bytes, head: bytes) -> None:
    assert draft_of(head + body, received=1).native_id


def test_what_outlook_quotes_is_cut() -> None:
    french = "Merci.\n\n__________\nDe : Aide <aide@rail.example>\nEnvoyé : jeudi\nÀ : Léa\n\nx"
    english = "Thanks.\n\nFrom: Help <help@rail.example>\nSent: Thursday\nTo: Léa\n\nx"
    bold = "Thanks.\n*From:* Help <help@rail.example>\n*Sent:* Thursday\nx"
    assert [without_quotes(text) for text in (french, english, bold)] == ["Merci.", "Thanks.", "Thanks."]
    said = "From: Lyon\nTo: Brest\nnobody told us anything"
    assert without_quotes(said) == said


def test_a_letter_without_an_id_keeps_the_one_it_is_given() -> None:
    one, other = HEAD + b"Subject: a\r\n\r\nBonjour", HEAD + b"Subject: a\r\n\r\nBonsoir"
    assert draft_of(one, received=1).native_id == draft_of(one, received=2).native_id
    assert draft_of(one, received=1).native_id != draft_of(other, received=1).native_id


def test_a_letter_that_was_cut_says_so() -> None:
    draft = draft_of(HEAD + b"Message-ID: <l@x>\r\n\r\nUne longue", received=1, whole=False)
    assert draft.text == f"Une longue\n{SHORTENED}"
