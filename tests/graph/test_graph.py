from pathlib import Path
from xml.etree import ElementTree

import pytest
from minimal_content import write

from bot.content import shipped
from bot.conversation.flows import FlowSet, load
from bot.graph import Graph, as_mermaid, as_svg, layout, untranslated
from bot.i18n.catalogues import Catalogues


def drawn(folder: Path, flow: str) -> Graph:
    return layout(load(folder / "flows"), flow)


def edit(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.fixture
def content(tmp_path: Path) -> Path:
    return write(tmp_path)


@pytest.fixture(scope="module")
def flows() -> FlowSet:
    return load(shipped() / "flows")


def test_every_way_is_drawn_with_what_people_press(content: Path) -> None:
    graph = drawn(content, "quiz")
    assert {(edge.source, edge.target, edge.kind, edge.labels) for edge in graph.edges} == {
        ("first", "lesson", "next", ()),
        ("lesson", "second", "next", ()),
        ("second", "weigh", "button", ("I am", "Not quite")),
        ("weigh", "weigh>start/menu", "when", ("sure: certain",)),
        ("weigh", "first", "when", ("else",)),
    }
    nodes = {node.id: node for node in graph.nodes}
    assert (nodes["first"].kind, nodes["first"].words) == ("ask", ("How old is a child?",))
    assert nodes["lesson"].words == ("tour, then back",)
    assert (nodes["weigh>start/menu"].kind, nodes["weigh>start/menu"].title) == ("exit", "start")


def test_ways_out_after_unclear_answers_have_their_own_kind(content: Path) -> None:
    edges = {(edge.target, edge.kind): edge.labels for edge in drawn(content, "urgent").edges}
    assert edges["numbers", "stuck"] == ("I can't say",)
    assert edges["numbers", "next"] == ()


def test_entries_and_what_nothing_leads_to_are_marked(content: Path) -> None:
    edit(content, "flows/tour.yaml", "nodes:\n", "nodes:\n  lost: {say: Hm., end: true}\n")
    nodes = {node.id: node for node in drawn(content, "tour").nodes}
    assert nodes["look"].entry
    assert nodes["look"].reachable
    assert not nodes["over"].entry
    assert not nodes["lost"].reachable
    assert {node.id for node in drawn(content, "help").nodes if node.entry} == {"about", "media"}
    assert "nothing leads here" in as_svg(drawn(content, "tour"))
    assert ":::unreachable" in as_mermaid(drawn(content, "tour"))


def test_a_target_that_does_not_exist_is_shown_as_lost(content: Path) -> None:
    edit(content, "flows/tour.yaml", "goto: over", "goto: ovre")
    assert {node.title: node.kind for node in drawn(content, "tour").nodes}["ovre"] == "lost"


def test_many_ways_back_become_signposts(content: Path) -> None:
    names = "abcde"
    buttons = "".join(f"      - {{label: {name}, goto: {name}}}\n" for name in names)
    back = "".join(f"  {name}: {{say: Hm., goto: look}}\n" for name in names)
    (content / "flows/tour.yaml").write_text(
        f"flow: tour\nstart: look\nnodes:\n  look:\n    say: Look.\n    choices:\n{buttons}{back}"
    )
    graph = drawn(content, "tour")
    assert {edge.target for edge in graph.edges} == {
        *names,
        *(f"{name}>tour/look" for name in names),
    }
    assert {node.title for node in graph.nodes if node.kind == "exit"} == {"↑ look"}


def test_languages_that_lack_a_step_are_named(content: Path) -> None:
    flow_set = load(content / "flows")
    french = Catalogues({"fr": {("tour.over.say", "Thank you."): "Merci."}})
    lacking = untranslated(flow_set, "tour", french)
    assert lacking == {"look": ("fr",)}
    picture = layout(flow_set, "tour", lacking)
    assert "not translated: fr" in as_svg(picture)
    assert "not translated: fr" in as_mermaid(picture)


@pytest.mark.parametrize("name", sorted(path.stem for path in (shipped() / "flows").glob("*.yaml")))
def test_every_conversation_can_be_drawn(flows: FlowSet, name: str) -> None:
    if name in ("common", "triggers"):
        with pytest.raises(KeyError):
            layout(flows, name)
        return
    graph = layout(flows, name)
    picture = ElementTree.fromstring(as_svg(graph))
    texts = "".join(picture.itertext())
    assert all(node in texts for node in flows.flows[name].nodes)
    assert all(node.x >= -0.01 and node.x + node.w <= graph.w + 0.01 for node in graph.nodes)
    assert all(node.reachable for node in graph.nodes)


def test_what_editors_write_cannot_break_the_picture(content: Path) -> None:
    words = """say: '"Look" & <b>here</b> #1; &lt;now&gt; 看这里'"""
    edit(content, "flows/tour.yaml", "say: Look here.", words)
    edit(content, "flows/tour.yaml", "label: Go on", "label: '<\"&]| #end'")
    graph = drawn(content, "tour")
    assert '"Look" & here #1; <now> 看这里' in "".join(
        ElementTree.fromstring(as_svg(graph)).itertext()
    )
    line = next(line for line in as_mermaid(graph).splitlines() if "-->" in line)
    assert line == '  n0 -->|"#lt;#quot;&]| #35;end"| n1'
