"""Somebody writes without end: others are answered as ever, and so is a cry for help."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable

import aiohttp
import pytest
from running_bot import reached, turn, until

from bot.application import Application
from bot.conversation.events import Command, Event, Media, Press, Start, Text
from bot.local import LocalBotApi, Person
from bot.telegram.flood import BURST
from bot.telegram.updates import Incoming

pytestmark = pytest.mark.asyncio(loop_scope="module")
PASSED_OVER = {"reason": "flood"}


def passed_over(bot: Application) -> float:
    counted = bot.registry.get_sample_value("dontlookaway_updates_not_taken_total", PASSED_OVER)
    return counted or 0


async def test_a_flood_is_passed_over_but_help_is_given_and_others_hear_at_once(
    bot: Application, server: LocalBotApi, newcomer: Callable[..., Person]
) -> None:
    flooding, witness = newcomer(), newcomer()
    before = passed_over(bot)
    await flooding.send("/report")
    for number in range(3 * BURST):
        await flooding.send(f"word {number}")
    await until(lambda: passed_over(bot) > before, 30)

    await witness.send("/report")
    await reached(bot.store, witness, 1)
    for number in itertools.count():
        await flooding.send(f"more {number}")
        if number % 20 == 10:
            await flooding.send("My friend hits a child right now")
        if any("112" in message.text for message in flooding.chat.visible if message.by_bot):
            break
        await asyncio.sleep(0)
        assert number < 2000

    told = [m.text for m in flooding.chat.visible if "a lot at once" in m.text]
    assert len(told) == 1
    await until(lambda: not len(server.messenger.updates), 60)
    assert await turn(bot.store, witness) == 1
    async with aiohttp.ClientSession() as http:
        url = f"http://{bot.settings.host}:{bot.settings.port}/metrics"
        async with http.get(url) as response:
            assert "dontlookaway_updates_not_taken_total" in await response.text()


async def test_what_leads_to_help_is_known_from_the_conversation_so_far(
    bot: Application, newcomer: Callable[..., Person]
) -> None:
    witness = newcomer()

    def helps(event: Event) -> bool:
        return bot.conversations.leads_to_help(Incoming(1, witness.chat.id, event, "en"))

    always: tuple[Event, ...] = (
        Command("emergency"),
        Command("child"),
        Start("urgent"),
        Press("7:!emergency"),
        Text("🆘"),
        Text("my uncle hurts me, I am 12"),
        Media("photo", "a child is being hit right now"),
    )
    assert [event for event in always if not helps(event)] == []
    assert not any(map(helps, (Text("Kenya"), Press("1:0"), Command("report"), Start("tips"))))
    await witness.send("/report")
    await reached(bot.store, witness, 1)
    assert helps(Press("1:0"))  # a child is in danger right now
    assert not helps(Press("1:1"))
    await witness.send("/emergency")
    await reached(bot.store, witness, 2)
    assert helps(Text("Kenya"))
    assert [event for event in always if not helps(event)] == []
