"""Buttons that are typed instead of pressed; the keys at the bottom of a chat always are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.conversation.normal import fold, readings
from bot.conversation.options import BACK, EMERGENCY, MENU, VALUE, Labels

if TYPE_CHECKING:
    from bot.conversation.schema import Node
    from bot.conversation.walk import Walk


def typed_key(walk: Walk, text: str) -> str:
    """Which of the engine's own buttons a text is, by its label or the sign on it; else empty."""
    if text[:1].isalnum():  # they begin with a sign
        return ""
    said = fold(text)
    # The keys at the bottom may still be in the language that was spoken before.
    for locale in dict.fromkeys((walk.locale, *walk.world.languages)):
        labels = Labels(walk.flows.common, locale, walk.world)
        for means in (EMERGENCY, BACK, MENU):
            label, _ = readings(labels.own(means[1:]))
            if said in (label, label.partition(" ")[0]):
                return means
    return ""


def labels_of(walk: Walk, node: Node | None) -> list[tuple[str, str]]:
    """What can be pressed at a question: the meaning and the label of each button."""
    if node is None:
        return []
    pairs = [(option.means, option.label) for option in walk.pressable(node) if option.means]
    for means in walk.offered:
        if means.startswith(VALUE) and "|" in means:
            country, _, name = means[len(VALUE) :].partition("|")
            pairs += [(means, walk.labels.place(country, name)), (means, name)]
    return pairs


def meaning(said: str | tuple[str, ...], labels: list[tuple[str, str]]) -> str:
    """The one meaning of the buttons that a text, folded or as words, is the label of; else empty.

    A name that two places bear means neither.
    """
    meanings = {means for means, label in labels if said and said in readings(label)}
    return meanings.pop() if len(meanings) == 1 else ""
