import base64

import pytest

from bot.store.keyring import Keyring

KEY = base64.b64encode(b"k" * 32).decode()


def test_only_the_same_context_opens():
    keyring = Keyring.from_setting(KEY)
    sealed = keyring.seal(b"words", b"chat 1")
    assert b"words" not in sealed
    assert keyring.open(sealed, b"chat 1") == b"words"
    assert keyring.open(sealed, b"chat 2") is None


def test_two_sealings_differ():
    keyring = Keyring.from_setting(KEY)
    assert keyring.seal(b"words", b"") != keyring.seal(b"words", b"")


def test_tampering_is_noticed():
    keyring = Keyring.from_setting(KEY)
    sealed = bytearray(keyring.seal(b"words", b""))
    sealed[-1] ^= 1
    assert keyring.open(bytes(sealed), b"") is None
    assert keyring.open(bytes(sealed[:10]), b"") is None


def test_nothing_stays_nothing():
    keyring = Keyring.from_setting(KEY)
    assert keyring.seal(b"", b"") == b""
    assert keyring.open(b"", b"") == b""


@pytest.mark.parametrize("setting", ["", " , ", "no base64!", "c2hvcnQ=", f"{KEY},c2hvcnQ="])
def test_bad_setting_names_the_variable_and_shows_nothing(setting):
    with pytest.raises(ValueError, match="SECRET_KEYS") as caught:
        Keyring.from_setting(setting)
    assert "c2hvcnQ=" not in str(caught.value)
    assert KEY not in str(caught.value)


def test_file_is_made_once_and_for_the_owner_only(tmp_path):
    path = tmp_path / "data" / "secret.keys"
    sealed = Keyring.from_file(path).seal(b"words", b"")
    assert path.stat().st_mode & 0o777 == 0o600
    assert Keyring.from_file(path).open(sealed, b"") == b"words"
    assert [one.name for one in path.parent.iterdir()] == ["secret.keys"]


def test_bad_file_is_named(tmp_path):
    path = tmp_path / "secret.keys"
    path.write_text("oops")
    with pytest.raises(ValueError, match=r"secret\.keys"):
        Keyring.from_file(path)
