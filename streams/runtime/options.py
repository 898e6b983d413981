"""The options of every command that talks to Kafka, and the Settings they become."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from streams.runtime.settings import DEFAULT_BOOTSTRAP, Secret, Settings, SettingsError, mechanism, protocol

__all__ = ["kafka_options", "secret_from"]

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False, readable=True)
_OPTIONS = (
    click.option("--bootstrap-servers", envvar="STREAMS_BOOTSTRAP_SERVERS", default=DEFAULT_BOOTSTRAP,
                 show_default=True, metavar="H:P[,H:P…]", help="Kafka brokers to start from."),
    click.option("--security-protocol", envvar="STREAMS_SECURITY_PROTOCOL", default="PLAINTEXT", show_default=True,
                 type=click.Choice(["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"], case_sensitive=False),
                 help="How to talk to the brokers."),
    click.option("--tls-ca", envvar="STREAMS_TLS_CA", type=_FILE,
                 help="Certificates to trust, PEM; the system's without it."),
    click.option("--tls-cert", envvar="STREAMS_TLS_CERT", type=_FILE, help="The client's own certificate, PEM."),
    click.option("--tls-key", envvar="STREAMS_TLS_KEY", type=_FILE,
                 help="Its key, PEM; a password for it is taken from STREAMS_TLS_KEY_PASSWORD."),
    click.option("--sasl-mechanism", envvar="STREAMS_SASL_MECHANISM", default="PLAIN", show_default=True,
                 type=click.Choice(["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"], case_sensitive=False),
                 help="How SASL proves who the client is."),
    click.option("--sasl-username", envvar="STREAMS_SASL_USERNAME", default="", help="User name."),
    click.option("--sasl-password-file", envvar="STREAMS_SASL_PASSWORD_FILE", type=_FILE,
                 help="File with the password, or set STREAMS_SASL_PASSWORD. There is no option for the password "
                 "itself: every user of a machine can read its command lines."),
)


def secret_from(variable: str, file: Path | None = None) -> Secret:
    """A secret from a file (first line) where one is given, else from the environment. Raises SettingsError."""
    if file is None:
        return Secret(os.environ.get(variable, ""))
    try:
        return Secret((file.read_text(encoding="utf-8").splitlines() or [""])[0])
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"password file {file}: {error}") from None


def kafka_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Decorator: adds ``--bootstrap-servers``, TLS and SASL options, and calls the command with ``settings``."""

    @functools.wraps(command)
    def wrapped(
        *args: Any,
        bootstrap_servers: str,
        security_protocol: str,
        tls_ca: Path | None,
        tls_cert: Path | None,
        tls_key: Path | None,
        sasl_mechanism: str,
        sasl_username: str,
        sasl_password_file: Path | None,
        **kwargs: Any,
    ) -> Any:
        try:
            settings = Settings(
                bootstrap_servers=bootstrap_servers,
                security_protocol=protocol(security_protocol),
                ca_file=tls_ca,
                cert_file=tls_cert,
                key_file=tls_key,
                key_password=secret_from("STREAMS_TLS_KEY_PASSWORD"),
                sasl_mechanism=mechanism(sasl_mechanism),
                sasl_username=sasl_username,
                sasl_password=secret_from("STREAMS_SASL_PASSWORD", sasl_password_file),
            )
        except SettingsError as error:
            raise click.UsageError(str(error)) from None
        return command(*args, settings=settings, **kwargs)

    for option in reversed(_OPTIONS):
        wrapped = option(wrapped)
    return wrapped
