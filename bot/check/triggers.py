"""Trigger phrases that can never be heard, or that mean two things."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Final

from bot.conversation.flows import TRIGGERS
from bot.conversation.triggers import GAP, spell_out

if TYPE_CHECKING:
    from bot.check.draft import Draft
    from bot.conversation.flows import Finding


SPELLED: Final = 64
"""Phrases of one line that are compared with others: some lines stand for many thousands."""


def check_triggers(draft: Draft) -> Iterator[Finding]:
    """Look at every phrase of every language."""
    if draft.loaded.triggers is None:
        return
    heard: dict[tuple[bool, tuple[str, ...]], str] = {}
    for name, trigger in draft.loaded.triggers.triggers.items():
        for field, by_language in (("phrases", trigger.phrases), ("unless", trigger.unless)):
            for language, phrases in by_language.items():
                for index, text in enumerate(phrases):
                    path = ("triggers", name, field, language, index)
                    for phrase in islice(spell_out(text), SPELLED):
                        if not phrase or phrase[0] == GAP:
                            message = f'"{text}" is never heard: a phrase begins with a word.'
                            yield draft.in_file(TRIGGERS, path, "E320", message)
                            break
                        if field == "unless":
                            continue
                        other = heard.setdefault((trigger.wins, phrase), name)
                        if other != name:
                            message = (
                                f'"{text}" already belongs to the trigger "{other}", which comes'
                                " first. Remove one of them."
                            )
                            yield draft.in_file(TRIGGERS, path, "E321", message)
                            break
