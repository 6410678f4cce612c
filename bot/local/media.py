"""The smallest valid Telegram object of every kind of media that a person may send."""

from __future__ import annotations

from typing import Any


def media(kind: str) -> dict[str, Any]:
    """The fields of a message that carries this kind. Raises KeyError for an unknown one."""
    file = {"file_id": f"local-{kind}", "file_unique_id": f"local-{kind}", "file_size": 1024}
    picture = {**file, "width": 320, "height": 240}
    contents: dict[str, Any] = {
        "photo": [picture],
        "video": {**picture, "duration": 3},
        "animation": {**picture, "duration": 3},
        "voice": {**file, "duration": 3},
        "audio": {**file, "duration": 3},
        "video_note": {**file, "length": 240, "duration": 3},
        "document": {**file, "file_name": "document.pdf"},
        "sticker": {
            **picture,
            "type": "regular",
            "is_animated": False,
            "is_video": False,
            "emoji": "🙂",
        },
        "contact": {"phone_number": "+15550100", "first_name": "Contact"},
    }
    return {kind: contents[kind]}
