import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import ECKey, OKPKey

from bot.reports.sealing import (
    LARGEST,
    NotReadable,
    open_sealed,
    seal,
    sealing_key,
    sign,
    signing_key,
    verify,
)

X25519 = OKPKey.generate_key("X25519")
P256 = ECKey.generate_key("P-256")


def public(private):
    return sealing_key(private.as_dict(private=False))


def changed(token, part):
    """The token with one bit changed in one of its parts."""
    parts = token.split(".")
    raw = bytearray(base64.urlsafe_b64decode(parts[part] + "=="))
    raw[0] ^= 1
    parts[part] = base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
    return ".".join(parts)


@given(st.binary(max_size=500), st.sampled_from([X25519, P256]))
def test_the_partner_opens_what_was_sealed(document, private):
    assert open_sealed(seal(document, public(private)), private) == document


def test_a_long_report_fits():
    document = b"x" * (LARGEST // 2)
    sealed = seal(document, public(X25519))
    assert open_sealed(sealed, X25519) == document
    key = OKPKey.generate_key("Ed25519")
    verify(sealed.encode(), sign(sealed.encode(), key), key)


@pytest.mark.parametrize("kind", [X25519, P256])
def test_another_key_does_not_open_it(kind):
    other = type(kind).generate_key(kind.curve_name)
    with pytest.raises(NotReadable):
        open_sealed(seal(b"room 12", public(kind)), other)


def test_a_public_key_does_not_open_it():
    with pytest.raises(NotReadable):
        open_sealed(seal(b"room 12", public(X25519)), public(X25519))


@pytest.mark.parametrize("part", range(5))
def test_a_changed_report_is_refused(part):
    with pytest.raises(NotReadable):
        open_sealed(changed(seal(b"room 12", public(X25519)), part), X25519)


@pytest.mark.parametrize("text", ["", "no report", "a.b.c.d.e", "...."])
def test_what_is_no_report_is_refused(text):
    with pytest.raises(NotReadable):
        open_sealed(text, X25519)


@pytest.mark.parametrize(
    "jwk",
    [
        {},
        {"kty": "OKP", "crv": "X25519", "x": "short"},
        {"kty": "oct", "k": "c2VjcmV0"},
        OKPKey.generate_key("Ed25519").as_dict(private=False),
        ECKey.generate_key("P-384").as_dict(private=False),
    ],
)
def test_only_keys_to_seal_for_are_taken(jwk):
    with pytest.raises(ValueError, match="X25519"):
        sealing_key(jwk)


def test_a_signature_fits_one_body_and_one_key(tmp_path):
    key = signing_key(tmp_path / "signing.json")
    signature = sign(b"body", key)
    verify(b"body", signature, key)
    with pytest.raises(NotReadable):
        verify(b"other body", signature, key)
    with pytest.raises(NotReadable):
        verify(b"body", signature, OKPKey.generate_key("Ed25519"))
    with pytest.raises(NotReadable):
        verify(b"body", "", key)


def test_a_signature_cannot_be_swapped_for_none():
    header = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
    with pytest.raises(NotReadable):
        verify(b"body", f"{header}..", OKPKey.generate_key("Ed25519"))


def test_the_signing_key_is_made_once_and_is_private(tmp_path):
    path = tmp_path / "keys" / "signing.json"
    first = signing_key(path)
    assert signing_key(path).thumbprint() == first.thumbprint()
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("text", ["", "{}", '{"kty":"OKP","crv":"Ed25519","x":"AAAA"}', "\xff"])
def test_another_file_is_no_signing_key(tmp_path, text):
    path = tmp_path / "signing.json"
    path.write_text(text, "latin-1")
    with pytest.raises(ValueError, match=r"signing\.json is not a private Ed25519 key"):
        signing_key(path)


def test_a_signature_that_brings_its_own_content_proves_nothing_about_the_body():
    key = OKPKey.generate_key("Ed25519")
    header, _, signature = sign(b"said once", key).split(".")
    content = base64.urlsafe_b64encode(b"said once").decode().rstrip("=")
    with pytest.raises(NotReadable):
        verify(b"never said", f"{header}.{content}.{signature}", key)


ODD_HEADERS = [
    *([], "x", None, 1, {}),
    *({"alg": alg} for alg in (["Ed25519"], {}, None, "none", "HS256")),
    *({"alg": "Ed25519", "crit": crit} for crit in (1, [[1]], ["b64"], ["x"])),
    {"alg": "Ed25519", "crit": ["b64"], "b64": False},
]


@pytest.mark.parametrize("header", ODD_HEADERS)
def test_an_odd_header_of_a_signature_is_refused_like_a_wrong_one(header):
    key = OKPKey.generate_key("Ed25519")
    signature = sign(b"body", key).rpartition(".")[2]
    made_up = base64.urlsafe_b64encode(json.dumps(header).encode()).decode().rstrip("=")
    with pytest.raises(NotReadable):
        verify(b"body", f"{made_up}..{signature}", key)


@pytest.mark.parametrize(
    "change",
    [
        {"enc": ["A256GCM"]},
        {"enc": {}},
        {"alg": []},
        {"crit": 1},
        {"epk": {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}},
    ],
)
def test_an_odd_header_of_a_report_is_refused_too(change):
    key = OKPKey.generate_key("X25519")
    header, *rest = seal(b"report", key).split(".")
    fields = json.loads(base64.urlsafe_b64decode(header + "==")) | change
    made_up = base64.urlsafe_b64encode(json.dumps(fields).encode()).decode().rstrip("=")
    with pytest.raises(NotReadable):
        open_sealed(".".join([made_up, *rest]), key)
