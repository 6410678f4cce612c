"""The manifests of ``deploy/kubernetes`` fit the program, the image and each other."""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from aiohttp import web
from shipped_content import CONTENT

from bot.commands import serve
from bot.reports.partners import Partners
from bot.settings import Settings
from bot.telegram.polling import FINISH
from bot.web.mail_page import add_mail_page
from bot.web.partner_questions import add_partner_questions
from bot.web.webhook import Webhook

FOLDER = Path("deploy/kubernetes")
DOCKERFILE = Path("Dockerfile").read_text("utf-8")
VERSION = tomllib.loads(Path("pyproject.toml").read_text("utf-8"))["project"]["version"]


def documents(name: str) -> list[dict[str, Any]]:
    return list(yaml.safe_load_all((FOLDER / name).read_text("utf-8")))


def only(name: str, kind: str) -> dict[str, Any]:
    (found,) = (document for document in documents(name) if document["kind"] == kind)
    return found


BOT = only("bot.yaml", "Deployment")["spec"]
POD = BOT["template"]["spec"]
CONTAINER = POD["containers"][0]
REDIS = only("redis.yaml", "StatefulSet")["spec"]["template"]["spec"]
KUSTOMIZATION = documents("kustomization.yaml")[0]


def shutdown_timeout() -> float:
    """Seconds that requests under way get when the bot stops."""
    source = Path("bot/application.py").read_text("utf-8")
    found = re.search(r"shutdown_timeout=(\w+)", source)
    assert found
    return float(found[1]) if found[1].isdecimal() else FINISH


def environment() -> dict[str, Any]:
    return {each["name"]: each for each in CONTAINER["env"]}


def test_every_file_is_used_but_the_example_of_a_secret() -> None:
    files = {path.name for path in FOLDER.glob("*.yaml")}
    assert files - {"kustomization.yaml", "secret.example.yaml"} == set(KUSTOMIZATION["resources"])


def test_only_settings_that_exist_and_those_that_are_needed_are_set() -> None:
    example = Path(".env.example").read_text("utf-8")
    explained = set(re.findall(r"^#?([A-Z_]+)=", example, re.MULTILINE))
    given = set(environment())
    assert given <= explained
    assert {"TELEGRAM_BOT_TOKEN", "PUBLIC_URL", "WEBHOOK_SECRET"} <= given
    # Replicas must share both, and sessions of the studio live in one process.
    assert {"REDIS_URL", "SECRET_KEYS"} <= given
    assert "STAFF_TOKEN" not in given


def test_the_program_takes_what_is_given() -> None:
    plain = {name: each["value"] for name, each in environment().items() if "value" in each}
    public = only("bot.yaml", "ConfigMap")["data"]["PUBLIC_URL"]
    secrets = {
        "TELEGRAM_BOT_TOKEN": "1:abc",
        "WEBHOOK_SECRET": "secret",
        "REDIS_URL": documents("secret.example.yaml")[0]["stringData"]["REDIS_URL"],
    }
    settings = Settings.read({**plain, **secrets, "PUBLIC_URL": public})
    assert (settings.host, settings.port) == ("0.0.0.0", CONTAINER["ports"][0]["containerPort"])
    mounted = {mount["mountPath"] for mount in CONTAINER["volumeMounts"]}
    assert {str(settings.data_dir), "/tmp"} <= mounted


def test_the_command_is_one_that_the_program_knows() -> None:
    program, *words = CONTAINER["args"]
    assert program == "dontlookaway"
    parser = argparse.ArgumentParser()
    serve.register(parser.add_subparsers())
    assert parser.parse_args(words).log == "json"


def test_secrets_come_from_the_secret_and_nowhere_else() -> None:
    secret, signing = documents("secret.example.yaml")
    named = {
        key: each["valueFrom"]["secretKeyRef"]["name"]
        for key, each in environment().items()
        if "secretKeyRef" in each.get("valueFrom", {})
    }
    assert {"TELEGRAM_BOT_TOKEN", "WEBHOOK_SECRET", "SECRET_KEYS", "REDIS_URL"} == set(named)
    assert set(named.values()) == {secret["metadata"]["name"]}
    assert set(named) <= set(secret["stringData"])
    redis = REDIS["containers"][0]["env"][0]["valueFrom"]["secretKeyRef"]
    assert redis["key"] in secret["stringData"]
    volume = next(each for each in POD["volumes"] if each["name"] == "signing")
    assert volume["secret"]["secretName"] == signing["metadata"]["name"]
    assert volume["secret"]["defaultMode"] == 0o440
    filled = {
        key for each in (secret, signing) for key, value in each["stringData"].items() if value
    }
    assert filled == {"REDIS_URL"}


def test_the_image_is_the_one_that_is_built() -> None:
    (image,) = KUSTOMIZATION["images"]
    assert (CONTAINER["image"], image["newTag"]) == (image["name"], VERSION)
    user = re.search(r"--uid (\d+)", DOCKERFILE)
    assert user
    assert POD["securityContext"]["runAsUser"] == int(user[1])
    assert f"EXPOSE {CONTAINER['ports'][0]['containerPort']}\n" in DOCKERFILE
    compose = yaml.safe_load(Path("compose.yaml").read_text("utf-8"))
    assert REDIS["containers"][0]["image"] == compose["services"]["redis"]["image"]


