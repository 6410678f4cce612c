"""``dontlookaway partners``: who gets reports, and the key by which they know the bot."""

from __future__ import annotations

import argparse
import json
import os
from typing import Any

from bot.application import content_folder
from bot.own_keys import SIGNING_KEY
from bot.reports.partners import Partner, load_partners
from bot.reports.sealing import signing_key
from bot.settings import SettingError, Settings


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``partners`` to the command line."""
    parser = subparsers.add_parser("partners", help="show who receives reports, and the bot's key")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.set_defaults(func=run)


def run(args: argparse.Namespace) -> int:
    """Print partners and the bot's public key (JWK), which is made when there is none."""
    settings = Settings.read(os.environ)
    partners = load_partners(content_folder(settings) / "data" / "partners.yaml")
    try:
        key = signing_key(settings.data_dir / SIGNING_KEY).as_dict(private=False)
    except OSError as error:
        raise SettingError(f"DATA_DIR: cannot keep a key there ({error.strerror}).") from None
    if args.json:
        document = {"partners": [_as_json(one) for one in partners], "bot_key": key}
        print(json.dumps(document, ensure_ascii=False))
        return 0
    for one in partners:
        print(f"{one.id}: {one.name}, {_listed(one.countries)}; {_listed(one.kinds)}")
        print(f"  {one.endpoint}, {'may' if one.asking_key else 'may not'} ask back")
    if not len(partners):
        print("No partners. Describe them in data/partners.yaml.")
    print(f"The bot signs what it sends. Partners need this public key: {json.dumps(key)}")
    return 0


def _as_json(partner: Partner) -> dict[str, Any]:
    return {
        "id": partner.id,
        "name": partner.name,
        "countries": sorted(partner.countries) if partner.countries else "*",
        "kinds": sorted(partner.kinds) if partner.kinds else "*",
        "endpoint": partner.endpoint,
        "asks": partner.asking_key is not None,
        "language": partner.language,
    }


def _listed(names: frozenset[str] | None) -> str:
    return ", ".join(sorted(names)) if names else "everything"
