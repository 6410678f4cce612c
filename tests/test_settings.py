from __future__ import annotations

import base64
from pathlib import Path

import pytest

from bot.cli import main
from bot.settings import SettingError, Settings

GOOD = {"TELEGRAM_BOT_TOKEN": "1:abc", "TELEGRAM_API_URL": "http://127.0.0.1:1", "PORT": "0"}


def test_everything_has_a_default():
    settings = Settings.read({})
    assert settings == Settings(data_dir=Path("~/.local/share/dontlookaway").expanduser())
    assert (settings.host, settings.port) == ("127.0.0.1", 8080)
    assert settings.api_url == "https://api.telegram.org"


def test_empty_counts_as_unset():
    assert Settings.read({"PORT": "", "REDIS_URL": "  "}) == Settings.read({})


def test_everything_is_read(tmp_path):
    key = base64.b64encode(b"k" * 32).decode()
    for name in ("flows", "data"):
        (tmp_path / name).mkdir()
    settings = Settings.read(
        {
            "TELEGRAM_BOT_TOKEN": "1:abc",
            "TELEGRAM_API_URL": "http://localhost:8081/",
            "PUBLIC_URL": "https://bot.example.org/",
            "WEBHOOK_SECRET": "s3cret",
            "REDIS_URL": "rediss://redis:6379/0",
            "HOST": "::",
            "PORT": "80",
            "DATA_DIR": str(tmp_path),
            "SECRET_KEYS": f"{key},{key}",
            "CONTENT_DIR": str(tmp_path),
            "STAFF_TOKEN": "staff",
        }
    )
    assert settings == Settings(
        token="1:abc",
        api_url="http://localhost:8081",
        public_url="https://bot.example.org",
        webhook_secret="s3cret",
        redis_url="rediss://redis:6379/0",
        host="::",
        port=80,
        data_dir=tmp_path,
        secret_keys=f"{key},{key}",
        content_dir=tmp_path,
        staff_token="staff",
    )


def test_no_secret_is_shown():
    assert "abc" not in repr(Settings.read(GOOD))


BAD = [
    ("TELEGRAM_BOT_TOKEN", "hush"),
    ("TELEGRAM_API_URL", "ftp://example.org"),
    ("TELEGRAM_API_URL", "http://[::1"),
    ("PUBLIC_URL", "example.org"),
    ("WEBHOOK_SECRET", "two words"),
    ("WEBHOOK_SECRET", "x" * 257),
    ("WEBHOOK_REPLIES", "some"),
    ("REDIS_URL", "http://example.org"),
    ("REDIS_URL", "redis://"),
    ("REDIS_URL", "redis://:hush@example.org:99999"),
    ("PORT", "65536"),
    ("PORT", "1" * 5000),
    ("PORT", "http"),
    ("PORT", "-1"),
    ("DATA_DIR", "~nobody-of-this-name/x"),
    ("SECRET_KEYS", "hush"),
    ("SECRET_KEYS", base64.b64encode(b"short").decode()),
    ("CONTENT_DIR", "/no/such/folder"),
    ("CONTENT_DIR", "/" + "x" * 300),
    ("DATA_DIR", "/" + "x" * 300),
]


@pytest.mark.parametrize(("name", "value"), BAD)
def test_a_bad_value_stops_the_program_with_one_line(name, value, monkeypatch, capsys, tmp_path):
    for key, given in {**GOOD, "DATA_DIR": str(tmp_path), name: value}.items():
        monkeypatch.setenv(key, given)
    assert main(["run"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(name)
    assert "hush" not in line


def test_a_webhook_needs_its_secret(monkeypatch):
    with pytest.raises(SettingError, match="WEBHOOK_SECRET is not set"):
        Settings.read({"PUBLIC_URL": "https://example.org"})


def test_a_folder_that_cannot_be_written_is_named(monkeypatch, capsys, tmp_path):
    (tmp_path / "file").touch()
    folder = {"DATA_DIR": str(tmp_path / "file" / "x"), "REDIS_URL": "unix:///no/such/socket"}
    for key, given in {**GOOD, **folder}.items():
        monkeypatch.setenv(key, given)
    assert main(["run"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("DATA_DIR")


def test_without_a_token_there_is_the_demo(monkeypatch, capsys):
    monkeypatch.delenv("TELEGRAM_BOT_TOKEN", raising=False)
    assert main(["run"]) == 2
    assert "dontlookaway demo" in capsys.readouterr().err
