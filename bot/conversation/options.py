"""The buttons of a question: what can be pressed, and what each stands for."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from babel import Locale
from msgspec import Struct

from bot.conversation.answers import DAY_TYPES
from bot.conversation.days import near_days
from bot.conversation.limits import CANDIDATES, LABEL_IN_PAIR
from bot.conversation.messages import Button, ButtonKind, Rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.conversation.schema import Choice, CommonFile, Node
    from bot.conversation.session import Frame, SlotValue
    from bot.conversation.world import Place, World

EMERGENCY, BACK, MENU = "!emergency", "!back", "!menu"
CHOICE, VALUE, TOGGLE, DONE = "c:", "v:", "t:", "d:"
CHECKED = "✓ "


class Option(Struct, frozen=True):
    """A button before it is numbered; ``means`` is kept in the session while it is live."""

    label: str
    means: str = ""
    kind: ButtonKind = "press"
    value: str = ""


class Labels:
    """The words on buttons, in one language."""

    def __init__(self, common: CommonFile, locale: str, world: World) -> None:
        self._common = common
        self._locale = locale
        self._world = world

    def own(self, name: str) -> str:
        """A label of the engine's own buttons."""
        text = getattr(self._common.buttons, name)
        return self._world.translate(self._locale, f"common.buttons.{name}", text)

    def choice(self, choice: Choice, at: Frame, field: str) -> str:
        """The label of a button that an editor wrote."""
        context = f"{at.flow}.{at.node}.{field}.{choice.key}"
        return self._world.translate(self._locale, context, choice.label)

    def _shared(self, choice: Choice, at: Frame, field: str) -> str:
        context = f"{at.flow}.{at.node}.{field}.{choice.key}.share"
        return self._world.translate(self._locale, context, choice.share or "")

    def options(self, node: Node, at: Frame, chosen: SlotValue, *, stuck: bool) -> list[Option]:
        """Everything that can be pressed at a question, without the ways out of it."""
        options = []
        if node.ask == "place":
            options.append(Option(self.own("location"), kind="location"))
        if node.ask == "yesno":
            options += [Option(self.own(name), VALUE + name) for name in ("yes", "no")]
        if node.ask == "language":
            languages = self._world.languages
            options += [Option(language_name(code), VALUE + code) for code in languages]
        if node.ask in DAY_TYPES:
            options += [Option(self.own(name), VALUE + name) for name in ("today", "yesterday")]
        if node.ask == "days":
            offered = near_days(self._locale, self._world.now.date())
            options += [Option(label, VALUE + "/".join(days)) for label, days in offered]
        marked = chosen if node.ask == "many" else None
        options += self._choices(node.choices, at, "choices", marked)
        if node.ask == "many":
            options.append(Option(self.own("done"), DONE))
        if stuck:
            options += self._choices(node.stuck, at, "stuck", None)
        return options

    def _choices(
        self, choices: Iterable[Choice], at: Frame, field: str, chosen: SlotValue | None
    ) -> list[Option]:
        options = []
        for choice in choices:
            label = self.choice(choice, at, field)
            if choice.url:
                options.append(Option(label, kind="url", value=choice.url))
            elif choice.copy:
                options.append(Option(label, kind="copy", value=choice.copy))
            elif choice.share:
                text = self._shared(choice, at, field)
                options.append(Option(label, kind="share", value=text))
            elif chosen is not None and choice.value:
                mark = CHECKED if choice.value in chosen else ""
                options.append(Option(mark + label, TOGGLE + choice.value))
            else:
                options.append(Option(label, CHOICE + choice.key))
        return options

    def candidates(self, places: Sequence[Place]) -> list[Option]:
        """A button for each place that an answer could be."""
        options = []
        for place in places[:CANDIDATES]:
            label = self.place(place.country, place.name)
            options.append(Option(label, f"{VALUE}{place.country}|{place.name}"))
        return options

    def place(self, code: str, name: str) -> str:
        """A place with its flag, so that two of one name can be told apart."""
        country = self._world.country_name(code, self._locale)
        return f"{flag(code)} {country if name == country else f'{name}, {country}'}"

    def ways_out(self, *, emergency: bool, back: bool, menu: bool) -> list[Option]:
        """The row that stands under every question."""
        shown = ((emergency, EMERGENCY), (back, BACK), (menu, MENU))
        return [Option(self.own(means[1:]), means) for wanted, means in shown if wanted]

    def home_keys(self) -> Rows:
        """The keyboard that stays at the bottom of the chat."""
        names = (("emergency", "menu"), ("location",))
        return tuple(
            tuple(
                Button(self.own(name), "location" if name == "location" else "press")
                for name in row
            )
            for row in names
        )


def flag(code: str) -> str:
    """The flag of a country by its ISO 3166-1 alpha-2 code."""
    return "".join(chr(ord("🇦") + ord(letter) - ord("A")) for letter in code)


@lru_cache
def language_name(code: str) -> str:
    """A language as its speakers call it."""
    name = Locale.parse(code).get_display_name() or code
    return name[0].upper() + name[1:]


def arrange(options: Sequence[Option], ways_out: Sequence[Option], turn: int) -> Rows:
    """Buttons in rows, short ones side by side, the ways out in the last row."""
    rows: list[tuple[Button, ...]] = []
    index = 0
    alone = False  # whether the last row has room for a second button
    for option in options:
        value, short = option.value, False
        if option.kind == "press":
            value = _pressed(option, turn, index)
            index += 1
            short = len(option.label) <= LABEL_IN_PAIR
        button = Button(option.label, option.kind, value)
        if alone and short:
            rows[-1] += (button,)
            alone = False
        else:
            rows.append((button,))
            alone = short
    if ways_out:
        last = enumerate(ways_out, index)
        rows.append(tuple(Button(way.label, way.kind, _pressed(way, turn, at)) for at, way in last))
    return tuple(rows)


def _pressed(option: Option, turn: int, index: int) -> str:
    """What Telegram gives back when the button is pressed."""
    return f"{turn}:{option.means if option.means.startswith('!') else index}"
