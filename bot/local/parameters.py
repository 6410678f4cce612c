"""The parameters of a call, however they came: query, form, multipart or JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from aiohttp import web

from bot.local.errors import bad_request, too_large
from bot.local.files import UPLOAD_SIZE, Upload

if TYPE_CHECKING:
    from collections.abc import Mapping


_BESIDE_FILES = 100_000  # bytes of a form's other parts


class Parameters:
    """Typed access; in a form everything is a string, structures are JSON inside it."""

    def __init__(self, values: Mapping[str, Any], files: Mapping[str, Upload] = {}) -> None:
        self._values = values
        self._files = files

    def has(self, name: str) -> bool:
        """Whether the caller gave this parameter at all."""
        return self._values.get(name) is not None

    def text(self, name: str) -> str:
        """A string, empty when missing."""
        value = self._values.get(name)
        return "" if value is None else str(value)

    def integer(self, name: str, default: int = 0) -> int:
        """A whole number; what is none counts as missing, as Telegram does."""
        try:
            return int(self._values.get(name, default))
        except (TypeError, ValueError):
            return default

    def boolean(self, name: str) -> bool:
        """True for true, yes and 1 in any case."""
        return self.text(name).strip().lower() in ("true", "yes", "1")

    def file(self, name: str) -> Upload:
        """An uploaded file, perhaps by ``attach://``. Raises 400 for an id, an address or nothing:
        what was sent before cannot be sent again here.
        """
        value = self.text(name)
        file = self._files.get(value.removeprefix("attach://") if value else name)
        if file is None:
            raise bad_request(
                "wrong file identifier/HTTP URL specified"
                if value
                else f"there is no {name} in the request"
            )
        if not file.content:
            raise bad_request("file must be non-empty")
        return file

    def structure(self, name: str) -> Any:
        """A list or an object, None when missing."""
        value = self._values.get(name)
        if not isinstance(value, str) or not value:
            return value or None
        try:
            return msgspec.json.decode(value)
        except msgspec.DecodeError:
            readable = "reply keyboard markup" if name == "reply_markup" else name
            raise bad_request(f"can't parse {readable} JSON object") from None


async def read_parameters(request: web.Request) -> Parameters:
    """From the query and the body. Raises 400 for one that cannot be read, 413 for a huge one."""
    values: dict[str, Any] = dict(request.query)
    files: dict[str, Upload] = {}
    if request.method == "POST" and request.can_read_body:
        if request.content_type == "application/json":
            body = await request.read()
            try:
                values |= msgspec.json.decode(body, type=dict[str, Any])
            except msgspec.DecodeError:
                raise bad_request("can't parse JSON object") from None
        else:
            form = request.clone(client_max_size=UPLOAD_SIZE + _BESIDE_FILES)
            try:
                fields = await form.post()
            except web.HTTPRequestEntityTooLarge:
                raise too_large() from None
            for name, value in fields.items():
                if isinstance(value, web.FileField):
                    with value.file as file:
                        files[name] = Upload(value.filename, value.content_type, file.read())
                else:
                    values[name] = value
    return Parameters(values, files)
