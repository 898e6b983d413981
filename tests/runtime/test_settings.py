"""Settings: one way to say how to reach Kafka, wrong ones refused in words, secrets never shown."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from streams.runtime.options import kafka_options
from streams.runtime.settings import Secret, Settings, SettingsError, client_options

PASSWORD = "correct-horse"


@pytest.mark.parametrize(("given", "told"), [
    ({"bootstrap_servers": "no-port"}, "HOST:PORT"),
    ({"bootstrap_servers": "kafka:99999"}, "kafka:99999"),
    ({"bootstrap_servers": ""}, "HOST:PORT"),
    ({"security_protocol": "TLS"}, "SASL_SSL"),
    ({"security_protocol": "SASL_SSL"}, "--sasl-username"),
    ({"sasl_username": "alice"}, "choose SASL_SSL"),
    ({"ca_file": Path("ca.pem")}, "choose SSL"),
    ({"security_protocol": "SSL", "key_file": Path("key.pem")}, "--tls-cert"),
    ({"security_protocol": "SASL_SSL", "sasl_username": "a", "sasl_password": Secret("b"), "sasl_mechanism": "X"},
     "SCRAM-SHA-256"),
])
def test_what_cannot_work_is_refused_by_name(given: dict[str, object], told: str) -> None:
    with pytest.raises(SettingsError, match=told):
        dataclasses.replace(Settings(), **given)  # type: ignore[arg-type]  # wrong on purpose


@pytest.mark.parametrize("servers", ["localhost:9092", "a:1,b:2", "[::1]:9092", "kafka-0.kafka.svc:9092"])
def test_addresses_that_work(servers: str) -> None:
    assert client_options(Settings(bootstrap_servers=servers))["bootstrap_servers"] == servers.split(",")


def test_a_password_reaches_the_client_and_no_text() -> None:
    settings = Settings(security_protocol="SASL_PLAINTEXT", sasl_username="alice", sasl_password=Secret(PASSWORD))
    assert client_options(settings)["sasl_plain_password"] == PASSWORD
    for text in (repr(settings), str(settings), f"{settings.sasl_password}", f"{settings.sasl_password!r}"):
        assert PASSWORD not in text


def test_tls_checks_the_broker() -> None:
    import ssl

    context = client_options(Settings(security_protocol="SSL"))["ssl_context"]
    assert context.verify_mode == ssl.CERT_REQUIRED
    assert context.check_hostname


def test_a_certificate_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "ca.pem"
    broken.write_text("no certificate")
    with pytest.raises(SettingsError, match=r"ca\.pem"):
        client_options(Settings(security_protocol="SSL", ca_file=broken))


@click.command()
@kafka_options
def show(settings: Settings) -> None:
    click.echo(repr(settings))
    click.echo(settings.sasl_password.reveal() == PASSWORD)


def test_options_come_from_the_environment() -> None:
    environment = {"STREAMS_BOOTSTRAP_SERVERS": "k:1", "STREAMS_SECURITY_PROTOCOL": "sasl_plaintext",
                   "STREAMS_SASL_USERNAME": "alice", "STREAMS_SASL_PASSWORD": PASSWORD}
    result = CliRunner().invoke(show, env=environment)
    assert result.exit_code == 0
    assert "'k:1'" in result.output
    assert "True" in result.output
    assert PASSWORD not in result.output


def test_a_password_may_come_from_a_file_and_never_from_an_option(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text(PASSWORD + "\n")
    arguments = ["--security-protocol", "SASL_SSL", "--sasl-username", "alice", "--sasl-password-file", str(file)]
    assert "True" in CliRunner().invoke(show, arguments).output
    assert CliRunner().invoke(show, ["--sasl-password", PASSWORD]).exit_code == 2


def test_wrong_settings_are_a_usage_error() -> None:
    result = CliRunner().invoke(show, ["--bootstrap-servers", "nowhere"])
    assert result.exit_code == 2
    assert "HOST:PORT" in result.output
