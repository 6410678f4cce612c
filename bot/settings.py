"""The environment, read once and checked, so that a bad value stops the program at its start."""

from __future__ import annotations

import base64
import binascii
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Self
from urllib.parse import urlsplit

from msgspec import Struct

API_URL: Final = "https://api.telegram.org"
_TOKEN: Final = re.compile(r"\d{1,16}:[A-Za-z0-9_-]{3,}")
_SECRET: Final = re.compile(r"[A-Za-z0-9_-]{1,256}")
_REDIS: Final = ("redis://", "rediss://", "unix://", "redis+cluster://")

WEBHOOK_REPLIES: Final = ("none", "edits", "all")
"""What may ride back in the response to an update (:mod:`bot.telegram.rides`)."""


class SettingError(ValueError):
    """A variable of the environment cannot be used; the text names it and says what to do."""


class Settings(Struct, frozen=True):
    """What operators decide. Empty strings: not set."""

    token: str = ""
    api_url: str = API_URL
    public_url: str = ""
    webhook_secret: str = ""
    redis_url: str = ""
    host: str = "127.0.0.1"
    port: int = 8080
    data_dir: Path = Path("~/.local/share/dontlookaway")
    secret_keys: str = ""
    content_dir: Path | None = None
    staff_token: str = ""
    webhook_replies: str = "none"

    def __repr__(self) -> str:
        """Without its values, some of which are secret."""
        return "Settings()"

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> Self:
        """Read the environment. Raises :class:`SettingError`; an empty variable counts as unset."""
        given = {name: value.strip() for name, value in environ.items() if value.strip()}
        content = given.get("CONTENT_DIR")
        settings = cls(
            token=given.get("TELEGRAM_BOT_TOKEN", ""),
            api_url=given.get("TELEGRAM_API_URL", API_URL).rstrip("/"),
            public_url=given.get("PUBLIC_URL", "").rstrip("/"),
            webhook_secret=given.get("WEBHOOK_SECRET", ""),
            redis_url=given.get("REDIS_URL", ""),
            host=given.get("HOST", "127.0.0.1"),
            port=_port(given.get("PORT", "8080")),
            data_dir=folder_named(given.get("DATA_DIR", "~/.local/share/dontlookaway"), "DATA_DIR"),
            secret_keys=given.get("SECRET_KEYS", ""),
            content_dir=folder_named(content, "CONTENT_DIR") if content else None,
            staff_token=given.get("STAFF_TOKEN", ""),
            webhook_replies=given.get("WEBHOOK_REPLIES", "none"),
        )
        settings._check()
        return settings

    def _check(self) -> None:
        if self.token and not _TOKEN.fullmatch(self.token):
            raise SettingError(
                "TELEGRAM_BOT_TOKEN is not a token: it looks like 123456:ABC-DEF…, from @BotFather."
            )
        _check_url("TELEGRAM_API_URL", self.api_url, ("http", "https"))
        if self.public_url:
            _check_url("PUBLIC_URL", self.public_url, ("http", "https"))
            if not self.webhook_secret:
                raise SettingError(
                    "WEBHOOK_SECRET is not set, but PUBLIC_URL is: without it anybody could write"
                    " in Telegram's name. Choose 1 to 256 letters, digits, _ and -."
                )
        if self.webhook_secret and not _SECRET.fullmatch(self.webhook_secret):
            raise SettingError(
                "WEBHOOK_SECRET may have 1 to 256 letters, digits, _ and -, and nothing else."
            )
        if self.redis_url and not self.redis_url.startswith(_REDIS):
            raise SettingError(
                f"REDIS_URL must begin with {', '.join(_REDIS[:-1])} or {_REDIS[-1]}."
            )
        _check_keys(self.secret_keys)
        if self.webhook_replies not in WEBHOOK_REPLIES:
            raise SettingError(
                f"WEBHOOK_REPLIES must be {', '.join(WEBHOOK_REPLIES[:-1])} or"
                f" {WEBHOOK_REPLIES[-1]}, not {self.webhook_replies!r}."
            )
        if self.content_dir is not None:
            missing = [name for name in ("flows", "data") if not (self.content_dir / name).is_dir()]
            if missing:
                folders = " and no folder ".join(missing)
                raise SettingError(f"CONTENT_DIR: {self.content_dir} has no folder {folders}.")


def _port(text: str) -> int:
    if not text.isdecimal() or len(text) > 5 or int(text) > 65535:
        raise SettingError(f"PORT must be a number from 0 to 65535, not {text!r}.")
    return int(text)


def folder_named(text: str, variable: str) -> Path:
    """The folder that a variable names, which need not be there yet.

    Raises :class:`SettingError` for one that never can be.
    """
    try:
        path = Path(text).expanduser()
        os.stat(path)  # noqa: PTH116 - Path's own questions keep some errors to themselves
    except (FileNotFoundError, NotADirectoryError):
        return path
    except (OSError, ValueError) as error:  # a name that is too long, or a way that is barred
        reason = error.strerror if isinstance(error, OSError) else error
        raise SettingError(f"{variable}: {reason}.") from None
    except RuntimeError:
        raise SettingError(
            f"{variable}: there is no home folder for {text!r}; give a full path."
        ) from None
    return path


def _check_url(name: str, url: str, schemes: tuple[str, ...]) -> None:
    try:
        parts = urlsplit(url)
        usable = parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise SettingError(f"{name} must be an address like https://example.org.")


def _check_keys(keys: str) -> None:
    for key in filter(None, (part.strip() for part in keys.split(","))):
        try:
            size = len(base64.b64decode(key, validate=True))
        except (binascii.Error, ValueError):
            size = 0
        if size != 32:
            raise SettingError(
                "SECRET_KEYS must be 32-byte keys in base64, separated by commas, newest first."
                " Make one with: openssl rand -base64 32"
            )
