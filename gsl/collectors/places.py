"""Which accounts and regions a run goes to: the caller's, listed ones, or all of an organisation."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import Any

from msgspec import Struct

from gsl.collectors.clients import Clients, Traffic
from gsl.collectors.parts import Call, CallFailed
from gsl.collectors.views import HOMES, Account
from gsl.errors import UsageError

IDENTITY = Call("sts", "get_caller_identity")
ASSUME_ROLE = Call("sts", "assume_role")
LIST_ACCOUNTS = Call("organizations", "list_accounts", "Accounts", arguments={"MaxResults": 20})
REGIONS = Call("ec2", "describe_regions", "Regions", arguments={"AllRegions": True})
_ENABLED = ("opt-in-not-required", "opted-in")
_SESSION_SECONDS = 3600
_UNREACHED = ("EndpointConnectionError", "ConnectTimeoutError", "ReadTimeoutError", "ConnectionClosedError", "SSLError")


class Role(Struct, frozen=True):
    """The role to take in every account but the caller's own. `session_name` is what CloudTrail shows."""

    name: str
    external_id: str | None = None
    session_name: str = "gsl"


class Target(Struct, frozen=True):
    """An account to go to. `reason` says why it is left out, when it is."""

    number: str
    name: str = ""
    reason: str | None = None


class Caller(Struct, frozen=True, eq=False):
    """Who asks: the session's account, its partition and clients."""

    account: Account
    session: Any
    traffic: Traffic

    def targets(self, org: bool = False, only: Collection[str] = (), without: Collection[str] = ()) -> Iterator[Target]:
        """The accounts to go to, in order. Raises `CallFailed` when the organisation cannot be listed."""
        if org:
            found = [_target(each) for each in self.account.view(self.account.home).items(LIST_ACCOUNTS)]
        else:
            found = [Target(number) for number in only or (self.account.number,)]
        known = {each.number for each in found}
        for target in sorted(found, key=lambda each: each.number):
            if (not only or target.number in only) and target.number not in without:
                yield target
        for number in sorted(set(only) - known):  # what becomes of asking them says what is wrong
            yield Target(number)

    def opened(self, target: Target, role: Role | None) -> Account:
        """An account, ready to be asked. Raises `CallFailed` when its role cannot be taken."""
        if target.number == self.account.number:
            return self.account
        if role is None:
            raise CallFailed(ASSUME_ROLE, "NoRole", "name the role to take there with --role-name")
        session = self._assumed(target.number, role)
        clients = Clients(session, self.traffic, self.account.clients.connections)
        return Account(target.number, self.account.partition, clients, self.account.now, target.name)

    def _assumed(self, number: str, role: Role) -> Any:
        """A session that has a role of an account, and renews it when it runs out."""
        import boto3
        from botocore.credentials import (
            AssumeRoleCredentialFetcher,
            CredentialResolver,
            DeferredRefreshableCredentials,
        )
        from botocore.session import get_session

        arguments = {"RoleSessionName": role.session_name, "DurationSeconds": _SESSION_SECONDS}
        if role.external_id:
            arguments["ExternalId"] = role.external_id
        arn = f"arn:{self.account.partition}:iam::{number}:role/{role.name.lstrip('/')}"
        fetcher = AssumeRoleCredentialFetcher(
            self._sts_client, self.session.get_credentials(), arn, extra_args=arguments, cache=None
        )
        self.account.clients.guarded(ASSUME_ROLE, self.account.home, fetcher.fetch_credentials)
        core = get_session()
        core.register_component("data_loader", self.session._session.get_component("data_loader"))
        renewed = DeferredRefreshableCredentials(fetcher.fetch_credentials, _Provider.METHOD)
        provider: Any = _Provider(renewed)
        core.register_component("credential_provider", CredentialResolver([provider]))
        return boto3.Session(botocore_session=core, region_name=self.account.home)

    def _sts_client(self, *_: Any, **credentials: Any) -> Any:
        return self.account.clients.made("sts", self.account.home, **credentials)


class _Provider:
    """Where a session of botocore gets the credentials of a role from."""

    METHOD = "assume-role"
    CANONICAL_NAME = None

    def __init__(self, credentials: Any) -> None:
        self._credentials = credentials

    def load(self) -> Any:
        """The credentials."""
        return self._credentials


def _target(raw: Any) -> Target:
    status = raw.get("State") or raw.get("Status") or "ACTIVE"
    reason = None if status == "ACTIVE" else f"the account is {str(status).lower().replace('_', ' ')}"
    return Target(str(raw.get("Id")), str(raw.get("Name") or ""), reason)


def caller_of(session: Any, now: str, traffic: Traffic, connections: int) -> Caller:
    """Who a session is. Raises `UsageError` without credentials that work."""
    clients = Clients(session, traffic, connections)
    region = session.region_name or HOMES["aws"]
    try:
        identity = clients.value(IDENTITY, region, {})
    except CallFailed as failure:
        what = f"{failure.code}: {failure.message.rstrip('.')}"
        if failure.code in _UNREACHED:
            raise UsageError(
                f"AWS cannot be reached ({what}). Check the network, proxies and AWS_ENDPOINT_URL"
            ) from None
        raise UsageError(
            f"AWS does not know who asks ({what}). "
            "Set AWS_PROFILE, log in with `aws sso login`, or give credentials in another way that boto3 knows"
        ) from None
    partition = str(identity.get("Arn", "")).split(":")[1:2] or ["aws"]
    return Caller(Account(str(identity["Account"]), partition[0], clients, now), session, traffic)


class Regions(Struct, frozen=True):
    """The regions of an account: to go to, and left out as the account has not enabled them."""

    enabled: tuple[str, ...]
    disabled: tuple[str, ...]
    failure: CallFailed | None = None


def regions_of(account: Account, chosen: Collection[str] | None, fallback: Callable[[], str | None]) -> Regions:
    """The regions to go to in an account: all enabled ones, or those of `chosen` that are enabled.

    When they cannot be listed: `chosen`, else the session's own, with the failure.
    """
    try:
        found = {str(each.get("RegionName")): each.get("OptInStatus") for each in account.view(account.home).items(REGIONS)}
        if not found:  # nothing would be collected, and nobody would know
            raise CallFailed(REGIONS, "UnexpectedReply", "AWS lists no region at all", account.home)
    except CallFailed as failure:
        if chosen is not None:
            return Regions(tuple(chosen), ())
        return Regions((fallback() or account.home,), (), failure)
    enabled = [name for name, status in found.items() if status is None or status in _ENABLED]
    if chosen is None:
        return Regions(tuple(sorted(enabled)), tuple(sorted(set(found) - set(enabled))))
    # A region that AWS does not list is asked all the same: the answer says what is wrong with it.
    off = [name for name in chosen if name in found and name not in enabled]
    return Regions(tuple([name for name in chosen if name not in off]), tuple(off))
