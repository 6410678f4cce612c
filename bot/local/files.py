"""The files that the bot has sent, for as long as their messages stand."""

from __future__ import annotations

import mimetypes
import secrets
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import msgspec
from aiohttp import web
from msgspec import Struct

if TYPE_CHECKING:
    from bot.local.chats import ChatMessage
    from bot.local.storage import Storage

UPLOAD_SIZE = 50 * 1000 * 1000  # bytes


class Upload(Struct):
    """A file as it came with a call."""

    name: str
    media_type: str
    content: bytes


class StoredFile(Struct):
    """A file under its id; ``path`` is what the Bot API calls ``file_path``."""

    file_id: str
    path: str
    upload: Upload

    def as_document(self) -> dict[str, Any]:
        """The Bot API's Document object."""
        return {
            "file_name": self.upload.name,
            "mime_type": self.upload.media_type,
            **self._as_any_file(),
        }

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

    def _as_any_file(self) -> dict[str, Any]:
        return {
            "file_id": self.file_id,
            "file_unique_id": self.file_id[-16:],
            "file_size": len(self.upload.content),
        }


class Files:
    """Every file by its id."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        stored = [msgspec.json.decode(raw, type=StoredFile) for raw in storage.all("file")]
        self._files = {file.file_id: file for file in stored}

    def add(self, upload: Upload) -> StoredFile:
        """Keep a file under a new id that nobody can guess."""
        file_id = secrets.token_urlsafe(24)
        ending = mimetypes.guess_extension(upload.media_type) or ""
        file = StoredFile(file_id, f"documents/{file_id}{ending}", upload)
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
        return self.get(message.content.get("document", {}).get("file_id", ""))

    def remove_of(self, message: ChatMessage) -> None:
        """Forget the file that a message shows, if it shows one."""
        file = self.of(message)
        if file is not None:
            del self._files[file.file_id]
            self._storage.remove("file", file.file_id)
