"""JSON Schemas of the files that editors write, made from the structs that read them.

Editors such as VS Code show them as help, complete keys and mark typos while one writes.
"""

from __future__ import annotations

import inspect
import sys
from typing import Any, Final

import msgspec

from bot.conversation.schema import CommonFile, Flow, TriggerFile
from bot.knowledge.campaign_file import CampaignFile
from bot.knowledge.contact_schema import ContactsFile
from bot.knowledge.event_file import EventFile
from bot.knowledge.fact_file import FactFile
from bot.knowledge.tip_file import TipFile
from bot.reports.partners import PartnersFile
from bot.schemas.key_help import key_help
from bot.schemas.written import as_written

SHAPES: Final[dict[str, type[msgspec.Struct]]] = {
    "flow": Flow,
    "common": CommonFile,
    "triggers": TriggerFile,
    "hotlines": ContactsFile,
    "tips": TipFile,
    "events": EventFile,
    "facts": FactFile,
    "campaigns": CampaignFile,
    "partners": PartnersFile,
}
"""What stands in each kind of file; all structs of a kind are in one module."""

DIALECT: Final = "http://json-schema.org/draft-07/schema#"
"""The one that VS Code's YAML extension knows best."""


def json_schema(name: str) -> dict[str, Any]:
    """The schema of a kind of file in :data:`SHAPES`."""
    shape = SHAPES[name]
    (root,), parts = msgspec.json.schema_components([shape])
    structs = vars(sys.modules[shape.__module__])
    for part, schema in parts.items():
        schema["description"] = inspect.cleandoc(schema["description"]).replace("``", "`")
        for key, words in key_help(structs[part]).items():
            inner = schema["properties"][key]
            kinds = [inner, *inner.get("anyOf", ())]
            known = next((kind["description"] for kind in kinds if "description" in kind), "")
            inner["description"] = " ".join(filter(None, (words, known)))
    return {"$schema": DIALECT, **root, "$defs": as_written(parts)}
