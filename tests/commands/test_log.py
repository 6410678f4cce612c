import json
import logging
import subprocess
import sys

import pytest

from bot.commands.log import FORMATS, JsonLines


def test_a_record_is_one_json_object_a_line():
    record = logging.LogRecord("bot.web", logging.WARNING, "f", 1, "Ärger\nmit %s", ("x",), None)
    line = JsonLines().format(record)
    assert "\n" not in line
    assert "Ärger" in line
    shown = json.loads(line)
    assert shown.keys() == {"time", "level", "where", "message"}
    assert (shown["level"], shown["where"]) == ("warning", "bot.web")
    assert shown["message"] == "Ärger\nmit x"
    assert shown["time"].endswith("+00:00")


def written(form: str, code: str) -> str:
    """What a process that runs this code writes to its log."""
    code = f"import logging; from bot.commands.log import begin_log; begin_log({form!r})\n{code}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stderr


@pytest.mark.parametrize("form", FORMATS)
def test_an_error_of_a_library_is_told_without_its_words(form: str) -> None:
    code = """
try:
    raise RuntimeError("a red hat at the lift")
except RuntimeError:
    logging.getLogger("library").exception("It went wrong.\\nAfter: %s", "a red hat")
    logging.getLogger("bot.web").exception("So did this")
logging.getLogger("library").error("This, too\\nfor a red hat")
"""
    log = written(form, code)
    assert "red hat" not in log
    assert "Traceback" not in log
    assert len(log.splitlines()) == 3
    assert "It went wrong.: RuntimeError at <string>:4." in log
    assert "So did this: RuntimeError at <string>:4." in log
    assert "This, too" in log


def test_every_line_of_a_process_is_json():
    log = written("json", "logging.getLogger('bot').info('1'); logging.getLogger('x').error('2')")
    assert [json.loads(line)["message"] for line in log.splitlines()] == ["1", "2"]