def test_nothing_runs_as_root_or_writes_but_where_it_may() -> None:
    for pod in (POD, REDIS):
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert pod["automountServiceAccountToken"] is False
        for container in pod["containers"]:
            security = container["securityContext"]
            assert security["readOnlyRootFilesystem"] is True
            assert security["allowPrivilegeEscalation"] is False
            assert security["capabilities"] == {"drop": ["ALL"]}
            assert {"cpu", "memory"} <= container["resources"]["requests"].keys()
            assert "memory" in container["resources"]["limits"]


def test_two_replicas_are_never_both_away() -> None:
    assert BOT["replicas"] == 2
    assert BOT["strategy"]["rollingUpdate"] == {"maxUnavailable": 0, "maxSurge": 1}
    budget = only("bot.yaml", "PodDisruptionBudget")["spec"]
    assert budget["minAvailable"] == 1
    for selector in (budget["selector"], BOT["selector"]):
        assert selector["matchLabels"].items() <= BOT["template"]["metadata"]["labels"].items()


def test_what_is_under_way_is_finished_before_the_end() -> None:
    leaving = float(CONTAINER["lifecycle"]["preStop"]["exec"]["command"][1])
    assert leaving >= 2 * CONTAINER["readinessProbe"]["periodSeconds"]
    drain = max(shutdown_timeout(), FINISH)
    assert POD["terminationGracePeriodSeconds"] >= leaving + drain + 10
    assert REDIS["terminationGracePeriodSeconds"] >= 30


def test_probes_ask_what_exists_and_keep_the_bot_reachable_without_redis() -> None:
    probes = {name: CONTAINER[f"{name}Probe"] for name in ("startup", "readiness", "liveness")}
    ports = {port["name"] for port in CONTAINER["ports"]}
    assert all(probe["httpGet"]["port"] in ports for probe in probes.values())
    asked = {name: probe["httpGet"]["path"] for name, probe in probes.items()}
    # /readyz says 503 while Redis is away, and then emergency numbers are given from memory.
    assert asked == {"startup": "/readyz", "readiness": "/healthz", "liveness": "/healthz"}


def public_app() -> web.Application:
    """Everything that somebody on the internet has business with."""
    app = web.Application()
    Webhook("secret", handle=_never, give_up=_never).add_to(app)
    add_partner_questions(app, Partners, _never)
    add_mail_page(app, lambda: CONTENT.catalogues)
    return app


async def _never(*_: Any) -> Any:
    raise AssertionError("nothing is asked here")


def test_strangers_reach_what_they_need_and_nothing_else() -> None:
    (rule,) = only("ingress.yaml", "Ingress")["spec"]["rules"]
    paths = rule["http"]["paths"]

    def admitted(address: str) -> bool:
        return any(
            address == path["path"]
            or (path["pathType"] == "Prefix" and address.startswith(path["path"] + "/"))
            for path in paths
        )

    served = {resource.canonical for resource in public_app().router.resources()}
    assert served >= {"/telegram/webhook", "/mail", "/partners/{partner}/questions"}
    assert [address for address in served if not admitted(address)] == []
    inside = {"/", "/metrics", "/readyz", "/healthz", "/studio", "/studio/", "/studio/api/me"}
    assert [address for address in inside if admitted(address)] == []
    public = only("bot.yaml", "ConfigMap")["data"]["PUBLIC_URL"]
    assert public == f"https://{rule['host']}"


def selected(policy: dict[str, Any]) -> str:
    return str(policy["spec"]["podSelector"].get("matchLabels", {}))


def test_redis_is_for_the_bot_alone() -> None:
    policies = {each["metadata"]["name"]: each for each in documents("network.yaml")}
    assert policies["nobody"]["spec"] == {
        "podSelector": {},
        "policyTypes": ["Ingress", "Egress"],
    }
    (rule,) = policies["redis"]["spec"]["ingress"]
    (source,) = rule["from"]
    labels = source["podSelector"]["matchLabels"]
    assert labels.items() <= BOT["template"]["metadata"]["labels"].items()
    assert "egress" not in policies["redis"]["spec"]
    assert selected(policies["bot"]) == str(BOT["selector"]["matchLabels"])


def test_redis_keeps_what_it_is_given() -> None:
    (container,) = REDIS["containers"]
    command = " ".join(container["args"][0].split())
    for option in ("--appendonly yes", "--appendfsync everysec", "--maxmemory-policy noeviction"):
        assert option in command
    assert "REDIS_PASSWORD" in command.partition("|")[0]  # never an argument of redis-server
    megabytes = re.search(r"--maxmemory (\d+)mb", command)
    assert megabytes
    # A rewrite of the append-only file forks, and may need as much again.
    assert int(megabytes[1]) * 2 <= int(container["resources"]["limits"]["memory"][:-2]) * 1024


def strings(tree: Any) -> Iterator[str]:
    if isinstance(tree, dict):
        for value in tree.values():
            yield from strings(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from strings(value)
    elif isinstance(tree, str):
        yield tree


@pytest.mark.skipif(shutil.which("kubectl") is None, reason="kubectl is not installed")
def test_kubectl_puts_them_together() -> None:
    command = ["kubectl", "kustomize", str(FOLDER)]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    found = list(yaml.safe_load_all(made.stdout))
    assert len(found) == sum(len(documents(name)) for name in KUSTOMIZATION["resources"])
    assert f"registry.example.org/dontlookaway:{VERSION}" in set(strings(found))
