"""The parameters of a call, however they came: query, form, multipart or JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from aiohttp import web

from bot.local.errors import bad_request

if TYPE_CHECKING:
    from collections.abc import Mapping


class Parameters:
    """Typed access; in a form everything is a string, structures are JSON inside it."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

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
    """From the query and the body. Raises 400 for bodies that cannot be read, and for files."""
    values: dict[str, Any] = dict(request.query)
    if request.method == "POST" and request.can_read_body:
        if request.content_type == "application/json":
            body = await request.read()
            try:
                values |= msgspec.json.decode(body, type=dict[str, Any])
            except msgspec.DecodeError:
                raise bad_request("can't parse JSON object") from None
        else:
            for name, value in (await request.post()).items():
                if isinstance(value, web.FileField):
                    raise bad_request("file upload is not supported by this local server")
                values[name] = value
    return Parameters(values)
