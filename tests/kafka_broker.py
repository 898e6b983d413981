"""A real Apache Kafka of one node on free loopback ports, started and killed by the tests.

Its jars come from Maven Central (``deploy/kafka/pom.xml``) into the user's cache once. The handle can kill -9, stop,
pause and restart the broker on its log; ``close`` ends only the process that the handle started and removes its
folder. ``secure=True`` adds a SASL/PLAIN and a TLS listener with a certificate made on the spot.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

__all__ = ["PASSWORD", "USER", "VERSION", "Kafka", "Unavailable", "die_with_parent", "free_ports", "jars"]

VERSION = "4.1.0"
USER = "alice"
PASSWORD = "correct-horse-Battery-7"
_POM = Path(__file__).resolve().parent.parent / "deploy" / "kafka" / "pom.xml"
_CLUSTER = "MkU3OEVBNTcwNTJENDM2Qk"
_API_VERSIONS = struct.pack(">hhih", 18, 0, 1, -1)


class Unavailable(Exception):
    """There is no real Kafka here; the message says what is missing."""


def jars() -> Path:
    """The folder with the broker's jars, fetched on the first call. Raises Unavailable."""
    if shutil.which("java") is None:
        raise Unavailable("no Java on this machine: install a JRE 17 or newer (Debian: openjdk-17-jre-headless)")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "news-streams"
    folder = cache / f"kafka-{VERSION}"
    if folder.is_dir():
        return folder
    if shutil.which("mvn") is None:
        raise Unavailable(f"Java is here but no Maven, and no jars in {folder}: install Maven (Debian: maven)")
    cache.mkdir(parents=True, exist_ok=True)
    fetched = Path(tempfile.mkdtemp(prefix="fetch-", dir=cache))
    command = ["mvn", "-q", "-B", "-f", str(_POM), "dependency:copy-dependencies", f"-DoutputDirectory={fetched}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    if done.returncode:
        shutil.rmtree(fetched)
        raise Unavailable(f"Maven could not fetch Kafka {VERSION}: {(done.stdout + done.stderr)[-500:]}")
    # Renamed when complete: a fetch that was cut short never looks like a finished one.
    with contextlib.suppress(OSError):
        fetched.rename(folder)
    shutil.rmtree(fetched, ignore_errors=True)
    return folder


def free_ports(count: int) -> list[int]:
    """Loopback ports that were free a moment ago."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [int(held.getsockname()[1]) for held in sockets]
    for held in sockets:
        held.close()
    return ports


def die_with_parent() -> None:
    """In the child before exec: no broker outlives a test run that was killed (Linux)."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


@dataclass(slots=True)
class Kafka:
    """``bootstrap`` (plaintext), ``sasl`` and ``tls`` are addresses H:P; ``ca`` is the certificate to trust."""

    folder: Path
    bootstrap: str
    sasl: str = ""
    tls: str = ""
    ca: Path | None = None
    _libs: Path = field(default_factory=Path)
    _process: subprocess.Popen[bytes] | None = None

    @classmethod
    def start(cls, *, secure: bool = False, heap_mb: int = 512) -> Kafka:
        """A fresh, healthy broker with nothing in it. Raises Unavailable or RuntimeError with the broker's output."""
        libs = jars()
        folder = Path(tempfile.mkdtemp(prefix="news-streams-kafka-"))
        plain, controller, sasl, tls = (f"127.0.0.1:{port}" for port in free_ports(4))
        broker = cls(folder, plain, _libs=libs)
        if secure:
            broker.sasl, broker.tls, broker.ca = sasl, tls, _certificate(folder)
        (folder / "server.properties").write_text(_properties(broker, controller))
        (folder / "heap").write_text(str(heap_mb))
        command = ["java", "-Xmx128m", "-cp", f"{libs}/*", "kafka.tools.StorageTool", "format", "-t", _CLUSTER,
                   "--standalone", "-c", str(folder / "server.properties")]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
        if done.returncode:
            shutil.rmtree(folder)
            raise RuntimeError(f"Kafka's storage could not be formatted: {(done.stdout + done.stderr)[-2000:]}")
        try:
            broker.restart()
        except BaseException:
            broker.close()
            raise
        return broker

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def restart(self, wait_s: float = 90) -> None:
        """Start the broker on its log, and wait until it answers."""
        if self._process is not None and self._process.poll() is None:
            raise RuntimeError("the broker is running")
        heap = (self.folder / "heap").read_text()
        command = ["java", f"-Xmx{heap}m", "-Xms128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=4", "-cp",
                   f"{self._libs}/*", "kafka.Kafka", str(self.folder / "server.properties")]
        # The kernel ends the child with the *thread* that made it, so only the main thread's may be bound so.
        bound = die_with_parent if threading.current_thread() is threading.main_thread() else None
        with (self.folder / "output.txt").open("ab") as output:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, preexec_fn=bound,
            )
        deadline = time.monotonic() + wait_s
        while not _answers(self.bootstrap):
            if self._process.poll() is not None or time.monotonic() > deadline:
                output_text = (self.folder / "output.txt").read_text(errors="replace")[-2000:]
                raise RuntimeError(f"Kafka did not come up (exit {self._process.poll()}): {output_text}")
            time.sleep(0.1)

    def kill(self) -> None:
        """kill -9."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """SIGTERM, and wait for the orderly end."""
        self._end(signal.SIGTERM)

    def pause(self) -> None:
        os.kill(self.pid, signal.SIGSTOP)

    def resume(self) -> None:
        os.kill(self.pid, signal.SIGCONT)

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None or process.poll() is not None:
            return
        process.send_signal(how)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)

    def close(self) -> None:
        """End it without ceremony and remove its folder."""
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Kafka:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


def _properties(broker: Kafka, controller: str) -> str:
    listeners = {"PLAINTEXT": broker.bootstrap, "SASL": broker.sasl, "TLS": broker.tls}
    open_to = ",".join(f"{name}://{address}" for name, address in listeners.items() if address)
    lines = {
        "process.roles": "broker,controller",
        "node.id": "1",
        "controller.quorum.bootstrap.servers": controller,
        "controller.listener.names": "CONTROLLER",
        "inter.broker.listener.name": "PLAINTEXT",
        "listeners": f"{open_to},CONTROLLER://{controller}",
        "advertised.listeners": open_to,
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL:SASL_PLAINTEXT,TLS:SSL",
        "log.dirs": str(broker.folder / "log"),
        # One node: every internal topic has one replica.
        "offsets.topic.replication.factor": "1",
        "transaction.state.log.replication.factor": "1",
        "transaction.state.log.min.isr": "1",
        "share.coordinator.state.topic.replication.factor": "1",
        "share.coordinator.state.topic.min.isr": "1",
        # 50 partitions each are for clusters; here they only cost start-up time.
        "offsets.topic.num.partitions": "4",
        "transaction.state.log.num.partitions": "4",
        "group.initial.rebalance.delay.ms": "0",
        # A transaction whose time is up ends at once and not up to ten seconds later.
        "transaction.abort.timed.out.transaction.cleanup.interval.ms": "1000",
        "auto.create.topics.enable": "false",
        "message.max.bytes": "10485760",
    }
    if broker.ca is not None:
        login = "org.apache.kafka.common.security.plain.PlainLoginModule required"
        lines |= {
            "sasl.enabled.mechanisms": "PLAIN",
            "listener.name.sasl.plain.sasl.jaas.config": f'{login} user_{USER}="{PASSWORD}";',
            "listener.name.tls.ssl.keystore.type": "PEM",
            "listener.name.tls.ssl.keystore.location": str(broker.folder / "server.pem"),
        }
    return "".join(f"{name}={value}\n" for name, value in lines.items())


def _certificate(folder: Path) -> Path:
    """A self-signed certificate for 127.0.0.1 and localhost: the file clients trust. The keystore is beside it."""
    if shutil.which("openssl") is None:
        raise Unavailable("no openssl on this machine to make a certificate with")
    key, certificate = folder / "key.pem", folder / "ca.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
               "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    (folder / "server.pem").write_bytes(key.read_bytes() + certificate.read_bytes())
    return certificate


def _answers(address: str) -> bool:
    """Whether a broker replies to ApiVersions (an open port alone only shows that a socket is bound)."""
    host, port = address.rsplit(":", 1)
    try:
        with socket.create_connection((host, int(port)), timeout=2) as connection:
            connection.sendall(struct.pack(">i", len(_API_VERSIONS)) + _API_VERSIONS)
            return len(connection.recv(8)) == 8
    except OSError:
        return False
