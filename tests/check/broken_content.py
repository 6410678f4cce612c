# ruff: noqa: E501, one case a line
"""One tiny broken content for every kind of mistake, as an edit of the minimal content."""

from typing import NamedTuple

ANYWHERE = ""
PO = "locales/fr/LC_MESSAGES/messages.po"


class Broken(NamedTuple):
    """An edit (``old`` becomes ``new`` in ``file``), and what must be found.

    ``at`` is how the text begins at the line and column of the finding; ``says`` a part of its
    message. ``new`` is None when the file is removed.
    """

    code: str
    file: str
    old: str
    new: str | None
    at: str
    says: str = ""


BROKEN = [
    Broken("E100", "flows/triggers.yaml", "", None, ANYWHERE, "missing"),
    Broken("E100", "data/hotlines.yaml", "", None, ANYWHERE, "cannot be read"),
    Broken("E101", "flows/quiz.yaml", "  first:\n", "\tfirst:\n", "\tfirst", "a tab"),
    Broken("E101", "flows/tips.yaml", "say: This", "say: Note: This", ": This", "quotes"),
    Broken("E102", "flows/quiz.yaml", "  age: {", "  [age]: {", "[age]", "single word"),
    Broken("E103", "flows/tour.yaml", "    end: true", "    end: true\n    say: B", "say: B", "twice"),
    Broken("E103", "data/hotlines.yaml", "        phone:", "        name: B\n        phone:", "name: B"),
    Broken("E104", "flows/tour.yaml", "say: Look", "say: &look Look", "&look", "write it out"),
    Broken("E201", "flows/tour.yaml", "    end: true", "    ned: true", "ned", '"end"'),
    Broken("E201", "flows/tour.yaml", "start: look\n", "", "flow: tour", '"start" is missing'),
    Broken("E201", "flows/hotline.yaml", "ask: place", "ask: plaec", "ask", '"place"?'),
    Broken("E201", "flows/hotline.yaml", "  near:", "  Near:", "Near:", "no name"),
    Broken("E201", "flows/hotline.yaml", "goto: near", "goto: Near Me", "goto: Near", "no name"),
    Broken("E201", "flows/tour.yaml", "end: true", 'end: "yes"', "end", "true or false"),
    Broken("E201", "flows/quiz.yaml", 'max: "99"', "max: lots", "max", "a number"),
    Broken("E201", "flows/quiz.yaml", "choices:", "choices: none\n    stuck:", "choices", "a list"),
    Broken("E201", "flows/quiz.yaml", "{type: number}", "[number]", "age", "not a list"),
    Broken("E201", "flows/triggers.yaml", "wins:", "win:", "win:", '"wins"?'),
    Broken("E201", "flows/common.yaml", "  back:", "  bakc:", "bakc", '"back"?'),
    Broken("E201", "flows/common.yaml", "  back: Back\n", "", "buttons", '"back" is missing'),
    Broken("E210", "flows/hotline.yaml", "do: show_contacts", "call: tour\n    do: erase", "do: erase"),
    Broken("E211", "flows/tour.yaml", "    end: true", "    end: true\n    goto: look", "goto: look"),
    Broken("E211", "flows/hotline.yaml", "ask: place", 'ask: place\n    min: "1"', "min"),
    Broken("E212", "flows/quiz.yaml", "    save: age\n", "", "ask: number", "save"),
    Broken("E212", "flows/quiz.yaml", "    save: sure\n", "", "choices", "save"),
    Broken("E213", "flows/hotline.yaml", "ask: place", "ask: many", "ask: many", "nothing to choose"),
    Broken("E214", "flows/start.yaml", "goto: hotline", "goto: urgent", "{label: Contacts", "id:"),
    Broken("E215", "flows/start.yaml", ", goto: quiz", "", "{label: Quiz", "nothing"),
    Broken("E215", "flows/help.yaml", 'copy: "112"', 'copy: "112", goto: media', "{label: Copy"),
    Broken("E215", "flows/start.yaml", "label: Quiz", 'label: ""', 'label: ""', "no label"),
    Broken("E215", "flows/help.yaml", 'copy: "112"', 'copy: ""', "copy", "empty"),
    Broken("E216", "flows/quiz.yaml", 'min: "0"', 'min: "100"', "min", "larger"),
    Broken("E217", "flows/tour.yaml", "end: true", "end: true\n    was: [look]", "look]", "exists"),
    Broken("E217", "flows/tour.yaml", "end: true", "end: true\n    was: [a, a]", "a]", "already"),
    Broken("E218", "flows/tour.yaml", "    say: Look here.\n", "", "look:", "say"),
    Broken("E301", "flows/tour.yaml", "flow: tour", "flow: tips", "flow: tips", "tips.yaml"),
    Broken("E302", "flows/tips.yaml", "", None, ANYWHERE, '"tips" is missing'),
    Broken("E303", "flows/start.yaml", "goto: urgent", "goto: urgnet", "goto: urgnet", '"urgent"?'),
    Broken("E303", "flows/start.yaml", "goto: quiz", "goto: quiz/frist", "goto: quiz/f", "quiz/first"),
    Broken("E303", "flows/start.yaml", "goto: quiz", "goto: quizz/first", "goto: quizz", "quiz/first"),
    Broken("E303", "flows/start.yaml", "start: menu", "start: meun", "start: meun", '"menu"?'),
    Broken("E303", "flows/quiz.yaml", "call: tour", "call: tuor", "call: tuor", '"tour"?'),
    Broken("E303", "flows/quiz.yaml", "goto: second", "goto: back", "goto: back", "by itself"),
    Broken("E303", "flows/common.yaml", "erase: privacy", "erase: privcy", "erase", '"privacy"?'),
    Broken("E303", "flows/triggers.yaml", "goto: hotline", "goto: hotlin", "goto", '"hotline"?'),
    Broken("E304", "flows/hotline.yaml", "save: here", "save: hear", "save: hear", '"here"?'),
    Broken("E304", "flows/quiz.yaml", "{sure: certain}", "{sur: certain}", "sur:", '"sure"?'),
    Broken("E304", "flows/common.yaml", "here: here", "here: there", "here: there", '"here"?'),
    Broken("E305", "flows/quiz.yaml", "said {age}", "said {aeg}", "say: You said", '"age"?'),
    Broken("E305", "flows/help.yaml", "label: Copy", 'label: "{here}"', "label", "shown as it is"),
    Broken("E305", "flows/common.yaml", "Noted {place}", '"{answer}"', "got"),
    Broken("E306", "flows/hotline.yaml", "show_contacts", "show_contact", "do: show", "show_contacts"),
    Broken("E307", "flows/hotline.yaml", "{country: here}", "{county: here}", "county", '"country"?'),
    Broken("E307", "flows/hotline.yaml", "    with: {country: here}\n", "", "do: show", "needs"),
    Broken("E308", "flows/tour.yaml", "flow: tour", "flow: common", "flow: common", "reserved"),
    Broken("E308", "flows/common.yaml", "  erase:", "  back:", "back: privacy", "/back"),
    Broken("E308", "flows/tour.yaml", "over:", "back:", "back:", "reserved"),
    Broken("E309", "flows/urgent.yaml", "{type: place, keep: chat}", "{type: place}", "here", '"hotline"'),
    Broken("E310", "flows/hotline.yaml", "ask: place", "ask: country", "save: here", "keeps a place"),
    Broken("E311", "flows/quiz.yaml", "{sure: certain}", "{sure: certian}", "sure", '"certain"?'),
    Broken("E311", "flows/hotline.yaml", "[KE, TH]", "[KE, UK, TH]", "here", '"UK"'),
    Broken("E311", "flows/hotline.yaml", "{country: here}", "{country: heer}", "country", '"here"?'),
    Broken("W312", "flows/quiz.yaml", "slots:\n", "slots:\n  x: {type: text}\n", "x: {", "Nobody"),
    Broken("W313", "flows/quiz.yaml", "    save: age\n", "", "age: {", "no question fills"),
    Broken("W314", "flows/help.yaml", "I show you", "You are {age}. I show you", "say: You", "Ask before"),
    Broken("E320", "flows/triggers.yaml", '"help"', '""', '""', "never heard"),
    Broken("E320", "flows/triggers.yaml", '"help"', '"* help"', '"* help"', "begins with a word"),
    Broken("E321", "flows/triggers.yaml", '"i saw * online"', '"Report*"', '"Report*"', '"hotline"'),
    Broken("E401", "flows/tour.yaml", "goto: over", "goto: help", "over:", "Nothing leads"),
    Broken("E402", "flows/hotline.yaml", "{here}.\n    goto: contacts", "{here}.", "near:", "dead end"),
    Broken("E402", "flows/urgent.yaml", "{country: here}\n    goto: safe", "{country: here}", "numbers:"),
    Broken("E402", "flows/quiz.yaml", "goto: lesson", "was: []", "ask: number", "after the answer"),
    Broken("E402", "flows/quiz.yaml", "unsure, goto: weigh", "unsure", "{label: Not quite", "button"),
    Broken("E403", "flows/hotline.yaml", "goto: near}", "goto: near}\n      - {when: {here: TZ}, goto: known}", "known:", "loop"),
    Broken("E404", "flows/tour.yaml", "    end: true", "    goto: on\n  on:\n    call: quiz\n    goto: look", "call: quiz", '"tour" again'),
    Broken("E405", "flows/quiz.yaml", "{goto: first}", "{when: {sure: unsure}, goto: first}", "branch", "last"),
    Broken("E406", "flows/hotline.yaml", "[KE, TH]", "unset", "{when: {here: unset}, goto: near", "line 8"),
    Broken("E406", "flows/quiz.yaml", "{goto: first}", "{goto: first}\n      - {goto: second}", "{goto: second", "never taken"),
    Broken("E407", "flows/urgent.yaml", "Other country, goto: where", "Other country, goto: help", "safe:", "no emergency button"),
    Broken("E407", "flows/common.yaml", "emergency: urgent", "emergency: help/media", "emergency: help"),
    Broken("E408", "flows/common.yaml", "menu: start/menu", "menu: help/media", "menu: help", "choices"),
    Broken("E408", "flows/common.yaml", "media: help/media", "media: hotline/known", "media", "say"),
    Broken("W501", "flows/hotline.yaml", "in {here}", "in {here} " + "x" * 4000, "say: I know", "parts"),
    Broken("E502", "flows/start.yaml", "label: Quiz", "label: " + "x" * 65, "label: x", "65 characters"),
    Broken("E503", "flows/help.yaml", '"112"', '"' + "1" * 257 + '"', "copy", "257 characters"),
    Broken("E504", "flows/urgent.yaml", "</b>", "<b>", "say: <b>", "</b>"),
    Broken("E505", "flows/start.yaml", "label: Quiz", "label: <b>Quiz</b>", "label: <b>", "tags"),
    Broken("E506", "flows/help.yaml", "https://www.inhope", "www.inhope", "url", "https://"),
    Broken("E506", "flows/tour.yaml", "Look here", '<a href="inhope.org">Look</a>', "say: <a", "https://"),
    Broken("E605", "flows/start.yaml", "label: Quiz", "label: CONTACTS", "label: CONTACTS", "read"),
    Broken("E701", "data/hotlines.yaml", '"116"', '"+254 1"', "phone", "KE.contacts[0].phone"),
    Broken("E701", "data/hotlines.yaml", "kind: child_helpline", "kind: child", "kind: child", "kind"),
    Broken("E701", "data/hotlines.yaml", "countries:", "lands:", ANYWHERE, "two keys"),
    Broken("E701", "data/hotlines.yaml", "        source: https://www.example.org/\n", "", "name: Help", '"source" is missing'),
    Broken("E701", "data/hotlines.yaml", "kind: child", "knid: child", "knid", '"kind"?'),
    Broken("E701", "data/hotlines.yaml", "checked: 2026", "checked: May 2026", "checked", "a day such as"),
    Broken("E701", "data/hotlines.yaml", 'phone: "116"', "hours: always", "name: Help", "needs a phone"),
    Broken("W702", "data/hotlines.yaml", "checked: 2026-11-01\n    contacts", "checked: 2025-01-01\n    contacts", "checked: 2025", "open the source"),
    Broken("E801", "data/partners.yaml", "https://", "http://", "endpoint", "https://"),
    Broken("E801", "data/partners.yaml", "[KE]", "[Kenya]", "countries", "two capital letters"),
    Broken("E801", "data/partners.yaml", "kinds", "kind", "kind", '"kinds"?'),
    Broken("E801", "data/partners.yaml", "X25519", "X448", "public_key", "JWK"),
    Broken("E801", "data/partners.yaml", "[KE]", "Kenya", "countries", "two capital letters"),
]  # fmt: skip

