"""SASL and TLS reach every client of a worker and of the commands; passwords show nowhere."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from streams import topics
from tests.kafka_broker import PASSWORD, USER, Kafka
from tests.runtime.behaviour import produce, read_all, told, until, wire, worker

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(180)]


def secured(kafka: Kafka, listener: str) -> tuple[str, dict[str, str]]:
    if listener == "sasl":
        return kafka.sasl, {"STREAMS_SECURITY_PROTOCOL": "SASL_PLAINTEXT", "STREAMS_SASL_USERNAME": USER,
                            "STREAMS_SASL_PASSWORD": PASSWORD}
    return kafka.tls, {"STREAMS_SECURITY_PROTOCOL": "SSL", "STREAMS_TLS_CA": str(kafka.ca)}


def streams(bootstrap: str, environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "streams", *arguments, "--bootstrap-servers", bootstrap],
                          capture_output=True, text=True, check=False, timeout=60, env={**environment, "PATH": ""})


def command_line(pid: int) -> str:
    """What ``ps`` shows (Linux; nothing elsewhere)."""
    shown = Path(f"/proc/{pid}/cmdline")
    return shown.read_text() if shown.exists() else ""


@pytest.mark.parametrize("listener", ["sasl", "tls"])
async def test_a_worker_and_the_commands_speak_through_it(secure_kafka: Kafka, listener: str, tmp_path: Path) -> None:
    bootstrap, environment = secured(secure_kafka, listener)
    made = streams(bootstrap, environment, "topics", "create")
    assert made.returncode == 0, made.stderr
    before = len(told(await read_all(secure_kafka.bootstrap, topics.UPDATED)))
    async with worker(tmp_path, bootstrap, environment=environment) as running:
        await until(running.ready)
        await produce(secure_kafka.bootstrap, topics.INCOMING, [wire(f"{listener}-{n}") for n in range(20)])

        async def all_told() -> bool:
            return len(told(await read_all(secure_kafka.bootstrap, topics.UPDATED))) >= before + 20

        await until(all_told)
        assert PASSWORD not in command_line(running.process.pid)
        assert (await running.terminate())[0] == 0
    assert PASSWORD not in running.log


async def test_a_wrong_password_is_refused_in_words(secure_kafka: Kafka, tmp_path: Path) -> None:
    bootstrap, environment = secured(secure_kafka, "sasl")
    wrong = environment | {"STREAMS_SASL_PASSWORD": "wrong-" + PASSWORD}
    arguments = ["worker", "--wait", "0", "--http-port", "0", "--stages", "intake"]
    async with worker(tmp_path, bootstrap, module="streams", arguments=arguments, environment=wrong) as running:
        assert await running.ended(40) == 1
    assert "no Kafka at" in running.log
    assert PASSWORD not in running.log


def test_a_certificate_nobody_vouches_for_is_refused(secure_kafka: Kafka) -> None:
    bootstrap, environment = secured(secure_kafka, "tls")
    del environment["STREAMS_TLS_CA"]
    refused = streams(bootstrap, environment, "topics", "check")
    assert refused.returncode == 1
    assert "no Kafka at" in refused.stderr


def test_help_tells_no_secret() -> None:
    shown = subprocess.run([sys.executable, "-m", "streams", "worker", "--help"], capture_output=True, text=True,
                           check=True, timeout=60, env={"PATH": "", "STREAMS_SASL_PASSWORD": PASSWORD})
    assert "--sasl-password-file" in shown.stdout
    assert PASSWORD not in shown.stdout
