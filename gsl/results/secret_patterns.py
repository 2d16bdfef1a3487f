"""The shapes of secrets, each with the public page that tells of it: tokens, keys, addresses, encoded texts.

No pattern takes more than linear time: what repeats is possessive, begins at the edge of a word, or has a limit.
"""

from __future__ import annotations

import re
from binascii import Error, a2b_base64
from collections.abc import Iterator
from functools import cache

from gsl.results.secret_pairs import REFERENCE, assigned
from gsl.results.secret_shapes import RUN, SCHEMES, Span, has_token_sign

TOKENS = (
    # https://docs.github.com/authentication/keeping-your-account-and-data-secure/about-authentication-to-github
    (r"gh[pousr]_", r"[A-Za-z0-9]{30,}+"),
    (r"github_pat_", r"\w{30,}+"),
    # https://docs.gitlab.com/security/tokens/#token-prefixes
    (r"gl(?:pat|oas|dt|rt|rtr|cbt|ptt|ft|imt|agent|wt|soat|ffct)-", r"[\w-]{20,}+(?:\.[\w-]++)*+"),
    # https://api.slack.com/authentication/token-types and https://api.slack.com/messaging/webhooks
    (r"(?:xox[a-z](?:\.xox[a-z])?|xapp)-", r"[A-Za-z0-9-]{10,}+"),
    (r"hooks\.slack\.com/(?:services|workflows|triggers)/", r"[A-Za-z0-9/_-]{20,}+"),
    # https://docs.stripe.com/keys: publishable keys (pk_) are public
    (r"[sr]k_(?:live|test)_", r"[A-Za-z0-9]{16,}+"),
    (r"whsec_", r"[A-Za-z0-9+/]{24,}+=*+"),
    # https://cloud.google.com/docs/authentication/api-keys, https://developers.google.com/identity/protocols/oauth2
    (r"AIza", r"[\w-]{35}(?![\w-])"),
    (r"GOCSPX-", r"[\w-]{20,}+"),
    (r"ya29\.", r"[\w.-]{20,}+"),
    # https://docs.npmjs.com/about-access-tokens, https://pypi.org/help/#apitoken
    (r"npm_", r"[A-Za-z0-9]{36,}+"),
    (r"pypi-AgE", r"[\w-]{40,}+"),
    # https://www.twilio.com/docs/sendgrid/ui/account-and-settings/api-keys
    (r"SG\.", r"[\w-]{16,}+\.[\w-]{16,}+"),
    # https://developer.hashicorp.com/vault/docs/concepts/tokens
    (r"hvs\.", r"[\w-]{20,}+"),
    # https://docs.digitalocean.com/reference/api/create-personal-access-token/
    (r"do[opr]_v1_", r"[0-9a-f]{64}"),
    # https://platform.openai.com/docs/api-reference/authentication, https://docs.anthropic.com/en/api/overview
    (r"sk-(?:proj|svcacct|admin|ant)-", r"[\w-]{20,}+"),
    (r"sk-", r"[A-Za-z0-9]{40,}+"),
    # JSON web tokens, signed (RFC 7515) or encrypted (RFC 7516)
    (r"eyJ", r"[\w-]{8,}+\.[\w-]{8,}+(?:\.[\w-]*+){1,3}"),
    (r"eyJ", r"[\w-]{8,}+\.eyJ[\w-]{8,}+\Z"),
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html: an access key's id is no secret,
    # 40 characters of base64 beside one are
    (r"(?:AKIA|ASIA)[A-Z0-9]{16}[^A-Za-z0-9/+]{1,5}", r"[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])"),
)
"""What a token begins with, which stays, and the rest of it, which is secret."""

USER_DATA = ("#!", "#cloud-", "#include", "#part-handler", "<powershell", "<script", "Content-Type:", "MIME-Version:")
"""How user data begins: https://docs.cloud-init.io/en/latest/explanation/format.html and
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html."""

_PRINTABLE = bytes([9, 10, 13, *range(32, 127)])
_BEGINNING = 48


