"""Puts the bot together from its settings."""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from bot.application import Application, content_folder, mail_page_of
from bot.content import Content
from bot.own_keys import keyring_of
from bot.settings import SettingError
from bot.store.connect import connect
from bot.store.embedded import EmbeddedRedis
from bot.store.pipeline import Pipeline
from bot.telegram.api import Api

if TYPE_CHECKING:
    from bot.delivery.courier import Pace
    from bot.settings import Settings

_log = logging.getLogger(__name__)


@contextlib.asynccontextmanager
async def assemble(settings: Settings, *, pace: Pace | None = None) -> AsyncIterator[Application]:
    """The bot, ready to :meth:`Application.run`, with a Redis of its own when none is named.

    ``pace`` is how reports are delivered, where that is not to be as patient as usual.

    Raises :class:`ValueError` for content that cannot be used,
    :class:`bot.settings.SettingError` for settings that cannot, and
    :class:`bot.store.errors.EmbeddedRedisFailed`.
    """
    started = time.perf_counter()
    async with contextlib.AsyncExitStack() as stack:
        redis_url = settings.redis_url
        if not redis_url:
            redis_url = (await stack.enter_async_context(EmbeddedRedis(settings.data_dir))).url
        try:
            pipeline = Pipeline(connect(redis_url))
        except ValueError as error:
            raise SettingError(str(error)) from None
        stack.push_async_callback(pipeline.close)
        keyring = keyring_of(settings)
        content = Content.load(content_folder(settings), mail_page=mail_page_of(settings))
        api = Api.at(settings.api_url, settings.token)
        for request in api._request:  # Bot.initialize would insist on reaching Telegram
            await request.initialize()
            stack.push_async_callback(request.shutdown)
        _log.info("Loaded in %.1f s.", time.perf_counter() - started)
        yield Application(settings, content, pipeline=pipeline, keyring=keyring, api=api, pace=pace)
