"""The button that writes a mail leads to a page that the bot itself serves."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import aiohttp
from running_bot import Mode, environment, running

from bot.application import Application
from bot.content import _World
from bot.conversation.world import Request, Told
from bot.local import LocalBotApi


def mail_addresses(bot: Application) -> list[str]:
    world = _World(bot.content, datetime(2026, 11, 25, tzinfo=UTC))
    report = (Told("report_what", "What was seen", "Two men, a girl"),)
    request = Request("en", {"country": "AT"}, world, lambda _: report)
    messages = bot.content.actions["show_where_to_send"](request).messages
    return [each.value for shown in messages for each in shown.buttons if "mailto:" in each.value]


async def visit(tmp_path: Path, mode: Mode) -> tuple[list[str], str]:
    """The addresses on the buttons, and what the bot's server says at ``/mail``."""
    async with LocalBotApi() as server:
        environ = environment(server, tmp_path, mode)
        async with running(environ) as bot, aiohttp.ClientSession() as http:
            page = f"http://127.0.0.1:{environ['PORT']}/mail"
            addresses = mail_addresses(bot)
            assert all(address.startswith(f"{page}#en&mailto:") for address in addresses)
            async with http.get(page) as response:
                assert response.status == 200
                return addresses, await response.text()


async def test_with_a_public_address_the_button_leads_to_the_bots_own_page(tmp_path: Path) -> None:
    addresses, page = await visit(tmp_path, "webhook")
    assert len(addresses) == 2
    assert "Your mail is ready" in page


async def test_without_one_there_is_no_button(tmp_path: Path) -> None:
    addresses, _ = await visit(tmp_path, "polling")
    assert addresses == []
