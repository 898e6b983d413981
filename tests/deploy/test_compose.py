"""What can be known of the compose file and the image without a container engine."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from streams.cli import cli

ROOT = Path(__file__).resolve().parent.parent.parent
PINNED = re.compile(r"^[\w./-]+:\d+\.\d+\.\d+[\w.-]*$")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return loaded


@pytest.fixture(scope="module")
def dockerfile() -> list[str]:
    text = (ROOT / "deploy" / "Dockerfile").read_text().replace("\\\n", " ")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def own(compose: dict[str, Any]) -> dict[str, Any]:
    return {name: spec for name, spec in compose["services"].items() if name != "kafka"}


def test_every_image_is_pinned_to_a_full_version(compose: dict[str, Any], dockerfile: list[str]) -> None:
    images = [spec["image"] for spec in compose["services"].values()]
    images += [line.split()[1] for line in dockerfile if line.startswith("FROM")]
    assert [image for image in images if not PINNED.match(image)] == []


def test_the_worker_waits_for_a_healthy_broker_and_for_the_topics(compose: dict[str, Any]) -> None:
    worker = compose["services"]["worker"]
    assert worker["depends_on"]["kafka"]["condition"] == "service_healthy"
    assert worker["depends_on"]["topics"]["condition"] == "service_completed_successfully"
    assert worker["restart"] == "unless-stopped"
    assert "healthcheck" in worker
    assert "healthcheck" in compose["services"]["kafka"]


def test_a_stop_gives_the_worker_longer_than_its_drain_takes(compose: dict[str, Any]) -> None:
    assert int(compose["services"]["worker"]["stop_grace_period"].removesuffix("s")) > 10


def test_the_log_survives_a_restart(compose: dict[str, Any]) -> None:
    kafka = compose["services"]["kafka"]
    (volume,) = kafka["volumes"]
    name, path = volume.split(":")
    assert name in compose["volumes"]
    assert kafka["environment"]["KAFKA_LOG_DIRS"] == path


def test_compiled_code_is_made_with_the_image_and_has_a_place_to_be_made_anew(
    compose: dict[str, Any], dockerfile: list[str]
) -> None:
    (volume,) = compose["services"]["worker"]["volumes"]
    name, path = volume.split(":")
    assert name in compose["volumes"]
    environment = [line for line in dockerfile if line.startswith("ENV") and f"NUMBA_CACHE_DIR={path}" in line]
    assert len(environment) == 2
    (user,) = [line.split()[1] for line in dockerfile if line.startswith("USER")]
    assert f"COPY --from=build --chown={user} {path} {path}" in dockerfile


def test_a_single_node_has_one_replica_of_every_internal_topic(compose: dict[str, Any]) -> None:
    settings = compose["services"]["kafka"]["environment"]
    wanted = [name for name in settings if name.endswith(("REPLICATION_FACTOR", "MIN_ISR"))]
    assert len(wanted) == 5
    assert {settings[name] for name in wanted} == {1}


def test_ports_are_open_on_this_machine_only(compose: dict[str, Any]) -> None:
    ports = [port for spec in compose["services"].values() for port in spec.get("ports", [])]
    assert ports
    assert [port for port in ports if not port.startswith("127.0.0.1:")] == []


def test_every_service_runs_a_command_that_exists(compose: dict[str, Any]) -> None:
    for name, spec in own(compose).items():
        words = [str(word) for word in spec["command"]]
        command: click.Command | None = cli
        context = click.Context(cli)
        while isinstance(command, click.Group):
            command = command.get_command(context, words.pop(0))
        assert command is not None, name
        options = {flag for param in command.params for flag in param.opts}
        assert [word for word in words if word.startswith("--") and word not in options] == [], name


def test_containers_cannot_gain_rights_or_write_to_their_image(compose: dict[str, Any]) -> None:
    for spec in own(compose).values():
        assert spec["read_only"] is True
        assert spec["cap_drop"] == ["ALL"]


def test_the_image_runs_as_a_user_without_rights(dockerfile: list[str]) -> None:
    final = dockerfile[[i for i, line in enumerate(dockerfile) if line.startswith("FROM")][-1] :]
    users = [line.split()[1] for line in final if line.startswith("USER")]
    assert users == ["10001"]
    assert [line for line in final if "apt-get" in line or "pip install" in line] == []


def test_what_the_image_copies_exists_and_is_not_ignored(dockerfile: list[str]) -> None:
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    for line in dockerfile:
        if not line.startswith("COPY") or "--from" in line:
            continue
        for source in line.split()[1:-1]:
            path = source.removeprefix("./").rstrip("/")
            assert (ROOT / path).exists(), source
            assert any(item == path or item.startswith(path + "/") for item in allowed), source


@pytest.mark.skipif(shutil.which("docker") is None, reason="no docker client here")
def test_the_client_accepts_the_compose_file() -> None:
    version = subprocess.run(["docker", "compose", "version"], capture_output=True, check=False)
    if version.returncode:
        pytest.skip("the docker client has no compose plugin")
    done = subprocess.run(
        ["docker", "compose", "config", "--quiet"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
