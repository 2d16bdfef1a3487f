"""Certificates that are valid for as long as a test needs."""

from __future__ import annotations

import functools

import pytest
from msgspec import Struct

from tests.accounts.dates import ago
from tests.accounts.world import Account


class Certificate(Struct, frozen=True):
    """A certificate and its key, as PEM."""

    body: str
    key: str


@functools.cache
def certificate(days: int) -> Certificate:
    """One that signs itself and ends in so many days."""
    pytest.importorskip("cryptography")
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.x509.oid import NameOID

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "example.com")])
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), ago(400), ago(-days))
    pem = serialization.Encoding.PEM
    body = made.sign(key, hashes.SHA256()).public_bytes(pem)
    secret = key.private_bytes(pem, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption())
    return Certificate(body.decode(), secret.decode())


def imported(account: Account, days: int) -> str:
    """The ARN of such a certificate in ACM."""
    made = certificate(days)
    reply = account.client("acm").import_certificate(Certificate=made.body.encode(), PrivateKey=made.key.encode())
    return str(reply["CertificateArn"])
