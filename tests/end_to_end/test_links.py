"""From a poster or a friend's message into the chat: QR codes, deep links, inline sharing."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import segno
from PIL import Image
from running_bot import TOKEN, environment, reached, running

from bot.application import Application
from bot.cli import main
from bot.commands.qr import CORRECTION, QUIET
from bot.i18n.negotiate import negotiate
from bot.local import ChatMessage, LocalBotApi, Person
from bot.local.markup import parse_html

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("links")]

Newcomer = Callable[..., Person]
Printed = Callable[..., Any]


@pytest.fixture
def printed(
    bot: Application,
    server: LocalBotApi,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Printed:
    """Run a command as the operator of this bot does; its JSON document."""
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", TOKEN)
    monkeypatch.setenv("TELEGRAM_API_URL", server.url)
    monkeypatch.setenv("DATA_DIR", str(bot.settings.data_dir))
    monkeypatch.delenv("REDIS_URL", raising=False)

    async def run(*arguments: str) -> Any:
        assert await asyncio.to_thread(main, [*arguments, "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    return run


def modules(file: Path) -> list[list[int]]:
    """The dark (1) and light (0) squares of a picture of a code, without the white around it."""
    with Image.open(file) as picture:
        grey = picture.convert("L")
    dark = grey.point(lambda shade: 255 - shade).getbbox()
    assert dark is not None
    left, top, right, bottom = dark
    assert left == top == grey.width - right == grey.height - bottom
    size = left // QUIET
    middles = range(left + size // 2, right, size)
    return [[int(grey.getpixel((x, y)) < 128) for x in middles] for y in middles]


def tips(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("• ")]


def opened(message: ChatMessage) -> str:
    """The address that the one button under a message opens."""
    ((button,),) = message.inline_keyboard
    return str(button["url"])


async def test_a_code_on_a_poster_opens_the_chat_at_its_country_and_is_counted(
    bot: Application, newcomer: Newcomer, printed: Printed, tmp_path: Path
) -> None:
    before = (await printed("figures"))["figures"]
    file = tmp_path / "poster.png"
    made = await printed("qr", "KE", "--tag", "poster7", "--out", str(file))
    link = "https://t.me/dont_look_away_bot?start=to_KE__poster7"
    assert made == {"link": link, "payload": "to_KE__poster7", "file": str(file)}
    meant = segno.make_qr(link, error=CORRECTION)
    assert modules(file) == [list(row) for row in meant.matrix]

    sam = newcomer()
    await sam.start(made["payload"])
    said = "\n".join(await reached(bot.store, sam, 1))
    assert "🇰🇪 Kenya" in said
    assert len(tips(said)) == 3
    assert "999" in said

    after = (await printed("figures"))["figures"]
    for name in ("link.to.KE", "tag.poster7"):
        assert after[name] == before.get(name, 0) + 1


async def test_a_link_for_an_event_in_one_country_opens_its_card(
    bot: Application, newcomer: Newcomer, printed: Printed
) -> None:
    made = await printed("qr", "fifa-womens-world-cup-2027", "--tag", "stadium")
    sam = newcomer()
    await sam.start(made["payload"])
    said = "\n".join(await reached(bot.store, sam, 1))
    assert "🇧🇷 Brazil" in said
    assert "FIFA Women" in said
    assert len(tips(said)) == 3
    figures = (await printed("figures"))["figures"]
    assert {"link.ev.fifa-womens-world-cup-2027", "tag.stadium"} <= figures.keys()


async def test_a_link_for_an_event_in_several_countries_asks_for_one(
    bot: Application, newcomer: Newcomer, printed: Printed
) -> None:
    made = await printed("qr", "afcon-2027")
    assert len(bot.content.events.get("afcon-2027").hosts) > 1
    sam = newcomer()
    await sam.start(made["payload"])
    assert not tips("\n".join(await reached(bot.store, sam, 1)))
    await sam.send("Kenya")
    said = "\n".join(await reached(bot.store, sam, 2))
    assert "🇰🇪 Kenya" in said
    assert "Africa Cup of Nations" in said
    assert len(tips(said)) == 3


async def test_a_link_for_a_flow(bot: Application, newcomer: Newcomer, printed: Printed) -> None:
    made = await printed("qr", "hotline", "--tag", "airport")
    sam = newcomer()
    await sam.start(made["payload"])
    await reached(bot.store, sam, 1)
    await sam.send("Kenya")
    assert any("116" in text for text in await reached(bot.store, sam, 2))
    made = await printed("qr", "learn_quiz", "--tag", "school")
    await sam.start(made["payload"])
    assert any("Would you report this?" in text for text in await reached(bot.store, sam, 3))


@pytest.mark.parametrize(
    ("language", "typed"),
    [("en", "Thailand"), ("fr", "Thaïlande"), ("ar-EG", "تايلاند"), ("tlh", "Thailand")],
)
async def test_a_card_shared_with_friends_leads_them_to_the_same_card(
    bot: Application, server: LocalBotApi, newcomer: Newcomer, language: str, typed: str
) -> None:
    ana, friend = newcomer(language), newcomer(language)
    (listed,) = (await ana.ask_inline(typed)).results
    locale = negotiate(language, bot.content.catalogues.languages)
    name = bot.content.places.country_name("TH", locale)
    assert listed.title == f"🇹🇭 {bot.presentation.card_title(locale, name)}"

    shared = await ana.choose(listed, server.group(-7, "Friends"))
    home, _, payload = opened(shared).partition("?start=")
    assert home == "https://t.me/dont_look_away_bot"
    await friend.start(payload)
    assert shared.text in await reached(bot.store, friend, 1)
    place = bot.content.places.find(typed, locale).place
    assert place is not None
    card = bot.content.card(place, locale, datetime.now(UTC))
    assert shared.text == parse_html(card.text)[0]


async def test_a_card_that_is_sent_to_the_bot_itself_is_no_answer(
    bot: Application, newcomer: Newcomer
) -> None:
    sam = newcomer()
    await sam.send("/report")
    await reached(bot.store, sam, 1)
    (listed,) = (await sam.ask_inline("Kenya")).results
    await sam.choose(listed)
    await sam.press("No, or I am not sure")
    await reached(bot.store, sam, 2)  # the card took no turn


async def test_an_operator_learns_that_inline_mode_is_off(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with LocalBotApi() as server:
        server.messenger.bot["supports_inline_queries"] = False
        async with running(environment(server, tmp_path, "polling")):
            assert "/setinline" in caplog.text


async def test_cards_need_no_memory(tmp_path: Path) -> None:
    async with LocalBotApi() as alone:
        redis_url = "redis://127.0.0.1:1"
        async with running(environment(alone, tmp_path, "polling", redis_url)):
            person = alone.person(1, "fr")
            (card,) = (await person.ask_inline("Kenya")).results
            assert "Kenya" in card.title
            (general,) = (await person.ask_inline("")).results
            assert general.title == "Ne détournez pas le regard"