def spans_in(text: str) -> Iterator[Span]:
    """Where secret parts of a text stand, in no order; they may overlap."""
    yield from _plain_spans(text)
    if RUN.search(text) is not None:
        for found in _patterns().encoded.finditer(text):
            if _is_secret_encoded(found.group()):
                yield found.span()


def _plain_spans(text: str) -> Iterator[Span]:
    if has_token_sign(text):
        for found in _patterns().tokens.finditer(text):
            yield found.end(found.lastindex or 0), found.end()
    if "PRIVATE KEY" in text:
        yield from _private_keys(text)
    if "@" in text:
        for found in _patterns().address.finditer(text):
            if not REFERENCE.fullmatch(found.group(found.lastindex or 0)):
                yield found.span(found.lastindex or 0)
    low = text.lower()
    if any([scheme in low for scheme in SCHEMES]):
        for found in _patterns().authorization.finditer(text):
            if _is_credential(found.group(1), found.group(2)):
                yield found.span(2)
    yield from assigned(text)


class _Patterns:
    """The patterns, made when they are first needed."""

    def __init__(self) -> None:
        tokens = "|".join([f"({prefix}){rest}" for prefix, rest in TOKENS])
        self.tokens = re.compile(rf"(?<![A-Za-z0-9_-])(?:{tokens})", re.ASCII)
        # RFC 7468; PGP's keys (RFC 9580) end in BLOCK
        self.private_key = re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
        # RFC 3986, 3.2.1, and Oracle's user/password@host; many write a password with / or ? as it is
        self.address = re.compile(
            r"://[^\s/?#:\"'<>]{0,200}:(?:([^\s/?#\"'<>]{1,300})@|(?!\d{1,5}[/?#])([^\s\"'<>]{1,300}?)@)"
            r"|:(?:thin|oci8?):[^\s/@]{1,100}/([^\s@\"']{1,300})@"
        )
        # RFC 6750 and RFC 7617
        self.authorization = re.compile(r"\b(bearer|basic)[ \t]++([A-Za-z0-9._~+/-]{8,}+=*+)", re.IGNORECASE)
        line = r"[A-Za-z0-9+/]{40,}+"
        self.encoded = re.compile(
            rf"(?<![A-Za-z0-9+/=_-]){line}(?:\r?\n[ \t]{{0,20}}{line})*+(?:\r?\n[ \t]{{0,20}}[A-Za-z0-9+/]{{1,76}}(?==))?={{0,2}}"
        )


@cache
def _patterns() -> _Patterns:
    return _Patterns()


def _private_keys(text: str) -> Iterator[Span]:
    """The bodies of private keys; one that is cut short goes on to the end."""
    at = 0
    while found := _patterns().private_key.search(text, at):
        end = text.find("-----END", found.end())
        at = len(text) if end < 0 else end
        yield found.end(), at


def _is_credential(scheme: str, text: str) -> bool:
    """Whether what follows `Bearer` or `Basic` is more than a word."""
    if scheme.lower() == "bearer":
        return len(text) >= 20 and any([each.isdigit() for each in text])
    decoded = _decoded(text)
    return b":" in decoded and not decoded.translate(None, _PRINTABLE)


def _is_secret_encoded(text: str) -> bool:
    """Whether base64 is that of user data, of a text with secrets, or of a private key."""
    data = _decoded(text)
    if data[:2] == b"\x30\x82" and data[4:7] == b"\x02\x01\x00":
        return True  # PKCS #8 and #1 (RFC 5958, RFC 8017): a sequence that begins with version 0; certificates do not
    if data[:_BEGINNING].translate(None, _PRINTABLE):
        return False
    plain = data.decode("latin-1")
    return plain.startswith(USER_DATA) or next(_plain_spans(plain), None) is not None


def _decoded(text: str) -> bytes:
    plain = "".join(text.rstrip("=").split())
    whole = plain[:-1] if len(plain) % 4 == 1 else plain
    try:
        return a2b_base64(whole + "=" * (-len(whole) % 4))
    except Error:
        return b""
