"""The keys of this bot, from its settings or from where it keeps them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from joserfc.jwk import OKPKey

from bot.reports.sealing import signing_key
from bot.settings import SettingError
from bot.store.keyring import Keyring

if TYPE_CHECKING:
    from bot.content import Content
    from bot.settings import Settings

SIGNING_KEY: Final = "report-signing.json"
"""In DATA_DIR; replicas need the same one, since partners know its public half."""


def keyring_of(settings: Settings) -> Keyring:
    """The keys that encrypt what is sensitive in Redis.

    Raises :class:`bot.settings.SettingError`.
    """
    if settings.secret_keys:
        return Keyring.from_setting(settings.secret_keys)
    try:
        return Keyring.from_file(settings.data_dir / "secret.keys")
    except OSError as error:
        raise SettingError(
            f"DATA_DIR: cannot keep keys in {settings.data_dir} ({error.strerror});"
            " choose another folder, or set SECRET_KEYS."
        ) from None


def signing_key_of(settings: Settings, content: Content) -> OKPKey:
    """The key that partners know; while there is none of them, one that nobody will see.

    Raises :class:`bot.settings.SettingError`.
    """
    if not content.partners:
        return OKPKey.generate_key("Ed25519")
    try:
        return signing_key(settings.data_dir / SIGNING_KEY)
    except ValueError as error:
        raise SettingError(f"DATA_DIR: {error}.") from None
    except OSError as error:
        raise SettingError(
            f"DATA_DIR: cannot keep the key that signs reports in {settings.data_dir}"
            f" ({error.strerror}); choose another folder."
        ) from None
