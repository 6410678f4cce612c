"""The shape of a flow file: what editors may write, one struct for every kind of node.

One struct with all keys optional, instead of one per kind: completion in an editor then shows
every key with its meaning, and ``dontlookaway check`` says which go together.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal, TypeAlias

from msgspec import Meta, Struct, field

Name: TypeAlias = Annotated[
    str,
    Meta(pattern="^[a-z][a-z0-9_]{0,39}$", description="Lower-case letters, digits, underscores."),
]
Target: TypeAlias = Annotated[
    str,
    Meta(
        pattern="^[a-z][a-z0-9_]{0,39}(/[a-z][a-z0-9_]{0,39})?$",
        description="A node of this flow, or `flow/node` of another one.",
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
    goto: Target | None = None
    value: str | None = None
    id: Name | None = None
    url: str | None = None
    copy: str | None = None
    share: str | None = None
    note: str = ""

    @property
    def key(self) -> str:
        """What identifies the choice in its node, whatever becomes of its label."""
        return self.id or self.value or self.goto or self.url or self.copy or self.share or ""

    @property
    def is_press(self) -> bool:
        """Whether pressing it tells the bot anything."""
        return not (self.url or self.copy or self.share)


class Arm(Struct, frozen=True, forbid_unknown_fields=True):
    """One way out of a branch; without ``when`` it is always taken."""

    goto: Target
    when: dict[str, str | list[str]] = {}


class Node(Struct, frozen=True, forbid_unknown_fields=True):
    """One step of a flow. Exactly one of :data:`KINDS`, or only ``say`` and ``goto``.

    ``push``: the program itself sends this step when something happens outside the chat.
    """

    say: str = ""
    ask: AnswerType | None = None
    save: Name | None = None
    unclear: list[str] | str = ""
    stuck: list[Choice] = []
    choices: list[Choice] = []
    branch: list[Arm] = []
    call: Name | None = None
    do: Name | None = None
    with_: dict[str, str] = field(default={}, name="with")
    goto: Target | None = None
    end: bool = False
    min: float | None = None
    max: float | None = None
    was: list[Name] = []
    push: bool = False
    note: str = ""

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
    """Something the bot remembers.

    ``keep``: *flow* until the flow is entered again from outside, *chat* as long as the chat.
    ``sensitive``: stored encrypted, and only for two days. ``label``: what a summary of the flow
    calls the answer; without one it stands in no summary. ``given``: the program fills it in, no
    question does.
    """

    type: AnswerType
    label: str = ""
    keep: Literal["flow", "chat"] = "flow"
    sensitive: bool = False
    given: bool = False
    note: str = ""


class Flow(Struct, frozen=True, forbid_unknown_fields=True):
    """One file in ``flows/``: one conversation.

    ``about`` names the slot that says what a pushed step is about; its buttons keep the value, so
    that the button under an old message still means what it meant then.
    """

    flow: Name
    start: Name
    nodes: dict[Name, Node]
    format: Literal["1"] = "1"
    title: str = ""
    slots: dict[Name, Slot] = {}
    about: Name | None = None
    note: str = ""


class Trigger(Struct, frozen=True, forbid_unknown_fields=True):
    """Phrases that mean something wherever they are written.

    ``goto`` where they lead; ``wins`` whether they beat an open question; ``unless`` phrases that
    make them mean something else. A place that the sentence names answers the first place
    question on the way.
    """

    goto: Target
    phrases: dict[str, list[str]]
    wins: bool = False
    unless: dict[str, list[str]] = {}
    note: str = ""


class TriggerFile(Struct, frozen=True, forbid_unknown_fields=True):
    """``flows/triggers.yaml``, the most urgent triggers first."""

    triggers: dict[Name, Trigger]
    format: Literal["1"] = "1"


class Buttons(Struct, frozen=True, forbid_unknown_fields=True):
    """Labels of the buttons that the engine itself adds."""

    emergency: str
    back: str
    menu: str
    location: str
    yes: str
    no: str
    today: str
    yesterday: str
    done: str


class Texts(Struct, frozen=True, forbid_unknown_fields=True):
    """Sentences that the engine itself says.

    ``hello`` goes before the first answer to somebody who did not begin with the welcome;
    ``expired`` is said once to whoever comes back after sensitive answers were forgotten.
    """

    hello: str
    stale: str
    moved: str
    expired: str
    unclear: str
    lost: str
    which: str
    got: str
    choose: str


class Link(Struct, frozen=True, forbid_unknown_fields=True):
    """A kind of deep link, ``word_value``: where it leads, and the slot that keeps its value.

    Without ``save`` the value is a place (``to_TH``), which answers the first question for one.
    """

    goto: Target
    save: Name | None = None


class CommonFile(Struct, frozen=True, forbid_unknown_fields=True):
    """``flows/common.yaml``: what every conversation shares.

    ``emergency``, ``menu``, ``place``, ``media`` name the nodes for the emergency button, the
    menu button, a place that comes out of the blue, and media; ``commands`` maps slash commands
    that are not the name of a flow to nodes; ``links`` are kinds of deep links. ``here`` names the
    slot that keeps the place somebody mentioned last, ``days`` the one for the days of a trip that
    were named with a place.
    """

    emergency: Target
    menu: Target
    place: Target
    media: Target
    here: Name
    buttons: Buttons
    texts: Texts
    days: Name | None = None
    commands: dict[str, Target] = {}
    links: dict[Name, Link] = {}
    format: Literal["1"] = "1"
