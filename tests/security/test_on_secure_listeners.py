"""replay, tail and rejects through SASL/PLAIN and TLS; what a worker opens to the world. The worker's own way through
these listeners is in tests/runtime/test_secured.py."""

from __future__ import annotations

import asyncio
import ipaddress
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from streams import topics
from tests.kafka_broker import PASSWORD, USER, Kafka
from tests.runtime.behaviour import create_topics, until, worker

pytestmark = pytest.mark.kafka
SEEDS = Path(__file__).resolve().parents[2] / "seeds"


def streams(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "streams", *map(str, arguments)], capture_output=True, text=True,
                          check=False, timeout=50, env={**os.environ, **environment})


def replayed_and_read(bootstrap: str, options: list[str], **environment: str) -> None:
    at = ["--bootstrap-servers", bootstrap, *options]
    sent = streams("replay", SEEDS, "--json", *at, **environment)
    assert sent.returncode == 0, sent.stderr
    assert json.loads(sent.stdout)["acknowledged"] == 5
    read = streams("tail", topics.INCOMING, "--json", "--from-start", "--max", "5", *at, **environment)
    assert read.returncode == 0, read.stderr
    assert len(read.stdout.splitlines()) == 5
    listed = streams("rejects", "list", *at, **environment)
    assert listed.returncode == 0, listed.stderr
    assert PASSWORD not in "".join(done.stdout + done.stderr for done in (sent, read, listed))


def test_a_password_comes_from_the_environment_or_a_file(secure_kafka: Kafka, tmp_path: Path) -> None:
    asyncio.run(create_topics(secure_kafka.bootstrap))
    user = ["--security-protocol", "SASL_PLAINTEXT", "--sasl-username", USER]
    replayed_and_read(secure_kafka.sasl, user, STREAMS_SASL_PASSWORD=PASSWORD)
    file = tmp_path / "password"
    file.write_text(PASSWORD + "\n")
    replayed_and_read(secure_kafka.sasl, [*user, "--sasl-password-file", str(file)])


def test_a_wrong_password_is_a_clear_error_that_does_not_repeat_it(secure_kafka: Kafka) -> None:
    wrong = "not-" + PASSWORD
    done = streams("replay", SEEDS, "--bootstrap-servers", secure_kafka.sasl, "--security-protocol", "SASL_PLAINTEXT",
                   "--sasl-username", USER, STREAMS_SASL_PASSWORD=wrong)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert f"no Kafka answered at {secure_kafka.sasl} (SASL_PLAINTEXT)" in done.stderr
    assert wrong not in done.stdout + done.stderr


def test_the_brokers_certificate_is_checked(secure_kafka: Kafka) -> None:
    asyncio.run(create_topics(secure_kafka.bootstrap))
    tls = ["--security-protocol", "SSL"]
    replayed_and_read(secure_kafka.tls, [*tls, "--tls-ca", str(secure_kafka.ca)])
    refused = streams("replay", SEEDS, "--bootstrap-servers", secure_kafka.tls, *tls)
    assert refused.returncode == 1
    assert "no Kafka answered" in refused.stderr
    assert "Traceback" not in refused.stderr


def listening(pid: int) -> list[str]:
    """Addresses that a process accepts TCP connections on (Linux)."""
    sockets = {link.split("[")[1].rstrip("]") for fd in Path(f"/proc/{pid}/fd").iterdir()
               if (link := os.readlink(fd)).startswith("socket:")}
    found = []
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and fields[9] in sockets:
                raw = bytes.fromhex(fields[1].split(":")[0])
                words = [raw[at : at + 4][::-1] for at in range(0, len(raw), 4)]  # each 32-bit word is little-endian
                found.append(str(ipaddress.ip_address(b"".join(words))))
    return found


@pytest.mark.skipif(not Path("/proc/self/net/tcp").exists(), reason="reads /proc")
async def test_a_worker_listens_on_loopback_only_and_serves_three_pages(secure_kafka: Kafka, tmp_path: Path) -> None:
    await create_topics(secure_kafka.bootstrap)
    async with worker(tmp_path, secure_kafka.bootstrap) as running:
        await until(running.ready)
        assert listening(running.process.pid) == ["127.0.0.1"]
        assert [(await running.get(path))[0] for path in ("/healthz", "/readyz", "/metrics")] == [200, 200, 200]
        for path in ("/", "/tables/", "/table/dedupe/", "/router/", "/graph/", "/debug", "/stats/", "/production/"):
            assert (await running.get(path))[0] == 404
