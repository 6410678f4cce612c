"""Whether everything around the bot is as it should be, for ``dontlookaway doctor``.

It only looks: nothing is written, registered or sent. Each module looks at one thing and yields
what it sees as :class:`~bot.doctor.diagnosis.Diagnosis`.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.application import content_folder
from bot.doctor.content import look_at_content
from bot.doctor.disk import look_at_disk
from bot.doctor.keys import look_at_keys
from bot.doctor.redis import look_at_redis
from bot.doctor.service import look_at_service
from bot.doctor.telegram import look_at_telegram

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.doctor.diagnosis import Diagnosis
    from bot.settings import Settings


async def examine(settings: Settings, clock: Callable[[], float] = time.time) -> list[Diagnosis]:
    """Look at everything that the settings name. ``clock`` tells seconds since 1970.

    What cannot be reached is a diagnosis like any other; nothing is raised for it.
    """
    found = [each async for each in look_at_telegram(settings, clock)]
    found += [each async for each in look_at_service(settings)]
    found += [each async for each in look_at_redis(settings, clock)]
    found += look_at_disk(settings.data_dir)
    found += look_at_keys(settings)
    today = datetime.fromtimestamp(clock(), UTC).date()
    found += look_at_content(content_folder(settings), today)
    return found
