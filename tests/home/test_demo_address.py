"""What the demonstration builds and serves carries the address that it is served on."""

import os

import pytest

from craft_site.credentials import issuer
from craft_site.home.management.commands.demo import address_of, stand_at


@pytest.mark.parametrize(
    ("serve", "address"),
    [
        ("127.0.0.1:8400", "http://127.0.0.1:8400"),
        ("0.0.0.0:8400", "http://127.0.0.1:8400"),
        (":8400", "http://127.0.0.1:8400"),
        ("demo.local:80", "http://demo.local:80"),
    ],
)
def test_the_address_is_the_one_that_a_browser_types(serve, address):
    assert address_of(serve) == address


def test_certificates_stand_at_the_port_that_is_served(settings, monkeypatch):
    monkeypatch.setenv("CRAFT_BASE_URL", "")
    monkeypatch.setenv("CRAFT_LEDGER_ORIGIN", "")
    monkeypatch.delenv("CRAFT_LEDGER_ORIGIN")
    settings.WAGTAILADMIN_BASE_URL = "http://127.0.0.1:8000"
    stand_at("127.0.0.1:8400")
    assert issuer.base_url() == os.environ["CRAFT_BASE_URL"] == "http://127.0.0.1:8400"
    assert os.environ["CRAFT_LEDGER_ORIGIN"] == settings.LEDGER_ORIGIN


def test_an_address_that_the_environment_names_stays(settings, monkeypatch):
    monkeypatch.setenv("CRAFT_BASE_URL", "https://craft.example.org")
    settings.WAGTAILADMIN_BASE_URL = "https://craft.example.org"
    stand_at("127.0.0.1:8400")
    assert issuer.base_url() == "https://craft.example.org"