TRANSLATIONS = [
    Broken("E601", PO, 'Noted {place}"\nmsgstr "Noted {place}"', 'Noted {place}"\nmsgstr "Noted"', 'msgid "Noted', "{place}"),
    Broken("W602", PO, 'msgstr "Look here."', 'msgstr ""', ANYWHERE, "1 of"),
    Broken("E603", PO, 'msgstr "Stay safe."', 'msgstr ""', 'msgid "Stay safe', "urgent.safe.say"),
    Broken("W604", PO, 'msgctxt "tour.look.say"', '#, fuzzy\nmsgctxt "tour.look.say"', 'msgid "Look', "fuzzy"),
    Broken("E601", PO, 'msgid "Thank you."\nmsgstr "Thank you."', 'msgid "Thank you."\nmsgstr "Thanks, {you}."', 'msgid "Thank', "no placeholder"),
    Broken("E605", PO, 'msgstr "Quiz"', 'msgstr "Contacts"', 'msgid "Quiz"', '"start/menu"'),
    Broken("E502", PO, 'msgstr "Quiz"', 'msgstr "' + "x" * 65 + '"', 'msgid "Quiz"', "65"),
    Broken("E504", PO, 'msgstr "<b>Call now.</b>', 'msgstr "</b>Call now.<b>', 'msgid "<b>', "</b>"),
    Broken("E606", PO, 'msgstr "Quiz"', 'msgstrr "Quiz"', 'msgstrr "Quiz'),
]  # fmt: skip
