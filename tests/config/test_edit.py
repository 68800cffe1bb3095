"""Topics changed in the file itself: everything else stays as it was written, to the byte."""

from __future__ import annotations

import difflib
import os
import stat
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from socialhub.config import ConfigProblems, load
from socialhub.config.edit import EditRefused, TopicChange, TopicEditor
from socialhub.errors import UserError
from socialhub.query import QueryError, parse

SHIPPED = Path(__file__).parents[2] / "config.toml"
TEXT = """# La salle
[hub]
name = "Essai"   # le nom

# ---- Sujets
[[topics]]
name = "Orange"  # la marque
kind = "brand"
query = '''
Orange ET
  fibre
'''  # deux lignes
# de la marque seulement

# le produit
[[topics]]
name = 'Box'
kind = "product"
query = "box"   # courte
# rien de plus sur la box

# ---- Sources
# une seule
[[sources]]
name = "presse"
kind = "file"
folder = "entrée"
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(TEXT, encoding="utf-8")
    return path


def changes(path: Path, before: str = TEXT) -> list[str]:
    """The lines that went (-) and came (+)."""
    after = path.read_text(encoding="utf-8")
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    return [line for line in lines if not line.startswith(("---", "+++", "@@"))]


def test_a_new_topic_stands_behind_the_others(path: Path) -> None:
    config = TopicEditor(path).add(TopicChange(name="Réseau", kind="issue", query='réseau OU "plus de réseau"'))
    assert changes(path) == [
        "+[[topics]]",
        '+name = "Réseau"',
        '+kind = "issue"',
        "+query = 'réseau OU \"plus de réseau\"'",
        "+",
    ]
    after = path.read_text(encoding="utf-8")
    assert after.index("rien de plus") < after.index("Réseau") < after.index("# ---- Sources")
    assert [topic.id for topic in config.topics] == ["orange", "box", "reseau"]
    assert load(path) == config


def test_a_changed_query_keeps_the_comments_of_its_line(path: Path) -> None:
    config = TopicEditor(path).change(TopicChange("box", query="box OU livebox"))
    assert changes(path) == ['-query = "box"   # courte', '+query = "box OU livebox"   # courte']
    assert config.topics[1].query == "box OU livebox"


def test_a_query_of_several_lines(path: Path) -> None:
    long = " OU ".join(f'"mot numéro {number}"' for number in range(12))
    config = TopicEditor(path).change(TopicChange("orange", query=long))
    assert config.topics[0].tree == parse(long)
    written = path.read_text(encoding="utf-8")
    assert "  # deux lignes\n# de la marque seulement" in written
    assert max(map(len, written.splitlines())) <= 100
    assert 'query = """\n"mot numéro 0" OU' in written


def test_patterns_over_several_lines(path: Path) -> None:
    long = " OU ".join(f"/a\\.{number:09}/" for number in range(12))
    config = TopicEditor(path).add(TopicChange(name="Motifs", kind="issue", query=long))
    assert config.topics[-1].tree == parse(long)
    assert "query = '''\n/a\\.000000000/ OU" in path.read_text(encoding="utf-8")


def test_another_name_keeps_the_id_that_history_hangs_on(path: Path) -> None:
    config = TopicEditor(path).change(TopicChange("box", name="Livebox", kind="brand"))
    assert (config.topics[1].id, config.topics[1].name, config.topics[1].kind) == ("box", "Livebox", "brand")
    assert load(path).topics[1].id == "box"


def test_the_first_topic_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[hub]\nname = "x"', encoding="utf-8")
    TopicEditor(path).add(TopicChange(name="Box", kind="product", query="box", id="la-box"))
    assert path.read_text(encoding="utf-8") == (
        '[hub]\nname = "x"\n\n[[topics]]\nid = "la-box"\nname = "Box"\nkind = "product"\nquery = "box"\n'
    )


