"""``dontlookaway schema`` and ``graph``: what editors see of a file and of a conversation."""

import json

import pytest

from bot.cli import main
from bot.schemas import json_schema


def test_a_schema_is_one_json_document(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", "flow"]) == 0
    assert json.loads(capsys.readouterr().out) == json_schema("flow")


def test_a_conversation_is_drawn_in_either_format(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["graph", "report"]) == 0
    assert capsys.readouterr().out.startswith("flowchart TD\n")
    assert main(["graph", "report", "--format", "svg"]) == 0
    assert capsys.readouterr().out.startswith("<svg ")


def test_an_unknown_flow_is_bad_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["graph", "reprot"]) == 2
    assert capsys.readouterr().err == 'There is no flow "reprot". Did you mean "report"?\n'


@pytest.mark.parametrize("words", [["schema", "flows"], ["graph"], ["grpah", "report"]])
def test_bad_usage_is_refused(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(words)
    assert caught.value.code == 2
    assert "usage: dontlookaway" in capsys.readouterr().err
