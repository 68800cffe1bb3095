"""What an author is taken for: rules that would rather say nothing than be wrong, and always say why."""

from __future__ import annotations

import pytest

from socialhub.author_words import role_text
from socialhub.roles import Because, Evidence, Judged, Role, role_of

BRANDS = ("Mandarine", "Télé Zest")


def bio(text: str) -> Evidence:
    return Evidence(bio=text, brands=BRANDS)


def post(text: str) -> Evidence:
    return Evidence(texts=("Bonjour", text), brands=BRANDS)


def article(author: str, site_class: str = "regional-press") -> Evidence:
    return Evidence(author=author, site="quotidien.example", site_class=site_class, has_articles=True)


@pytest.mark.parametrize(
    ("evidence", "role"),
    [
        (bio("Journaliste télécoms au Quotidien"), Role.JOURNALIST),
        (bio("Rédactrice en chef · Nantes"), Role.JOURNALIST),
        (bio("Tech reporter, London"), Role.JOURNALIST),
        (bio("Ancien journaliste, jardinier heureux"), Role.UNKNOWN),
        (bio("ex-journaliste"), Role.UNKNOWN),
        (bio("Étudiante en journalisme"), Role.UNKNOWN),
        (bio("Pas journaliste. Maman."), Role.UNKNOWN),
        (bio("Fan de la journaliste Anne Sylvestre"), Role.UNKNOWN),
        (bio("Députée de Loire-Atlantique"), Role.POLITICIAN),
        (bio("Maire de Guichenval #ruralité"), Role.POLITICIAN),
        (bio("MP for Bristol East"), Role.POLITICIAN),
        (bio("Collaborateur du député de l'Orne"), Role.UNKNOWN),
        (bio("Assistante de la maire"), Role.UNKNOWN),
        (bio("Compte officiel de la préfecture du Morbihan"), Role.INSTITUTION),
        (bio("Chargé de com' #TeamMandarine"), Role.EMPLOYEE),
        (bio("Technicienne chez Télé Zest, propos personnels"), Role.EMPLOYEE),
        (bio("Engineer at Mandarine"), Role.EMPLOYEE),
        (bio("J'aime la mandarine et les équipes"), Role.UNKNOWN),
        (Evidence(handle="prefet35@social.gouv.fr"), Role.INSTITUTION),
        (Evidence(handle="numerique.gouv.fr"), Role.INSTITUTION),
        (Evidence(handle="lea@pasgouv.fr"), Role.UNKNOWN),
        (Evidence(handle="gov"), Role.UNKNOWN),
        (Evidence(site="arcep.fr", has_articles=True), Role.INSTITUTION),
        (Evidence(site="arcep.fr"), Role.UNKNOWN),
        (article("Solenn Kervadoué"), Role.JOURNALIST),
        (article("Jean de la Tour"), Role.JOURNALIST),
        (article("La Rédaction"), Role.PRESS),
        (article("Le Quotidien avec AFP"), Role.PRESS),
        (article(""), Role.PRESS),
        (article("Solenn Kervadoué", "blog"), Role.UNKNOWN),
        (article("Solenn Kervadoué", ""), Role.UNKNOWN),
        (post("Je suis client depuis dix ans et rien ne marche"), Role.CUSTOMER),
        (post("Ma box Télé Zest clignote rouge"), Role.CUSTOMER),
        (post("I'm a Mandarine customer and I wait"), Role.CUSTOMER),
        (post("Si je suis client chez eux un jour, je vous dirai"), Role.UNKNOWN),
        (post("Je ne suis plus client Mandarine, ouf"), Role.UNKNOWN),
        (post("Les clients Mandarine attendent"), Role.UNKNOWN),
        (post("Fière de nos équipes #TeamMandarine"), Role.EMPLOYEE),
    ],
)
def test_rules(evidence: Evidence, role: Role) -> None:
    judged = role_of(evidence)
    assert judged.role is role, judged
    assert (judged.because is Because.NOTHING) == (role is Role.UNKNOWN)


def test_a_correction_outdoes_a_watchlist_and_a_watchlist_the_rules() -> None:
    listed = Evidence(lists=(("Amis", "other"), ("Partenaires", "partner")), bio="Journaliste", brands=BRANDS)
    assert role_of(listed) == Judged(Role.PARTNER, Because.LIST, "Partenaires")
    assert role_of(Evidence(lists=(("Presse", "press"),), list_role="journaliste télécoms")).role is Role.JOURNALIST
    assert role_of(Evidence(lists=(("Influence", "influencer"),), bio="Journaliste")).because is Because.BIO
    said = Judged(Role.CUSTOMER, Because.CORRECTED, "anna")
    assert role_of(listed, said) is said


def test_the_reason_is_said() -> None:
    assert role_text(role_of(bio("Élue, Députée !"))) == "politician (their description says “Députée”)"
    assert role_text(role_of(bio(""))) == "not known (nothing tells it)"
    assert role_text(Judged(Role.PRESS, Because.CORRECTED, "anna")) == "press (said by anna)"
