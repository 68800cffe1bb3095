"""Classes of sites in a config: they add to what is shipped, change it, and are checked."""

from __future__ import annotations

from pathlib import Path

import pytest

from socialhub.config import Config, ConfigProblems, read
from socialhub.config.audiences import audiences_of, shipped
from socialhub.config.export import to_toml
from socialhub.config.values import FORMS
from socialhub.reach_words import AUDIENCE_NAMES
from socialhub.sources.settings import Meaning

HERE = Path("/salle/config.toml")
GOOD = """
[[audiences]]
kind = "regional-press"
sites = ["monjournal.example"]

[[audiences]]
kind = "intranet"
low = 200
high = 900
sites = ["intranet.example", "lemonde.fr"]

[[audiences]]
kind = "unknown"
sites = ["lefigaro.fr"]

[[audiences]]
kind = "forum"
low = 1
high = 4
"""


def table(**values: object) -> str:
    return "[[audiences]]\n" + "".join(f"{name} = {value}\n" for name, value in values.items())


def sentences(text: str) -> list[str]:
    with pytest.raises(ConfigProblems) as error:
        read(text, HERE, environ={})
    return [f"{problem.key}: {problem.message}" for problem in error.value.problems if not problem.warning]


def test_what_is_shipped_is_sound(tmp_path: Path) -> None:
    from socialhub.config.values import Place

    sites = [site for each in shipped() for site in each.sites]
    assert len(sites) == len(set(sites)) > 100
    for each in shipped():
        assert each.low is not None
        assert each.high is not None
        assert each.high >= 10 * each.low, "bands are wide, since nobody outside knows better"
        assert each.kind in AUDIENCE_NAMES
        for site in each.sites:
            assert FORMS["site"](site, Meaning("site"), Place(tmp_path, False)) == site


def test_the_config_adds_moves_and_changes() -> None:
    sites = audiences_of(read(GOOD, HERE).audiences)
    assert sites["monjournal.example"] == sites["ouest-france.fr"]
    assert (sites["lemonde.fr"].kind, sites["lemonde.fr"].people) == ("intranet", 420)
    assert "lefigaro.fr" not in sites
    assert sites["lafibre.info"].people == 2
    assert audiences_of(())["lefigaro.fr"].kind == "national-press"


def test_it_is_exported_and_decides_who_may_take_over() -> None:
    config = read(GOOD, HERE)
    assert read(to_toml(config), HERE).audiences == config.audiences
    assert config.hash != Config(path=HERE).hash


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (table(kind='"intranet"'), "audiences[1].kind: a class of your own needs a band"),
        (table(kind='"forum"', low=3), "audiences[1]: a band has both ends"),
        (table(kind='"forum"', low=9, high=3), "audiences[1].low: the low end is above the high one"),
        (table(kind='"unknown"', low=1, high=3), "audiences[1]: the class unknown has no band"),
        (table(kind='"forum"', low=0, high=3), "audiences[1].low: must lie between 1"),
        (table(kind='"forum"') * 2, "audiences[2].kind: the kind"),
        (table(kind='"forum"', sites='["www.a.example"]'), "audiences[1].sites[1]: a site is written as its domain"),
        (
            table(kind='"forum"', sites='["a.example"]') + table(kind='"blog"', sites='["a.example"]'),
            "audiences[2].sites[1]: the site a.example already stands at audiences[1].sites[1]",
        ),
        (table(sites='["a.example"]'), 'audiences[1]: the key "kind" is missing'),
    ],
)
def test_mistakes_are_told(text: str, sentence: str) -> None:
    assert any(said.startswith(sentence) for said in sentences(text)), sentences(text)
