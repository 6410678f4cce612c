import json
import logging
import subprocess
import sys

from bot.commands.log import JsonLines


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


def test_a_traceback_stays_on_its_line():
    try:
        raise RuntimeError("odd")
    except RuntimeError:
        record = logging.LogRecord("bot", logging.ERROR, "f", 1, "It went", (), sys.exc_info())
    line = JsonLines().format(record)
    assert "\n" not in line
    assert "RuntimeError: odd" in json.loads(line)["message"]


def test_every_line_of_a_process_is_json():
    code = (
        "import logging; from bot.commands.log import begin_log; begin_log('json');"
        "logging.getLogger('bot').info('One'); logging.getLogger('other').error('Two')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert [json.loads(line)["message"] for line in done.stderr.splitlines()] == ["One", "Two"]
