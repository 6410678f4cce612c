"""Secrets that the operator chose, and files with those that the bot made. None is ever shown."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, Final

from bot.doctor.diagnosis import Diagnosis, fine, problem, warning
from bot.own_keys import SIGNING_KEY
from bot.store.keyring import Keyring
from bot.web.studio import SHORT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bot.settings import Settings

KEYS_FILE: Final = "secret.keys"
FEWEST_SIGNS: Final = 8
"""Different characters of which a secret that nobody guesses has at least so many."""


def look_at_keys(settings: Settings) -> Iterator[Diagnosis]:
    """Encryption keys, the key that signs reports, and tokens."""
    yield _encryption(settings)
    signing = settings.data_dir / SIGNING_KEY
    if signing.exists():
        yield _private(signing) or fine("signing", "the key that signs reports is private.")
    if not settings.staff_token:
        yield fine("studio", "closed, since STAFF_TOKEN is not set.")
    else:
        yield _strength("studio", "STAFF_TOKEN", settings.staff_token)
    if settings.public_url:
        yield _strength("webhook", "WEBHOOK_SECRET", settings.webhook_secret)
    secrets = [settings.token, settings.staff_token, settings.webhook_secret]
    given = [secret for secret in secrets if secret]
    if len({*given}) < len(given):
        yield problem(
            "tokens",
            "two of TELEGRAM_BOT_TOKEN, STAFF_TOKEN and WEBHOOK_SECRET are the same.",
            "Give each its own: who learns one must not have the other.",
        )


def _encryption(settings: Settings) -> Diagnosis:
    about = "keys"
    if settings.secret_keys:
        given = [key.strip() for key in settings.secret_keys.split(",") if key.strip()]
        if len({*given}) < len(given):
            return warning(about, "SECRET_KEYS has one key twice.", "Leave one of them out.")
        return fine(about, f"SECRET_KEYS has {len(given)} of them.")
    path = settings.data_dir / KEYS_FILE
    if not path.exists():
        return warning(
            about, "there is none yet.", "Start the bot: it makes one in DATA_DIR. Back that up."
        )
    try:
        Keyring.from_file(path)
    except (ValueError, OSError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        return problem(about, f"{why}.", f"Restore {path} from the backup.")
    return _private(path) or fine(about, "in DATA_DIR, readable by the bot alone.")


def _private(path: Path) -> Diagnosis | None:
    """Something to do when others than the owner may read a file."""
    facts = path.stat()
    mode = stat.S_IMODE(facts.st_mode)
    # A secret that Kubernetes mounts is root's, and the bot's group may read it.
    others = 0o077 if facts.st_uid == os.geteuid() else 0o007
    if not mode & others:
        return None
    return problem(
        "keys",
        f"others may read {path} (mode {mode:04o}).",
        f"Run chmod 600 {path}, and rotate the key if strangers had access.",
    )


def _strength(about: str, name: str, secret: str) -> Diagnosis:
    if len(secret) < SHORT or len({*secret}) < FEWEST_SIGNS:
        return warning(
            about, f"{name} could be guessed.", "Make a better one with: openssl rand -hex 24"
        )
    return fine(about, f"{name} is long enough.")
