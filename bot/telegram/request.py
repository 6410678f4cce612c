"""python-telegram-bot's HTTP backend on aiohttp.

The stock backend spends milliseconds of processor time on a call once many are in flight, since
its pool is scanned for each of them (``benchmarks/sends.py`` measures both). This one sends
parameters as JSON, or as a form where a file is among them. It downloads nothing: the bot must
never fetch what people send it.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

import aiohttp
import msgspec
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot.telegram.refusal import fit_to_tell
from bot.telegram.wire import NotSent, Unanswered, Wire, error_name

__all__ = ["AiohttpRequest", "NotSent", "Unanswered"]

_HEADERS: Final = {"Content-Type": "application/json", "User-Agent": BaseRequest.USER_AGENT}
_DNS_SECONDS: Final = 300

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(dict[str, Any]).decode


class AiohttpRequest(BaseRequest):
    """Calls the Bot API over a pool of connections that are kept open.

    ``pool_size`` connections at most; a call that finds none free waits ``pool_timeout``. All
    times are in seconds, ``None`` waits for ever. Proxies set in the environment are not used.
    """

    __slots__ = (
        "_connect_timeout",
        "_pool_size",
        "_pool_timeout",
        "_read_timeout",
        "_session",
        "_timeout",
        "_wires",
    )

    def __init__(
        self,
        *,
        pool_size: int = 256,
        read_timeout: float | None = 10.0,
        connect_timeout: float | None = 5.0,
        pool_timeout: float | None = 5.0,
    ) -> None:
        self._pool_size = pool_size
        self._read_timeout = read_timeout
        self._connect_timeout = connect_timeout
        self._pool_timeout = pool_timeout
        self._timeout = _timeout(read_timeout, connect_timeout, pool_timeout)
        self._session: aiohttp.ClientSession | None = None
        self._wires: dict[str, Wire] = {}

    @property
    def read_timeout(self) -> float | None:
        """How long an answer may take, in seconds, when a call names no time of its own."""
        return self._read_timeout

    async def initialize(self) -> None:
        """Open the pool; does nothing when it is open."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    limit=self._pool_size, ttl_dns_cache=_DNS_SECONDS, keepalive_timeout=60
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers=_HEADERS,
            )

    async def shutdown(self) -> None:
        """Close all connections; does nothing when they are closed."""
        if self._session is not None:
            session, self._session = self._session, None
            await session.close()
        for wire in self._wires.values():
            wire.close()
        self._wires.clear()

    async def call(
        self, server: str, path: str, params: dict[str, Any], patience: float | None
    ) -> Any:
        """Make a call whose parameters are plain JSON values, and return its bare result.

        This is what :meth:`post` does, for a tenth of its price. ``server`` is an address without
        a path. Raises what :meth:`post` raises.
        """
        if self._session is None:
            raise TelegramError("The connection to Telegram is not open: call initialize() first.")
        wire = self._wires.get(server)
        if wire is None:
            wire = self._wires[server] = Wire(
                server, size=self._pool_size, connect=self._timeout.connect
            )
        if patience is None:
            patience = self._read_timeout
        status, payload = await wire.post(path, _encode(params), patience)
        if status == HTTPStatus.OK:
            return self.parse_json_payload(payload).get("result")
        return await _Answered(status, fit_to_tell(status, payload, path)).post("")

    async def do_request(  # noqa: PLR0917 - the base class has it so
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 - bodies are small
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Make one call and return the HTTP status and the body.

        Raises :class:`NotSent`, :class:`telegram.error.TimedOut` when the answer takes too long and
        :class:`Unanswered` when the connection ends before it (the call may have been carried out),
        :class:`telegram.error.NetworkError` for any other trouble on the way, and
        :class:`telegram.error.TelegramError` for downloads. No error text contains the URL, for the
        URL contains the token, and of a body that is no success only what is fit to be told.
        """
        if method != "POST":
            raise TelegramError("This bot downloads no files.")
        if self._session is None:
            raise TelegramError("The connection to Telegram is not open: call initialize() first.")
        body, headers = _body(request_data)
        try:
            async with self._session.post(
                url,
                data=body,
                headers=headers,
                timeout=self._timeout_for(read_timeout, connect_timeout, pool_timeout),
                allow_redirects=False,
            ) as response:
                payload = await response.read()
                return response.status, fit_to_tell(response.status, payload, url)
        except aiohttp.ConnectionTimeoutError:
            raise NotSent("Telegram could not be reached in time.") from None
        except aiohttp.ClientConnectorError as error:
            raise NotSent(f"Telegram cannot be reached ({error_name(error)}).") from None
        except TimeoutError:
            raise TimedOut("Telegram did not answer in time.") from None
        except ValueError as error:
            raise NetworkError(f"Telegram cannot be reached ({error_name(error)}).") from None
        except (aiohttp.ClientError, OSError) as error:
            raise Unanswered(f"Telegram cannot be reached ({error_name(error)}).") from None

    def _timeout_for(self, read: Any, connect: Any, pool: Any) -> aiohttp.ClientTimeout:
        unset = BaseRequest.DEFAULT_NONE
        if read is unset and connect is unset and pool is unset:
            return self._timeout
        return _timeout(
            self._read_timeout if read is unset else read,
            self._connect_timeout if connect is unset else connect,
            self._pool_timeout if pool is unset else pool,
        )

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Decode an answer.

        Raises :class:`telegram.error.TelegramError` when it is no JSON object; what it is stays
        unsaid, since it may quote a message.
        """
        try:
            return _decode(payload)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise TelegramError("The answer is not JSON.") from error


class _Answered(BaseRequest):
    """Has python-telegram-bot say what an answer means; most are errors, which are its own."""

    __slots__ = ("_answer",)

    def __init__(self, status: int, payload: bytes) -> None:
        self._answer = status, payload

    read_timeout: None = None
    parse_json_payload = staticmethod(AiohttpRequest.parse_json_payload)

    async def initialize(self) -> None:
        """Nothing is opened."""

    async def shutdown(self) -> None:
        """Nothing is held."""

    async def do_request(self, *_: Any, **__: Any) -> tuple[int, bytes]:
        """What was answered."""
        return self._answer


def _body(data: RequestData | None) -> tuple[bytes | aiohttp.Payload, dict[str, str] | None]:
    """What to send, and the headers that it needs beside the usual ones."""
    if data is None or not data.contains_files:
        return _encode(data.parameters if data else {}), None
    form = aiohttp.FormData(quote_fields=False)
    for field, value in data.json_parameters.items():
        form.add_field(field, value)
    for field, (name, content, media_type) in data.multipart_data.items():
        form.add_field(field, content, filename=name, content_type=media_type)
    payload = form()
    return payload, {"Content-Type": payload.headers["Content-Type"]}


def _timeout(
    read: float | None, connect: float | None, pool: float | None
) -> aiohttp.ClientTimeout:
    # aiohttp's "connect" spans the wait for a free connection and the opening of a new one.
    both = None if connect is None or pool is None else connect + pool
    return aiohttp.ClientTimeout(total=None, connect=both, sock_connect=connect, sock_read=read)
