"""The whole bot: its parts put together, and run."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import logging
from collections.abc import AsyncIterator, Coroutine, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, get_args

from aiohttp import web
from prometheus_client import CollectorRegistry, Counter, Histogram
from telegram.error import InvalidToken, TelegramError

from bot.campaigns.service import CampaignService
from bot.campaigns.staff import Staff
from bot.campaigns.taps import Taps
from bot.campaigns.trial import PICTURES
from bot.campaigns.trying import Trying
from bot.content import Content, shipped
from bot.conversation.engine import Turn
from bot.conversation.events import Command, Event
from bot.conversation.figures import figures
from bot.conversation.messages import Message
from bot.conversation.session import Session
from bot.conversation.subscription import followed
from bot.delivery.courier import Pace
from bot.delivery.desk import Desk, News
from bot.delivery.queue import Outbox as ReportOutbox
from bot.delivery.service import DeliveryService
from bot.delivery.threads import Threads
from bot.errands import Errands
from bot.i18n.negotiate import negotiate
from bot.knowledge.zones import zone_of
from bot.own_keys import signing_key_of
from bot.reload import Reloader
from bot.settings import Settings
from bot.store.chats import ChatStore
from bot.store.counters import Counters
from bot.store.errors import StoreUnavailable
from bot.store.keyring import Keyring
from bot.store.pipeline import Pipeline
from bot.store.subscribers import Subscribers
from bot.store.tally import Tally
from bot.telegram.api import Api
from bot.telegram.calls import Call, Ride, redirect
from bot.telegram.conversations import Conversations
from bot.telegram.flood import Gate
from bot.telegram.inline import answer_inline
from bot.telegram.outbox import Outbox
from bot.telegram.polling import Poller
from bot.telegram.presentation import Presentation
from bot.telegram.profile import menu, publish
from bot.telegram.rate_limit import RateLimiter
from bot.telegram.rides import allowed
from bot.telegram.sender import Sender
from bot.telegram.updates import Blocked, Incoming, Inline, Redirect, Update
from bot.web.complaints import Complaints
from bot.web.health import add_health
from bot.web.mail_page import PATH as MAIL_PATH
from bot.web.mail_page import add_mail_page
from bot.web.partner_questions import add_partner_questions
from bot.web.studio import add_studio
from bot.web.webhook import Webhook, register

STATELESS: Final = ("urgent", "hotline", "child", "tips", "help")
"""Flows that answer even when nothing can be remembered."""

RETRY: Final = 5.0
"""Seconds between two attempts to reach Telegram while starting."""

_log = logging.getLogger(__name__)


class Application:
    """The running bot: content, store, Telegram and web server.

    Made by :func:`bot.assembly.assemble`.
    """

    def __init__(
        self,
        settings: Settings,
        content: Content,
        *,
        pipeline: Pipeline,
        keyring: Keyring,
        api: Api,
        pace: Pace | None = None,
    ) -> None:
        self.settings = settings
        self.pipeline = pipeline
        self.content = content
        self.api = api
        self.pace = pace
        self.limiter = RateLimiter(
            pipeline, per_second=lambda: self.content.campaigns.policy.messages_per_second
        )
        api.limit_by(self.limiter)
        self.sender = Sender(api)
        self.reports = ReportOutbox(pipeline)
        self.desk = Desk(
            self.reports,
            Threads(pipeline, keyring),
            partners=lambda: self.content.partners,
            tell=self._tell,
            zone=zone_of,
        )
        self.counters = Counters(pipeline)
        self.tally = Tally(self.counters)
        self.subscribers = Subscribers(pipeline)
        self.errands = Errands(self.desk, self.counters, self.subscribers, self._menu)
        self.store = ChatStore(pipeline, keyring)
        self.outbox = Outbox(self.store, self.sender, errands=self.errands.by_name)
        self.presentation = Presentation(content.catalogues)
        self.trying = Trying(
            pipeline,
            self.outbox,
            content=lambda: self.content,
            home=self._home,
            pictures=content_folder(settings) / PICTURES,
        )
        self.signing_key = signing_key_of(settings, content)
        self.username = ""
        self.registry = CollectorRegistry()
        updates = Counter(
            "dontlookaway_updates", "Updates by kind.", ["kind"], registry=self.registry
        )
        self._kinds = {kind: updates.labels(kind.__name__.lower()) for kind in get_args(Update)}
        self._seconds = Histogram(
            "dontlookaway_update_seconds", "Time to handle an update.", registry=self.registry
        )
        self._given_up = Counter(
            "dontlookaway_updates_given_up", "Updates let go.", registry=self.registry
        )
        self._across = Counter(
            "dontlookaway_updates_across_editions",
            "Updates in conversations whose last turn went by other flows than those of today.",
            registry=self.registry,
        )
        self.gate = Gate(
            self.handle, urgent=self._helps, tell=self._slow_down, registry=self.registry
        )
        self.taps = Taps(pipeline)
        self.campaigns = CampaignService(
            pipeline,
            keyring,
            self.subscribers,
            self.sender,
            self.limiter,
            content=lambda: self.content,
            home=self._home,
            pictures=content_folder(settings) / "data" / "pictures",
            left=self._left,
            registry=self.registry,
        )
        self._presented_anew = asyncio.Event()
        self.reloader = Reloader(
            content_folder(settings),
            mail_page_of(settings),
            current=lambda: self.content,
            use=self._use,
            registry=self.registry,
            shipped=settings.content_dir is None,
        )

    @property
    def content_problem(self) -> str:
        """Why the content on disk is not in use, a line for each mistake; empty when it is."""
        return self.reloader.problem

    def _use(self, content: Content) -> None:
        """Answer with another edition of the content from the next update on.

        Raises :class:`bot.settings.SettingError` for one that does not go with the settings.
        """
        if content.partners and not self.content.partners:
            self.signing_key = signing_key_of(self.settings, content)
        presented = self.presentation.profiles()
        self.content, self.presentation = content, Presentation(content.catalogues)
        if self.presentation.profiles() != presented:
            self._presented_anew.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until ``stop`` is set, then finish what is under way.

        Raises :class:`telegram.error.InvalidToken` when Telegram does not know the token.
        """
        app = web.Application()
        if self.settings.public_url:
            secret, take = self.settings.webhook_secret, self.gate.handle
            webhook = Webhook(secret, take, self.give_up, username=lambda: self.username)
            webhook.add_to(app)
        sweeping = asyncio.create_task(self.outbox.run())
        try:
            async with self._serving(app):
                if await self._introduce(stop):
                    tasks = {asyncio.create_task(work) for work in self._beside(stop)}
                    await (self._receive(stop) if self.settings.public_url else self._poll(stop))
                    for task in tasks:
                        task.cancel()
                    await asyncio.wait(tasks)
        finally:
            sweeping.cancel()
            await asyncio.wait({sweeping})
            await self.taps.idle()
            await self.tally.flush()

    # Telegram

    async def _introduce(self, stop: asyncio.Event) -> bool:
        """Learn the bot's own name; false when the program is to stop before that."""
        while not stop.is_set():
            try:
                me: dict[str, Any] = await self.api.call("getMe", {})
            except InvalidToken:
                raise InvalidToken(
                    "Telegram does not know this bot: check TELEGRAM_BOT_TOKEN."
                ) from None
            except TelegramError as error:
                _log.warning("%s. Trying again.", error.message.rstrip("."))
                await _pause(stop)
            else:
                self.username = str(me.get("username", ""))
                if not me.get("supports_inline_queries"):
                    _log.warning("Nobody can share cards yet: send /setinline to @BotFather.")
                self.conversations = self._conversations()
                return True
        return False

    def _beside(self, stop: asyncio.Event) -> Iterator[Coroutine[Any, Any, object]]:
        """What goes on while updates come in."""
        yield self._present(stop)
        yield self.reloader.run()
        yield self.tally.run()
        yield self.subscribers.run()
        # Importing it takes long, and the first witness who wants a PDF must not wait for that.
        yield asyncio.to_thread(importlib.import_module, "bot.reports.pdf_fonts")
        # Without partners, too: reports to former ones may wait, and their witnesses for news.
        yield DeliveryService(
            self.reports,
            self.desk,
            partners=lambda: self.content.partners,
            key=lambda: self.signing_key,
            registry=self.registry,
            pace=self.pace,
        ).run()
        yield self.campaigns.run()

    async def _present(self, stop: asyncio.Event) -> None:
        """Set name, descriptions and menus, once Telegram can be reached and when they change."""
        while not stop.is_set():
            self._presented_anew.clear()
            try:
                await publish(self.api, self.presentation.profiles())
            except TelegramError as error:
                _log.warning("The bot's profile is not set yet: %s.", error.message.rstrip("."))
                await _pause(stop)
            else:
                await self._presented_anew.wait()

    async def _poll(self, stop: asyncio.Event) -> None:
        poller = Poller(
            self.api,
            self.gate.handle,
            self.give_up,
            urgent=self.gate.helps,
            pass_over=self.gate.pass_over,
            username=self.username,
        )
        _log.info("@%s is ready, asking Telegram for updates.", self.username)
        await poller.run(stop)

    async def _receive(self, stop: asyncio.Event) -> None:
        """Have Telegram post updates to the webhook."""
        while not stop.is_set():
            try:
                await register(self.api, self.settings.public_url, self.settings.webhook_secret)
            except TelegramError as error:
                _log.warning("The webhook is not set yet: %s.", error.message.rstrip("."))
                await _pause(stop)
            else:
                _log.info("@%s is ready at %s.", self.username, self.settings.public_url)
                await stop.wait()

    @contextlib.asynccontextmanager
    async def _serving(self, app: web.Application) -> AsyncIterator[None]:
        add_health(app, self._ready, self.registry, but=self._content_note)
        add_partner_questions(app, lambda: self.content.partners, self.desk.ask)
        add_mail_page(app, lambda: self.content.catalogues)
        if self.settings.staff_token:
            self._add_studio(app)
        runner = web.AppRunner(app, access_log=None, logger=Complaints(), shutdown_timeout=20)
        await runner.setup()
        try:
            await web.TCPSite(runner, self.settings.host, self.settings.port).start()
            yield
        finally:
            await runner.cleanup()

    def _add_studio(self, app: web.Application) -> None:
        settings = self.settings
        add_studio(
            app,
            settings.staff_token,
            folder=content_folder(settings),
            writable=settings.content_dir is not None,  # never those shipped with the program
            data_dir=settings.data_dir,
            secure=settings.public_url.startswith("https:"),
            spoken=lambda: self.content.catalogues.languages,
            problem=lambda: self.content_problem,
            counters=self.counters,
            reports=self.reports,
            staff=Staff(lambda: self.content, self.pipeline),
            bot=self._home,
            mail_page=mail_page_of(settings),
        )

    async def _ready(self) -> str:
        try:
            await self.store.ping()
        except StoreUnavailable:
            return "Redis cannot be reached."
        return "" if self.username else "Telegram cannot be reached."

    def _content_note(self) -> str:
        """Where the content on disk is broken; what stands there is not for everybody to read."""
        first, *more = self.content_problem.splitlines() or [""]
        place = ": ".join(first.split(": ")[:2])
        rest = f" (and {len(more)} more)" if more else ""
        return first and f"the content on disk cannot be used: {place}{rest}"

    # Updates

    async def handle(self, update: Update, ride: Ride | None = None) -> None:
        """Answer one update of any kind; one call may take the ``ride``.

        Raises :class:`~bot.store.errors.StoreUnavailable` when it should come again in a moment.
        """
        if not self.username:
            raise StoreUnavailable("Telegram has not yet said who the bot is")
        self._kinds[type(update)].inc()
        if isinstance(update, Incoming):
            with self._seconds.time():
                if not await self.trying.handle(update):
                    await self.conversations.handle(update, self._allowed(ride))
        elif isinstance(update, Blocked):
            await self._left(update.chat_id)
        elif isinstance(update, Redirect):
            locale = self._locale(update.user_language)
            text = self.presentation.in_private(locale)
            label = self.presentation.open_chat(locale)
            await self.sender.send(redirect(update.chat_id, text, label, self._home()))
        elif isinstance(update, Inline):
            cards, lift = self._cards(update), self._allowed(ride)
            if lift is None or not await lift(cards):
                await self.sender.send(cards)

    def _helps(self, incoming: Incoming) -> bool:
        return not self.username or self.conversations.leads_to_help(incoming)

    def _slow_down(self, incoming: Incoming) -> None:
        text = self.presentation.too_fast(self._locale(incoming.user_language))
        self.outbox.throw(Call("sendMessage", {"chat_id": incoming.chat_id, "text": text}))

    def _allowed(self, ride: Ride | None) -> Ride | None:
        return allowed(ride, self.settings.webhook_replies, self.limiter.at_once)

    async def give_up(self, update: Update) -> None:
        """Let an update go that cannot be handled, with the way to help for whoever wrote it."""
        self._given_up.inc()
        if isinstance(update, Incoming):
            await self.conversations.give_up(update)

    def _conversations(self) -> Conversations:
        return Conversations(
            self.store,
            self.outbox,
            self.subscribers,
            advance=self._advance,
            new_session=lambda language: Session(locale=self._locale(language)),
            carry_out=self.errands.calls,
            stateless=STATELESS,
            one_moment=lambda language: self.presentation.one_moment(self._locale(language)),
            emergency=self._emergency,
            home=self._home(),
            noted=self._note,
        )

    def _note(self, incoming: Incoming, before: Session, turn: Turn) -> None:
        """Count what a turn was, for figures that know of nobody."""
        self.taps.note(incoming.chat_id, incoming.event, turn.session.locale)
        self.tally.add(figures(self.content.flows, before, turn))

    async def _left(self, chat_id: int) -> None:
        await self.conversations.left(chat_id)

    async def _tell(self, news: News) -> None:
        """Take news to a chat. Raises :class:`~bot.store.errors.StoreUnavailable`."""
        if not self.username:
            raise StoreUnavailable("Telegram has not yet said who the bot is")
        await self.conversations.push(news.chat_id, news.name, news.push, news.locale)

    def _advance(self, session: Session, event: Event) -> Turn:
        if session.edition not in ("", self.content.flows.edition):
            self._across.inc()
        return followed(session, self.content.advance(session, event, datetime.now(UTC)))

    def _locale(self, language: str) -> str:
        return negotiate(language, self.content.catalogues.languages)

    def _home(self) -> str:
        return f"https://t.me/{self.username}"

    def _menu(self, chat_id: int, locale: str) -> tuple[Call, ...]:
        return (menu(chat_id, self.presentation.profile(locale)),)

    def _cards(self, query: Inline) -> Call:
        locale, home = self._locale(query.user_language), self._home()
        return answer_inline(
            query, locale, self.content, self.presentation, home=home, now=datetime.now(UTC)
        )

    def _emergency(self, language: str) -> tuple[Message, ...]:
        session = Session(locale=self._locale(language))
        return self._advance(session, Command("emergency")).messages


async def _pause(stop: asyncio.Event) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), RETRY)


def content_folder(settings: Settings) -> Path:
    """Where flows, translations and data are read from."""
    return settings.content_dir or shipped()


def mail_page_of(settings: Settings) -> str:
    return settings.public_url + MAIL_PATH if settings.public_url else ""
