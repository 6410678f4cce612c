"""The files that the bot has sent, for as long as their messages stand."""

from __future__ import annotations

import mimetypes
import secrets
from collections import Counter
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import msgspec
from aiohttp import web
from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.local.chats import ChatMessage
    from bot.local.pictures import Picture
    from bot.local.storage import Storage

UPLOAD_SIZE = 50 * 1000 * 1000  # bytes
PHOTO_SIZE = 10 * 1024 * 1024  # bytes
PHOTO_SIDES = 10_000  # pixels of width and height together
PHOTO_RATIO = 20  # of the longer side to the shorter one


class Upload(Struct):
    """A file as it came with a call."""

    name: str
    media_type: str
    content: bytes


class StoredFile(Struct):
    """A file under its id; ``path`` is what the Bot API calls ``file_path``.

    ``width`` and ``height`` are those of a picture that was sent to be seen.
    """

    file_id: str
    path: str
    upload: Upload
    width: int = 0
    height: int = 0

    def as_document(self) -> dict[str, Any]:
        """The Bot API's Document object."""
        return {
            "file_name": self.upload.name,
            "mime_type": self.upload.media_type,
            **self._as_any_file(),
        }

    def as_photo(self) -> list[dict[str, Any]]:
        """The Bot API's PhotoSize objects; here there is one size of each picture."""
        return [{**self._as_any_file(), "width": self.width, "height": self.height}]

    def as_telegram(self) -> dict[str, Any]:
        """The Bot API's File object."""
        return {**self._as_any_file(), "file_path": self.path}

    def as_download(self) -> web.Response:
        """The file itself, to be saved and never shown in the place of a page."""
        named = f"attachment; filename*=UTF-8''{quote(self.upload.name, safe='')}"
        return web.Response(
            body=self.upload.content,
            headers={
                "Content-Type": self.upload.media_type,
                "Content-Disposition": named,
                "Cache-Control": "no-store",
            },
        )

    def as_picture(self) -> web.Response:
        """The picture itself, to be shown in a page."""
        return web.Response(
            body=self.upload.content,
            headers={"Content-Type": self.upload.media_type, "Cache-Control": "no-store"},
        )

    def _as_any_file(self) -> dict[str, Any]:
        return {
            "file_id": self.file_id,
            "file_unique_id": self.file_id[-16:],
            "file_size": len(self.upload.content),
        }


class Files:
    """Every file by its id. A picture may be shown by many messages, and goes with the last one."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        stored = [msgspec.json.decode(raw, type=StoredFile) for raw in storage.all("file")]
        self._files = {file.file_id: file for file in stored}
        self._shown: Counter[str] = Counter()

    def add(self, upload: Upload) -> StoredFile:
        """Keep a file under a new id that nobody can guess."""
        return self._keep("documents", upload)

    def add_picture(self, upload: Upload, picture: Picture) -> StoredFile:
        """The same for a picture, which is then what its bytes say and not what the caller says."""
        upload = Upload(upload.name, picture.media_type, upload.content)
        return self._keep("photos", upload, picture.width, picture.height)

    def _keep(self, folder: str, upload: Upload, width: int = 0, height: int = 0) -> StoredFile:
        file_id = secrets.token_urlsafe(24)
        ending = mimetypes.guess_extension(upload.media_type) or ""
        file = StoredFile(file_id, f"{folder}/{file_id}{ending}", upload, width, height)
        self._files[file_id] = file
        self._storage.put("file", file_id, file)
        return file

    def get(self, file_id: str) -> StoredFile | None:
        """The file with this id."""
        return self._files.get(file_id)

    def at(self, path: str) -> StoredFile | None:
        """The file with this path."""
        return next((file for file in self._files.values() if file.path == path), None)

    def of(self, message: ChatMessage) -> StoredFile | None:
        """The file that a message shows."""
        for kind in ("document", "photo"):
            if content := message.content.get(kind):
                return self.get((content[-1] if kind == "photo" else content)["file_id"])
        return None

    def note_shown(self, messages: Iterable[ChatMessage]) -> None:
        """These messages show what they show from now on."""
        self._shown.update(file.file_id for m in messages if (file := self.of(m)) is not None)

    def remove_of(self, message: ChatMessage) -> None:
        """Forget the file that a message showed, unless another one shows it still."""
        file = self.of(message)
        if file is None:
            return
        self._shown[file.file_id] -= 1
        if self._shown[file.file_id] <= 0:
            del self._shown[file.file_id], self._files[file.file_id]
            self._storage.remove("file", file.file_id)
