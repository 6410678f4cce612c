"""The shape of a flow file: what editors may write, one struct for every kind of node.

One struct with all keys optional, instead of one per kind: completion in an editor then shows
every key with its meaning, and ``dontlookaway check`` says which go together.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal, TypeAlias

from msgspec import Meta, Struct, field

Name: TypeAlias = Annotated[
    str,
    Meta(
        pattern="^[a-z][a-z0-9_]{0,39}$",
        description="Lower-case letters, digits, underscores.",
        extra_json_schema={"patternErrorMessage": "A name is like this: when_seen."},
    ),
]
Target: TypeAlias = Annotated[
    str,
    Meta(
        pattern="^[a-z][a-z0-9_]{0,39}(/[a-z][a-z0-9_]{0,39})?$",
        description="A node of this flow, or `flow/node` of another one.",
        extra_json_schema={"patternErrorMessage": "A target is like this: where, report/where."},
    ),
]
_AnswerType: TypeAlias = Literal[
    "text",
    "choice",
    "many",
    "place",
    "country",
    "language",
    "date",
    "when",
    "days",
    "number",
    "yesno",
    "phone",
    "email",
]
AnswerType: TypeAlias = Annotated[
    _AnswerType,
    Meta(
        description='`text`, and `when` for when something happened ("last night around eleven"), '
        "take any words; a `when` that is understood also says the day and the hour meant. "
        '`days` are those of a trip ("20 June to 3 July", "in August"). '
        "`choice` and `many` take a button. The others ask again until they understand."
    ),
]
KINDS: Final = ("ask", "choices", "branch", "call", "do", "end")
"""The keys that decide what a node is; a node with none of them says something and goes on."""


class Choice(Struct, frozen=True, forbid_unknown_fields=True):
    """A button that an editor writes."""

    label: str
    """What stands on the button, 64 characters at most. Translated."""
    goto: Target | None = None
    """Where it leads."""
    value: str | None = None
    """What it answers: kept in the slot under `save`."""
    id: Name | None = None
    """Tells the button from another one of this node that leads to the same place."""
    url: str | None = None
    """A page that it opens: https://…"""
    copy: str | None = None
    """A text that it copies, such as a number."""
    share: str | None = None
    """Words that it passes on to another chat. Translated."""
    note: str = ""
    """For editors and translators: why it is so, where it comes from. People never see it."""

    @property
    def key(self) -> str:
        """What identifies the choice in its node, whatever becomes of its label."""
        return self.id or self.value or self.goto or self.url or self.copy or self.share or ""

    @property
    def is_press(self) -> bool:
        """Whether pressing it tells the bot anything."""
        return not (self.url or self.copy or self.share)


class Arm(Struct, frozen=True, forbid_unknown_fields=True):
    """One way out of a branch."""

    goto: Target
    """Where it leads."""
    when: dict[str, str | list[str]] = {}
    """Taken when every slot named here fits: a value, a list of values, `set` or `unset`. Without
    `when` it is taken always; that is the last one."""


class Node(Struct, frozen=True, forbid_unknown_fields=True):
    """One step of a flow.

    It is exactly one of `ask`, `choices`, `branch`, `call`, `do` and `end`; or it only says
    something and goes on.
    """

    say: str = ""
    """What the bot says. {slot} stands for an answer; tags such as `<b>` may be used.
    Translated."""
    ask: AnswerType | None = None
    """A question: what kind of answer it takes. Needs `save`."""
    save: Name | None = None
    """The slot that keeps the answer."""
    unclear: list[str] | str = ""
    """What to say to an answer that is not understood; a list is said rung by rung. {answer} stands
    for what was written. Translated."""
    stuck: list[Choice] = []
    """More buttons, offered from the second unclear answer on."""
    choices: list[Choice] = []
    """Buttons to press."""
    branch: list[Arm] = []
    """Goes on without a word: the first arm that fits is taken."""
    call: Name | None = None
    """Another flow; when it has ended, people come back here."""
    do: Name | None = None
    """An action of the program, such as `show_contacts`."""
    with_: dict[str, str] = field(default={}, name="with")
    """What the action needs: its words, each with a slot or a value."""
    goto: Target | None = None
    """Where it goes on."""
    end: bool = False
    """The flow ends here: back to the one that called it, else to the menu."""
    min: float | None = None
    """The smallest number, or the fewest characters of a text."""
    max: float | None = None
    """The largest number, or the most characters of a text."""
    was: list[Name] = []
    """Former names of this node, so that people who stood there are not lost."""
    push: bool = False
    """The program sends this step by itself when something happens outside of the chat."""
    note: str = ""
    """For editors and translators: why it is so, where it comes from. People never see it."""

    @property
    def kind(self) -> str:
        """One of :data:`KINDS`, or ``say``."""
        if self.ask:
            return "ask"
        for key in ("choices", "branch", "call", "do", "end"):
            if getattr(self, key):
                return key
        return "say"

    @property
    def waits(self) -> bool:
        """Whether the conversation stops here until the person does something."""
        return bool(self.ask or self.choices)

    @property
    def ladder(self) -> list[str]:
        """What to say to the first, second, third… unclear answer."""
        return [self.unclear] if isinstance(self.unclear, str) else self.unclear


