"""What strangers, editors and broken programs could send, as strategies of Hypothesis.

The structure of updates follows the Bot API 10.1, written by hand for the kinds and fields that
the bot reads, and bent: values of a wrong type, out of range, deeper or longer than anybody writes.
"""

from __future__ import annotations

import json
from typing import Any, Final

from hypothesis import strategies as st

from bot.conversation.options import BACK, EMERGENCY, MENU
from bot.telegram.updates import NOT_SERVED

NASTY: Final = (
    *("", " ", "\x00", "\ud800", "\udfff\ud800", "\u202e", "\ufeff", "\u2066", "e\u0301" * 300),
    *("{answer}", "{here}", "{0.__class__}", "%s%n", "<b>", "</b>", "&amp;", "<a href=x>", "`_*["),
    *("<" * 4096, "\u0648 " * 2000, "1" * 5000, "-" * 3000, "\U0001f600" * 2000, "a" * 4097),
    *("../../etc/passwd", "..%2f..%2fetc", "flows/../../x.yaml", "C:\\x", "/dev/zero", "~root"),
    *("0x10", "1e999", "-0", "NaN", "Infinity", "1_000", "\u0661\u0662", "\u00b2", "\u2460"),
    *("\r\nSet-Cookie: a=b", "'; DROP TABLE x --", "${jndi:ldap://x}", "javascript:alert(1)"),
)
SAID: Final = (
    *("Kenya", "Mombasa", "50.77, 6.08", "91, 181", "yesterday at 25:61", "31.2.2027", "no", "yes"),
    *("a man with a girl at the lift", "a child is being hit right now", "my uncle hurts me"),
    *("last night around eleven", "20 June to 3 July", "il y a deux heures", "12", "+254 20 123"),
)
PAYLOADS: Final = (
    *("", "KE", "hotline-KE", "urgent_TH", "to_TH", "to_TH__poster", "event_x", "report__", "__x"),
    *(
        "-",
        "--",
        "_",
        "test_x",
        "test_" + "A" * 59,
        "x" * 64,
        "to_",
        "to_\x00",
        "a-b-c-d",
        "inline",
    ),
)
COMMANDS: Final = (
    *("/start", "/emergency", "/child", "/report", "/hotline Kenya", "/tips 50.77, 6.08", "/back"),
    *("/erase", "/language", "/reminders", "/survey", "/events", "/learn", "/stop", "/settings"),
    *("/x", "/", "/start@dont_look_away_bot", "/tips\u00a0Peru", "/hotline\n\n" + "x" * 4000),
)
PRESSES: Final = (
    *("0:0", "1:1", "2:0", f"9:{EMERGENCY}", f"1:{BACK}", f"1:{MENU}", ":", "", "1:99", "-1:-1"),
    *("1e9:0", "\u0661:\u0660", "go:urgent/numbers", ">", "x" * 64, "\x00" * 64, "1:!", "!:!"),
)
NUMBERS: Final = (0, 1, -1, 2**31, 2**53, 2**63 - 1, 2**63, -(2**63) - 1, 10**30, 10**400)
FLOATS: Final = (0.0, -0.0, 90.0, -90.0, 90.0001, 180.0, 181.0, 1e308, 1e-320, 0.1, 36.8)

characters = st.characters(codec=None, exclude_categories=())
words = st.sampled_from([*NASTY, *SAID]) | st.text(characters, max_size=80)
numbers = st.integers() | st.sampled_from(NUMBERS)
degrees = st.floats() | st.sampled_from(FLOATS)
anything: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | numbers | st.floats() | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=6,
)


class Raw(str):
    """Something that stands in JSON as it is."""


def encoded(value: Any) -> bytes:
    """JSON, with halves of surrogate pairs, numbers of any size, NaN, and what is :class:`Raw`."""
    raws: list[str] = []

    def held(part: Any) -> Any:
        if isinstance(part, Raw):
            raws.append(part)
            return f"\x01{len(raws) - 1}\x01"
        if isinstance(part, dict):
            return {str(key): held(one) for key, one in part.items()}
        return [held(one) for one in part] if isinstance(part, list) else part

    text = json.dumps(held(value), default=str)
    for number, raw in enumerate(raws):
        text = text.replace(f'"\\u0001{number}\\u0001"', raw)
    return text.encode()


raws = st.sampled_from(
    [
        *("1e999", "-1e999", "1E400", "0.1e-999", "00", "01", "+1", "1.", ".5", "0x1", "'a'"),
        *('"\\ud800"', '"\\x00"', '"\\u0000"', "[" * 900 + "]" * 900, "[" * 200_000, '{"a":' * 900),
        *("nul", "tru", '"', "{", "9" * 5000, "\u00e9", '"a\nb"', "/**/1", '{"a":1,"a":2}', ","),
    ]
).map(Raw)


def bend(value: Any, edits: list[tuple[list[int], Any]]) -> Any:
    """``value`` with parts replaced; numbers lead to each of them."""
    for path, instead in edits:
        parent, key, at = None, None, value
        for step in path:
            if isinstance(at, dict) and at:
                parent, key = at, list(at)[step % len(at)]
            elif isinstance(at, list) and at:
                parent, key = at, step % len(at)
            else:
                break
            at = parent[key]
        if parent is None:
            value = instead
        elif instead is ...:
            del parent[key]
        else:
            parent[key] = instead
    return value