def test_topics_on_one_line(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('topics = [{ name = "A", kind = "brand", query = "a" }] # court\n', encoding="utf-8")
    TopicEditor(path).add(TopicChange(name="B", kind="brand", query="b"))
    config = TopicEditor(path).change(TopicChange("a", query="aa"))
    assert [topic.query for topic in config.topics] == ["aa", "b"]
    assert path.read_text(encoding="utf-8").endswith("# court\n")


@pytest.mark.parametrize("query", ['"c:\\\\x"', "l'orange", "l'orange \"à l'eau\"", "/a\\.b/", "\t box "])
def test_quotes_and_backslashes_come_back_as_they_went(path: Path, query: str) -> None:
    config = TopicEditor(path).change(TopicChange("box", query=query))
    assert config.topics[1].tree == parse(query)


def test_line_ends_and_byte_order_mark_of_other_systems_stay(path: Path) -> None:
    windows = b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode()
    path.write_bytes(windows)
    TopicEditor(path).add(TopicChange(name="Réseau", kind="issue", query="réseau"))
    after = path.read_bytes()
    assert after.startswith(b"\xef\xbb\xbf")
    assert after.count(b"\n") == after.count(b"\r\n") == windows.count(b"\n") + 5


def test_rights_and_links_stay(path: Path, tmp_path: Path) -> None:
    path.chmod(0o640)
    link = tmp_path / "link.toml"
    link.symlink_to(path)
    TopicEditor(link).change(TopicChange("box", query="livebox"))
    assert link.is_symlink()
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert load(path).topics[1].query == "livebox"
    assert sorted(os.listdir(tmp_path)) == ["config.toml", "link.toml"]


# ---- what is refused ---------------------------------------------------------------------------------------------


def test_a_query_that_cannot_be_read(path: Path) -> None:
    with pytest.raises(QueryError):
        TopicEditor(path).change(TopicChange("box", query="(box"))
    assert changes(path) == []


def test_what_the_loader_refuses(path: Path) -> None:
    editor = TopicEditor(path)
    with pytest.raises(ConfigProblems, match="already used"):
        editor.add(TopicChange(name="box", kind="product", query="x"))
    with pytest.raises(ConfigProblems, match="is:unread cannot be used"):
        editor.change(TopicChange("box", query="box is:unread"))
    with pytest.raises(UserError, match="There is no topic nul"):
        editor.change(TopicChange("nul", query="x"))
    assert changes(path) == []


def refused(path: Path, editor: TopicEditor) -> EditRefused:
    before = path.read_bytes()
    with pytest.raises(EditRefused) as caught:
        editor.change(TopicChange("box", query="livebox"))
    assert path.read_bytes() == before
    assert caught.value.paste == '[[topics]]\nname = "Box"\nkind = "product"\nquery = "livebox"\n'
    return caught.value


def test_a_file_that_may_not_be_written(path: Path) -> None:
    path.chmod(0o444)
    assert "Permission denied" in refused(path, TopicEditor(path)).message


def test_a_file_that_somebody_else_changed_meanwhile(path: Path) -> None:
    editor = TopicEditor(path)
    path.write_text(TEXT + "# vu\n", encoding="utf-8")
    assert "meanwhile" in refused(path, editor).message


def test_the_demonstration(path: Path) -> None:
    assert "demonstration" in refused(path, TopicEditor(path, demo=True)).message


def test_a_layout_that_would_be_moved_about(path: Path) -> None:
    moved = TEXT.replace("# le produit\n", '[[sources]]\nname = "autre"\nkind = "file"\nfolder = "x"\n')
    path.write_text(moved, encoding="utf-8")
    assert "without moving" in refused(path, TopicEditor(path)).message


# ---- any layout --------------------------------------------------------------------------------------------------

_BLANK = st.sampled_from(["", "\n", "# note\n", "\n# note\n\n", "  \n"])
_TOPIC = st.sampled_from(
    [
        '[[topics]]\nname = "{0}"\nkind = "brand"\nquery = "q{0}"\n',
        "[[topics]]   # {0}\n  query = '''\nq{0} OU\n  autre'''\n\n  kind = 'brand'\n  name = '{0}'\n",
        '[[topics]]\nid = "{0}"\nname.x = 1\n'.replace("name.x = 1", 'name = "N {0}"')
        + 'kind = "issue" # k\n# c\nquery = \'q{0}\'\ncolour = "red"\n',
    ]
)
_OTHER = st.sampled_from(['[hub]\nname = "h"\n', "[theme]\ndensity = 2 # deux\n", '[keys]\nzoom = "Z"\n', ""])


@given(
    blanks=st.lists(_BLANK, min_size=6, max_size=6),
    topics=st.lists(_TOPIC, min_size=1, max_size=3),
    before=_OTHER,
    after=st.sampled_from(["[sentiment]\n", '[wall]\na = ["mentions"]\n', ""]),
    place=st.integers(0, 2),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_only_the_topic_changes_whatever_the_layout(
    tmp_path: Path, blanks: list[str], topics: list[str], before: str, after: str, place: int
) -> None:
    path = tmp_path / "any.toml"
    parts = [before, *(topic.format("abc"[number]) for number, topic in enumerate(topics)), after]
    text = "".join(blank + part for blank, part in zip(blanks, parts, strict=False)) + blanks[-1]
    path.write_text(text, encoding="utf-8")
    chosen = load(path).topics[place % len(topics)].id
    TopicEditor(path).change(TopicChange(chosen, query="tout autre"))
    went = [line for line in changes(path, text) if line.startswith("-")]
    assert all(line.strip("- ").startswith(("query", "q", "autre")) for line in went)
    changed = path.read_text(encoding="utf-8")
    TopicEditor(path).add(TopicChange(name="Neuf", kind="brand", query="neuf"))
    assert [line for line in changes(path, changed) if line.startswith("-")] == []
    assert [topic.query for topic in load(path).topics].count("tout autre") == 1


def test_the_shipped_file(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(SHIPPED.read_bytes())
    before = path.read_text(encoding="utf-8")
    TopicEditor(path).add(TopicChange(name="Nouvelle offre", kind="campaign", query="offre ET Sosh"))
    assert len(changes(path, before)) == 5
    for topic in load(path).topics[:2]:
        TopicEditor(path).change(TopicChange(topic.id, query=topic.query + " OU autre"))
    assert len(load(path).topics) == len(load(SHIPPED).topics) + 1
