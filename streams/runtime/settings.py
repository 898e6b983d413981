"""How to reach Kafka, read once from options and the environment; every client of every command is built from this.

The same Settings become keyword arguments for any aiokafka client (``client_options``), Faust's transport included.
Secrets print masked and never travel on a command line.
"""

from __future__ import annotations

import re
import ssl
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, cast, get_args

from streams.errors import StreamsError

__all__ = ["DEFAULT_BOOTSTRAP", "MAX_RECORD_BYTES", "Secret", "Settings", "SettingsError", "client_options",
           "mechanism", "protocol"]

DEFAULT_BOOTSTRAP = "localhost:9092"
#: A wire with a body of 5 MB, its escapes and headers fit; the brokers' default of 1 MB would refuse them.
MAX_RECORD_BYTES = 10 * 1024 * 1024

Protocol = Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"]
Mechanism = Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"]
_ADDRESS = re.compile(r"^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+):(\d{1,5})$")


class SettingsError(StreamsError):
    """A setting that cannot be used; the message names it, what is expected and what was given."""


@dataclass(frozen=True, slots=True)
class Secret:
    """Text that is shown as ``***`` wherever it is printed; ``reveal`` is for the client that needs it."""

    _text: str = field(repr=False)

    def reveal(self) -> str:
        return self._text

    def __str__(self) -> str:
        return "***"

    def __repr__(self) -> str:
        return "Secret(***)"

    def __bool__(self) -> bool:
        return bool(self._text)


@dataclass(frozen=True, slots=True)
class Settings:
    """Validated on construction; raises SettingsError.

    ``bootstrap_servers``: ``host:port[,host:port…]``. ``ca_file``: certificates to trust, the system's where empty.
    ``cert_file`` and ``key_file``: the client's own certificate, for brokers that ask for one.
    """

    bootstrap_servers: str = DEFAULT_BOOTSTRAP
    security_protocol: Protocol = "PLAINTEXT"
    ca_file: Path | None = None
    cert_file: Path | None = None
    key_file: Path | None = None
    key_password: Secret = field(default_factory=lambda: Secret(""))
    sasl_mechanism: Mechanism = "PLAIN"
    sasl_username: str = ""
    sasl_password: Secret = field(default_factory=lambda: Secret(""))

    def __post_init__(self) -> None:
        addresses = [part.strip() for part in self.bootstrap_servers.split(",")]
        for address in addresses:
            match = _ADDRESS.match(address)
            if match is None or not 0 < int(match[2]) < 65536:
                raise SettingsError(
                    f"bootstrap servers: expected HOST:PORT[,HOST:PORT…], got {self.bootstrap_servers!r}"
                )
        if self.security_protocol not in get_args(Protocol):
            raise SettingsError(
                f"security protocol: expected one of {', '.join(get_args(Protocol))}, got {self.security_protocol!r}"
            )
        if self.sasl_mechanism not in get_args(Mechanism):
            raise SettingsError(
                f"SASL mechanism: expected one of {', '.join(get_args(Mechanism))}, got {self.sasl_mechanism!r}"
            )
        if self.sasl and not (self.sasl_username and self.sasl_password):
            raise SettingsError(
                f"{self.security_protocol} needs a user name (--sasl-username) and a password "
                "(STREAMS_SASL_PASSWORD or --sasl-password-file)"
            )
        if not self.sasl and (self.sasl_username or self.sasl_password):
            raise SettingsError(
                f"a SASL user or password is given, but the security protocol is {self.security_protocol}: "
                "choose SASL_SSL or SASL_PLAINTEXT"
            )
        if not self.tls and (self.ca_file or self.cert_file or self.key_file):
            raise SettingsError(
                f"certificate files are given, but the security protocol is {self.security_protocol}: "
                "choose SSL or SASL_SSL"
            )
        if self.key_file is not None and self.cert_file is None:
            raise SettingsError("a TLS key is given (--tls-key) without its certificate (--tls-cert)")

    @property
    def tls(self) -> bool:
        return self.security_protocol in ("SSL", "SASL_SSL")

    @property
    def sasl(self) -> bool:
        return self.security_protocol in ("SASL_PLAINTEXT", "SASL_SSL")

    def ssl_context(self) -> ssl.SSLContext | None:
        """None without TLS. The broker's certificate and name are always checked. Raises SettingsError when a
        file cannot be read."""
        if not self.tls:
            return None
        try:
            context = ssl.create_default_context(cafile=str(self.ca_file) if self.ca_file else None)
            if self.cert_file is not None:
                # An empty password instead of none: OpenSSL would ask on the terminal and hang a service.
                context.load_cert_chain(
                    self.cert_file, self.key_file, password=lambda: self.key_password.reveal()
                )
        except (OSError, ssl.SSLError) as error:
            files = ", ".join(str(f) for f in (self.ca_file, self.cert_file, self.key_file) if f is not None)
            raise SettingsError(f"TLS files cannot be used ({files}): {error}") from None
        return context


def protocol(text: str) -> Protocol:
    """Text of an option -> a protocol; ``Settings`` checks it."""
    return cast(Protocol, text.upper())


def mechanism(text: str) -> Mechanism:
    """Text of an option -> a SASL mechanism; ``Settings`` checks it."""
    return cast(Mechanism, text.upper())


def client_options(settings: Settings) -> dict[str, Any]:
    """Keyword arguments that every aiokafka client takes: AIOKafkaProducer, AIOKafkaConsumer and
    AIOKafkaAdminClient. Raises SettingsError when a TLS file cannot be read."""
    options: dict[str, Any] = {
        "bootstrap_servers": [part.strip() for part in settings.bootstrap_servers.split(",")],
        "security_protocol": settings.security_protocol,
    }
    if settings.tls:
        options["ssl_context"] = settings.ssl_context()
    if settings.sasl:
        options["sasl_mechanism"] = settings.sasl_mechanism
        options["sasl_plain_username"] = settings.sasl_username
        options["sasl_plain_password"] = settings.sasl_password.reveal()
    return options