def bent(base: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """The same, of which a few parts are missing or something else."""
    steps = st.lists(st.integers(0, 40), min_size=1, max_size=5)
    edits = st.lists(st.tuples(steps, anything | raws | st.just(...)), max_size=3)
    return st.builds(bend, base, edits)


_ids = st.integers(1, 2**45)
_chats = st.fixed_dictionaries(
    {
        "id": _ids,
        "type": st.sampled_from(["private"] * 8 + ["group", "supergroup", "channel", "sender", ""]),
    },
    optional={"first_name": words, "title": words, "is_forum": st.booleans()},
)
_users = st.fixed_dictionaries(
    {"id": _ids, "is_bot": st.sampled_from([False] * 9 + [True])},
    optional={
        "language_code": st.sampled_from(["en", "fr", "ar", "pt-br", "zh-hans", "xx"]) | words,
        "username": words | st.just("dont_look_away_bot"),
        "first_name": words,
    },
)
_texts = st.one_of(
    words,
    st.sampled_from([*COMMANDS, *SAID]),
    st.sampled_from(PAYLOADS).map("/start {}".format),
    words.map("/start {}".format),
)
_rich: st.SearchStrategy[Any] = st.recursive(
    words,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["text", "blocks", "items", "summary", "caption", "cells", "url"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=8,
)
_location = st.fixed_dictionaries(
    {"latitude": degrees, "longitude": degrees},
    optional={"live_period": numbers, "horizontal_accuracy": degrees},
)
_sent = st.one_of(
    *[st.fixed_dictionaries({"text": _texts})] * 4,
    *[st.fixed_dictionaries({"location": _location})] * 2,
    st.fixed_dictionaries({"rich_message": _rich}),
    st.builds(
        lambda kind, what, caption, album: {kind: what, "caption": caption} | album,
        st.sampled_from(["photo", "video", "voice", "document", "contact", "poll", "dice", "x"]),
        anything,
        _texts,
        st.just({}) | words.map(lambda name: {"media_group_id": name}),
    ),
    st.fixed_dictionaries({"new_chat_title": words}),
)
_messages = st.builds(
    lambda head, content, via: head | content | via,
    st.fixed_dictionaries({"message_id": _ids, "date": _ids, "chat": _chats, "from": _users}),
    _sent,
    st.sampled_from([{}] * 9 + [{"via_bot": {"is_bot": True, "username": "dont_look_away_bot"}}]),
)
_pressed = st.fixed_dictionaries(
    {"id": words, "from": _users, "data": st.sampled_from(PRESSES) | words},
    optional={
        "message": st.fixed_dictionaries({"message_id": _ids, "chat": _chats, "date": _ids}),
        "inline_message_id": words,
        "chat_instance": words,
    },
)
_members = st.fixed_dictionaries(
    {
        "chat": _chats,
        "from": _users,
        "new_chat_member": st.fixed_dictionaries(
            {"status": st.sampled_from(["member", "kicked", "left", ""]) | words}
        ),
    }
)
inline_queries = st.fixed_dictionaries(
    {"id": words, "from": _users, "query": words | st.sampled_from(SAID)},
    optional={"offset": words, "location": _location, "chat_type": words},
)
updates = st.builds(
    lambda update_id, kind: {"update_id": update_id, **kind},
    _ids,
    st.one_of(
        *[st.fixed_dictionaries({"message": _messages})] * 5,
        *[st.fixed_dictionaries({"callback_query": _pressed})] * 3,
        st.fixed_dictionaries({"my_chat_member": _members}),
        st.fixed_dictionaries({"inline_query": inline_queries}),
        st.dictionaries(st.sampled_from([*NOT_SERVED, "new_kind"]), anything, max_size=2),
    ),
)


def mangled(seeds: list[bytes]) -> st.SearchStrategy[bytes]:
    """One of these with bytes inserted, overwritten, doubled, moved or cut off; or just bytes."""
    edit = st.tuples(
        st.sampled_from(["insert", "over", "double", "cut", "delete"]),
        st.integers(0, 1 << 16),
        st.integers(1, 64),
        st.binary(max_size=8) | st.sampled_from(PIECES),
    )

    def edited(seed: bytes, edits: list[tuple[str, int, int, bytes]]) -> bytes:
        for what, where, length, piece in edits:
            at = where % (len(seed) + 1)
            head, tail = seed[:at], seed[at:]
            seed = {
                "insert": head + piece + tail,
                "over": head + piece + tail[len(piece) :],
                "double": head + tail[:length] * 3 + tail,
                "cut": head,
                "delete": head + tail[length:],
            }[what]
        return seed

    return st.builds(edited, st.sampled_from(seeds), st.lists(edit, max_size=6)) | st.binary()


PIECES: Final = (
    *(b": ", b"- ", b"\n", b"\t", b"{", b"[", b"[" * 1200, b"- " * 3000, b"? ", b"&a ", b"*a"),
    *(b"x" * 70_000, b"\xff\xfe", b"\xef\xbb\xbf", b"\x00", b"\xc0\x80", b"\xed\xa0\x80", b"\xf5"),
    *(
        b"!!python/object:os.system x",
        b"<<: *a",
        b"%YAML 9.9\n---\n",
        b"\n...\n---\n",
        b"|\n",
        b">-",
    ),
    *(
        b"\xe2\x80\xa8",
        b"\xc2\x85",
        b"null",
        b"~",
        b"0112",
        b"12:30",
        b"1e999",
        b".nan",
        b"2027-02-30",
    ),
    *(b'"\\ud800"', b'"\\x00"', b'"\\U0010ffff"', b"{a: {a: " * 400, b"'", b'"', b"#", b"@", b"`"),
)
