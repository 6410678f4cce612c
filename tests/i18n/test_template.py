from pathlib import Path

import pytest
from babel.messages.frontend import parse_mapping_cfg

from bot.i18n import pofile
from bot.i18n.progress import progress
from bot.i18n.template import CODE_METHODS, CONTENT_METHODS, build_template, merge

FLOW = """\
flow: report
start: where
nodes:
  where: {say: In which country did it happen?, ask: place, goto: when}
  when: {say: When was that?, ask: date, goto: bye}
  bye: {say: "Thank you, {name}.", end: true}
"""


@pytest.fixture
def content(tmp_path: Path) -> Path:
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "report.yaml").write_text(FLOW)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "hotlines.yaml").write_text("[{advice: Say it twice.}]")
    (tmp_path / "data" / "other.yaml").write_text("[{advice: Not for translators.}]")
    return tmp_path


def edit(content: Path, old: str, new: str) -> None:
    path = content / "flows" / "report.yaml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def translated(content: Path) -> pofile.PoCatalog:
    catalog = pofile.PoCatalog("fr")
    catalog.update(build_template(content))
    for message in catalog:
        if message.id:
            message.string = f"FR: {message.id}"
    return catalog


def saved(catalog: pofile.PoCatalog, folder: Path) -> pofile.PoCatalog:
    path = folder / "messages.po"
    path.write_bytes(pofile.render(catalog))
    return pofile.read(path, "fr")


def test_all_sources_are_gathered(content: Path) -> None:
    template = build_template(content)
    assert template.get("When was that?", "report.when.say") is not None
    assert template.get("Say it twice.", "hotlines") is not None
    assert template.get("Not for translators.", "hotlines") is None


def test_a_folder_may_be_named_from_where_one_stands(
    content: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (content / "schemas").mkdir()
    wanted = {message.id for message in build_template(content)}
    monkeypatch.chdir(content)
    assert {message.id for message in build_template(Path())} == wanted


def test_sentences_marked_in_the_code_have_no_context(
    content: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = content / "elsewhere" / "bot"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "ui.py").write_text('# translators: a button\nTEXT = N_("Go on")\nOTHER = "no"\n')
    monkeypatch.setattr("bot.__file__", str(package / "__init__.py"))
    message = build_template(content).get("Go on")
    assert message is not None
    assert message.auto_comments == ["a button"]


def test_a_reworded_sentence_turns_fuzzy_and_shows_its_former_words(
    content: Path, tmp_path: Path
) -> None:
    catalog = translated(content)
    edit(content, "When was that?", "Please name the day as well as you remember it.")
    edit(content, "In which country did it happen?", "In which country or town did it happen?")
    for _ in range(2):  # the second update must not lose what the first one kept
        merge(catalog, build_template(content))
        catalog = saved(catalog, tmp_path)
    when = catalog.get("Please name the day as well as you remember it.", "report.when.say")
    where = catalog.get("In which country or town did it happen?", "report.where.say")
    assert when is not None
    assert where is not None
    assert (when.fuzzy, when.string, when.previous_id) == (
        True,
        "FR: When was that?",
        ["When was that?"],
    )
    assert (where.fuzzy, where.previous_id) == (True, ["In which country did it happen?"])
    unchanged = catalog.get("Thank you, {name}.", "report.bye.say")
    assert unchanged is not None
    assert not unchanged.fuzzy


def test_a_sentence_that_moved_proposes_its_translation(content: Path, tmp_path: Path) -> None:
    catalog = translated(content)
    edit(content, "bye:", "farewell:")
    merge(catalog, build_template(content))
    moved = saved(catalog, tmp_path).get("Thank you, {name}.", "report.farewell.say")
    assert moved is not None
    assert (moved.fuzzy, moved.string) == (True, "FR: Thank you, {name}.")
    assert list(catalog.obsolete) == []


def test_a_sentence_that_changes_twice_shows_what_its_translation_was_made_for(
    content: Path, tmp_path: Path
) -> None:
    catalog = translated(content)
    for old, new in (("When was that?", "On which day?"), ("On which day?", "Do you know when?")):
        edit(content, old, new)
        merge(catalog, build_template(content))
        catalog = saved(catalog, tmp_path)
    message = catalog.get("Do you know when?", "report.when.say")
    assert message is not None
    assert (message.string, message.previous_id) == ("FR: When was that?", ["When was that?"])


def test_a_sentence_that_comes_back_gets_its_translation_back(
    content: Path, tmp_path: Path
) -> None:
    catalog = translated(content)
    line = '  bye: {say: "Thank you, {name}.", end: true}\n'
    edit(content, line, "")
    merge(catalog, build_template(content))
    catalog = saved(catalog, tmp_path)
    assert catalog.get("Thank you, {name}.", "report.bye.say") is None
    edit(content, "nodes:\n", f"nodes:\n{line}")
    merge(catalog, build_template(content))
    back = catalog.get("Thank you, {name}.", "report.bye.say")
    assert back is not None
    assert (back.string, back.fuzzy) == ("FR: Thank you, {name}.", False)


def test_progress_counts_against_what_the_bot_says_today(content: Path) -> None:
    catalog = translated(content)
    catalog.get("When was that?", "report.when.say").flags.add("fuzzy")
    catalog.get("Thank you, {name}.", "report.bye.say").string = "Merci."
    edit(content, "In which country", "In what country")
    template = build_template(content)
    state = progress("fr", catalog, template)
    assert state.translated == state.total - 2
    assert (state.fuzzy, state.missing, state.reviewed) == (1, 1, False)
    assert [(flaw.context, flaw.message) for flaw in state.flaws] == [
        ("report.bye.say", "The placeholder {name} is missing.")
    ]


def test_pybabel_is_told_the_same_as_the_command() -> None:
    with Path("locales/babel.cfg").open() as file:
        methods, _ = parse_mapping_cfg(file)
    assert methods == [*CONTENT_METHODS, *CODE_METHODS]
