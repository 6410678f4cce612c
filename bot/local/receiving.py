"""How the bot gets its updates: by asking, or by a webhook; never both."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import msgspec

from bot.local.errors import bad_request, conflict
from bot.local.parameters import Parameters
from bot.local.webhook import Courier, Webhook

if TYPE_CHECKING:
    from bot.local.messenger import Messenger
    from bot.local.updates import Update

LONGEST_POLL = 50  # seconds
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")


class Receiving:
    """``getUpdates``, ``setWebhook``, ``deleteWebhook``, ``getWebhookInfo``."""

    def __init__(self, messenger: Messenger, courier: Courier) -> None:
        self._messenger = messenger
        self._courier = courier
        self._poll: asyncio.Future[str] | None = None

    async def resume(self) -> None:
        """Go on with the webhook of an earlier run."""
        stored = self._messenger.storage.get("counter", "webhook")
        if stored:
            await self._courier.start(msgspec.json.decode(stored, type=Webhook))

    def _end_poll(self, why: str) -> None:
        if self._poll and not self._poll.done():
            self._poll.set_result(why)
        self._poll = None

    async def stop(self) -> None:
        """Let whoever waits go, and end deliveries."""
        self._end_poll("")
        await self._courier.stop()

    async def get_updates(self, call: Parameters) -> list[Update]:
        """Unconfirmed updates, or an empty list after ``timeout`` seconds."""
        if self._courier.webhook.url:
            raise conflict(
                "can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first"
            )
        self._end_poll(
            "terminated by other getUpdates request; "
            "make sure that only one bot instance is running"
        )
        queue = self._messenger.updates
        if call.has("allowed_updates"):
            queue.allow(call.structure("allowed_updates") or [])
        offset = call.integer("offset")
        limit = call.integer("limit", 100)
        limit = limit if 1 <= limit <= 100 else 100
        updates = queue.take(offset, limit)
        timeout = min(call.integer("timeout"), LONGEST_POLL)
        if updates or timeout <= 0:
            return updates
        poll = self._poll = asyncio.get_running_loop().create_future()
        arrival = asyncio.create_task(queue.wait())
        try:
            await asyncio.wait(
                {poll, arrival}, timeout=timeout, return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            arrival.cancel()
        if poll.done() and not poll.result():
            return []
        if poll.done():
            raise conflict(poll.result())
        self._poll = None
        return queue.take(max(offset, 0), limit)

    async def set_webhook(self, call: Parameters) -> bool:
        """Deliver to ``url`` from now on; an empty one is the same as deleting the webhook."""
        url = call.text("url")
        secret = call.text("secret_token")
        if url and (urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname):
            raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
        if secret and not _SECRET.fullmatch(secret):
            raise bad_request("secret token contains unallowed characters")
        if call.has("allowed_updates"):
            self._messenger.updates.allow(call.structure("allowed_updates") or [])
        self._end_poll("terminated by setWebhook request")
        await self._courier.stop()
        if call.boolean("drop_pending_updates"):
            self._messenger.updates.clear()
        connections = min(max(call.integer("max_connections", 40), 1), 100)
        webhook = Webhook(url, secret, connections)
        self._messenger.storage.put("counter", "webhook", webhook)
        await self._courier.start(webhook)
        return True

    async def delete_webhook(self, call: Parameters) -> bool:
        """Stop delivering; what was not confirmed can be asked for."""
        drop = {"drop_pending_updates": call.boolean("drop_pending_updates")}
        return await self.set_webhook(Parameters(drop))

    def webhook_info(self) -> dict[str, Any]:
        """Where updates go, and how it is going."""
        webhook = self._courier.webhook
        info: dict[str, Any] = {
            "url": webhook.url,
            "has_custom_certificate": False,
            "pending_update_count": len(self._messenger.updates),
        }
        if webhook.url:
            info["max_connections"] = webhook.max_connections
        if webhook.last_error_date:
            info["last_error_date"] = webhook.last_error_date
            info["last_error_message"] = webhook.last_error_message
        if self._messenger.updates.allowed:
            info["allowed_updates"] = self._messenger.updates.allowed
        return info
