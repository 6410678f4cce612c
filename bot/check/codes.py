"""Every kind of mistake that ``dontlookaway check`` finds, by its code.

``E`` is an error: people would meet it. ``W`` is a warning: people would hardly notice, yet it
should be put right. The first digit says what it is about: 1 YAML, 2 the shape of a node, 3 names,
4 ways through the conversation, 5 Telegram, 6 translations, 7 contacts, 8 partners and, from
50 on, events, from 80 on, facts, 9 tips and, from 50 on, campaigns.
"""

from __future__ import annotations

from typing import Final

EXPLAINED: Final = "docs/checks.md"
"""The page that explains each code, with an example and the way out, under the code as heading."""

CODES: Final[dict[str, str]] = {
    "E100": "a file or folder that is missing or cannot be read",
    "E101": "not valid YAML",
    "E102": "a key that is not a single word",
    "E103": "one key twice in the same place",
    "E104": "an anchor, an alias or a tag",
    "E201": "an unknown key, a missing key, or a value of the wrong kind",
    "E210": "a node that is two things at once",
    "E211": "a key that has no effect in this kind of node",
    "E212": "a question whose answer is not saved",
    "E213": "a question to choose from without anything to choose",
    "E214": "two buttons of a node that cannot be told apart",
    "E215": "a button that does nothing, or two things",
    "E216": "limits that no answer can meet",
    "E217": "a former name that is still in use or used twice",
    "E218": "a message without words",
    "E301": "two flows of one name",
    "E302": "a flow that the program needs is missing",
    "E303": "an unknown flow or node",
    "E304": "an unknown slot",
    "E305": "an unknown placeholder",
    "E306": "an unknown action",
    "E307": "an argument that an action does not take, or one that it lacks",
    "E308": "a reserved name",
    "E309": "a slot that two flows declare differently",
    "E310": "a question of another type than the slot that keeps its answer",
    "E311": "a value that a slot or an argument can never have",
    "W312": "a slot that nobody uses",
    "W313": "a slot that is read, yet never filled",
    "W314": "an answer that is shown where nobody was asked for it on the way",
    "E320": "a trigger phrase that can never be heard",
    "E321": "one phrase in two triggers",
    "E401": "a node that nothing leads to",
    "E402": "a dead end",
    "E403": "a loop in which nobody is asked anything",
    "E404": "a flow that calls itself",
    "E405": "a branch without a last arm for everybody else",
    "E406": "an arm of a branch that is never taken",
    "E407": "a place from which the emergency number cannot be reached",
    "E408": "a node that cannot be used for what common.yaml wants",
    "W501": "a message that can become too long for Telegram",
    "E502": "a button label that Telegram's clients cut off",
    "E503": "a text that is too long to copy",
    "E504": "formatting that Telegram refuses",
    "E505": "formatting in a button label",
    "E506": "an address that cannot be opened",
    "E507": "a button of a pushed step that carries more than Telegram takes",
    "E601": "a translation that lost or gained a placeholder or a tag",
    "E602": "a translation that is declared complete and is not",
    "W602": "an incomplete translation",
    "W603": "a sentence that may save somebody, for whose translation a language waits",
    "W604": "translations of sentences that have changed since",
    "E605": "two buttons of one question that read the same",
    "E606": "a translation file that cannot be read",
    "E701": "a mistake in the contacts",
    "E801": "a mistake in the partners file",
    "E851": "a mistake in the calendar of events",
    "E881": "a mistake in the facts of the day",
    "E901": "a mistake in the tips",
    "E902": "a tip for an event that is not in the calendar",
    "E951": "a mistake in the campaigns",
    "E952": "a campaign's message that cannot be sent",
    "E953": "a picture that Telegram does not take",
    "W903": "a tip that nobody has compared with its source for two years",
    "W702": "a contact that nobody has checked for more than a year",
    "W852": "an event that begins soon and may begin on another day",
    "W954": "a wave of which every day is past",
    "W955": "a message that is too long to stand below its picture",
}


def explanation(code: str) -> str:
    """Where a code is explained: the page and the heading on it."""
    return f"{EXPLAINED}#{code.lower()}"