class Slot(Struct, frozen=True, forbid_unknown_fields=True):
    """Something the bot remembers."""

    type: AnswerType
    """What kind of answer it keeps."""
    label: str = ""
    """What a summary of the flow calls the answer; without one it stands in none. Translated."""
    keep: Literal["flow", "chat"] = "flow"
    """`flow`: until the flow is entered again from outside. `chat`: as long as the chat."""
    sensitive: bool = False
    """Stored encrypted, and only for two days."""
    given: bool = False
    """The program fills it in, no question does."""
    note: str = ""
    """For editors and translators: why it is so, where it comes from. People never see it."""


class Flow(Struct, frozen=True, forbid_unknown_fields=True):
    """One file in `flows/`: one conversation."""

    flow: Name
    """The name of this conversation, used in links and commands."""
    start: Name
    """The node where it begins."""
    nodes: dict[Name, Node]
    """Its steps, by name."""
    format: Literal["1"] = "1"
    """The edition of these rules."""
    title: str = ""
    """What it is called in lists. Translated."""
    slots: dict[Name, Slot] = {}
    """What it remembers, by name. Flows that use the same slot declare it alike."""
    about: Name | None = None
    """The slot that says what a pushed step is about; its buttons keep the value, so that the
    button under an old message still means what it meant then."""
    note: str = ""
    """For editors and translators: why it is so, where it comes from. People never see it."""


class Trigger(Struct, frozen=True, forbid_unknown_fields=True):
    """Phrases that mean something wherever they are written.

    A place that the sentence names answers the first place question on the way.
    """

    goto: Target
    """Where they lead."""
    phrases: dict[str, list[str]]
    """By language. `hits|beats` is one word or the other, `*` after letters any ending, alone up to
    three words, `<18` a number below 18."""
    wins: bool = False
    """Whether they beat an open question."""
    whole: bool = False
    """Whether they are heard only when nothing else is said: "stop", not "tell him to stop"."""
    unless: dict[str, list[str]] = {}
    """Phrases that make them mean something else, by language; they silence the whole trigger."""
    note: str = ""
    """For editors and translators: why it is so, where it comes from. People never see it."""


class TriggerFile(Struct, frozen=True, forbid_unknown_fields=True):
    """``flows/triggers.yaml``."""

    triggers: dict[Name, Trigger]
    """By name, the most urgent first."""
    format: Literal["1"] = "1"
    """The edition of these rules."""


class Buttons(Struct, frozen=True, forbid_unknown_fields=True):
    """Labels of the buttons that the engine itself adds."""

    emergency: str
    """Stands under everything: leads to the emergency numbers."""
    back: str
    """One step back."""
    menu: str
    """To the menu."""
    location: str
    """Sends the location, under a question for a place."""
    yes: str
    """Answers a question of the type yesno."""
    no: str
    """Answers a question of the type yesno."""
    today: str
    """Answers a question for a date."""
    yesterday: str
    """Answers a question for a date."""
    done: str
    """Ends a question of the type many."""


class Texts(Struct, frozen=True, forbid_unknown_fields=True):
    """Sentences that the engine itself says."""

    hello: str
    """Goes before the first answer to somebody who did not begin with the welcome."""
    stale: str
    """Said when a button of an old message is pressed."""
    moved: str
    """Said when a step has gone since somebody stood there."""
    expired: str
    """Said once to whoever comes back after sensitive answers were forgotten."""
    unclear: str
    """Said to an answer that is not understood, where the node says nothing itself. {answer} is
    what was written."""
    lost: str
    """Said to words that mean nothing to the bot while no question is open."""
    which: str
    """Asks which of several places or meanings is meant."""
    got: str
    """Tells which place was understood, {place}."""
    choose: str
    """Asks to press one of the buttons."""


class Link(Struct, frozen=True, forbid_unknown_fields=True):
    """A kind of deep link, `word_value`."""

    goto: Target
    """Where it leads."""
    save: Name | None = None
    """The slot that keeps its value. Without one the value is a place (`to_TH`), which answers the
    first question for one."""


class CommonFile(Struct, frozen=True, forbid_unknown_fields=True):
    """``flows/common.yaml``: what every conversation shares."""

    emergency: Target
    """Where the emergency button leads."""
    menu: Target
    """Where the menu button leads."""
    place: Target
    """Where a place leads that comes out of the blue."""
    media: Target
    """What is said to whoever sends a picture."""
    here: Name
    """The slot that keeps the place somebody mentioned last."""
    buttons: Buttons
    """Labels of the buttons that the bot adds by itself. Translated."""
    texts: Texts
    """Sentences that the bot says by itself. Translated."""
    days: Name | None = None
    """The slot for the days of a trip that were named with a place."""
    commands: dict[str, Target] = {}
    """Slash commands that are not the name of a flow, and where they lead."""
    links: dict[Name, Link] = {}
    """Kinds of deep links: their word, and where they lead."""
    renamed: dict[Target, Target] = {}
    """Former flows, and nodes that have moved to another flow (`flow/node`), with what they are
    now: people who stood there are not lost, and links still work. For a whole flow, its nodes keep
    their names in the new one, or tell their former names with `was`."""
    format: Literal["1"] = "1"
    """The edition of these rules."""
