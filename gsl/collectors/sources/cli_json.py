"""Entities out of replies of AWS, as its command prints them: the collectors run on what the replies say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from gsl.collectors import credential_report as report
from gsl.collectors.authorization import POLICIES
from gsl.collectors.ec2 import VPCS
from gsl.collectors.parts import CallFailed, Collector, Entity, Raw, View
from gsl.collectors.problems import Problems
from gsl.collectors.sources.offline import Known, OfflineView, decoded
from gsl.collectors.sources.replies import GLOBAL, REPLIES, goes_on, origin
from gsl.collectors.sources.short_lists import SHORT_LISTS
from gsl.collectors.sources.telling import NOT_COLLECTED, Fault, Given, Remark, untold
from gsl.collectors.table import COLLECTORS
from gsl.collectors.views import HOMES
from gsl.collectors.working import Work, collected

SOURCE = "aws-cli"
TRIGGERS = {
    "IamUser": ("UserDetailList", "Content"),
    "Iam": ("PasswordPolicy", "SummaryMap", "AccountAliases"),
    "KMS": ("Keys",),
    "Account": (),
    "Region": (),
}
"""The replies that entities of a type come of, where that is not simply its listing."""

_SHARED = ("image", "snapshot")
"""Resources whose ARNs name no account."""


class _Piece(Struct, eq=False):
    """The members of a reply, and where they are from."""

    key: str
    members: list[Any]
    account: str
    region: str
    partition: str
    cut: bool = False


class _Place(Struct, eq=False):
    """All that is known of an account in one region."""

    pieces: list[_Piece] = field(default_factory=list)


def entities(documents: Iterable[Mapping[str, Any]]) -> Iterator[Given]:
    """The entities that replies tell of; those of one account and region are joined."""
    try:
        pieces = [piece for document in documents for piece in _pieces(document)]
    except Exception as fault:  # odd data of one reply
        message = f"this reply of AWS is not as expected: {type(fault).__name__}: {fault}"[:400]
        yield Fault("odd-reply", message)
        return
    _settle(pieces)
    for account in dict.fromkeys(piece.account for piece in pieces):
        own = [piece for piece in pieces if piece.account == account]
        everywhere = [piece for piece in own if REPLIES[_plain(piece.key)].service in GLOBAL]
        regions = dict.fromkeys(piece.region for piece in own if piece not in everywhere)
        for region in regions or {"": None}:
            here = [piece for piece in own if piece not in everywhere and piece.region == region]
            yield from _of_place(_known(account, region, [*everywhere, *here]), first=region == next(iter(regions), ""))
    lost = sum([len(piece.members) for piece in pieces if not piece.region and not _is_global(piece)])
    if lost:
        message = "these replies of AWS do not say which region they are from; their entities have none"
        yield Remark("no-region", message, lost)


def _is_global(piece: _Piece) -> bool:
    return REPLIES[_plain(piece.key)].service in GLOBAL


def _plain(key: str) -> str:
    return key.removeprefix("short ")


def _pieces(document: Mapping[str, Any]) -> Iterator[_Piece]:
    """The replies of a document; trails each with the region that it is of."""
    cut = goes_on(document)
    for key, value in document.items():
        if key not in REPLIES:
            continue
        if key == "Content":
            yield _Piece(key, [document], *_of_report(document))
        elif key == "trailList":
            for raw in value:
                found = origin(key, [raw])
                yield _Piece(key, [raw], found.account, raw.get("HomeRegion") or found.region, found.partition, cut)
        else:
            members = [value] if REPLIES[key].one else value
            found = origin(key, members)
            yield _Piece(_name(key, members), members, found.account, found.region, found.partition, cut)


def _name(key: str, members: list[Any]) -> str:
    """Policies without their versions are of a call that says less."""
    is_short = key == "Policies" and any(["PolicyVersionList" not in each for each in members])
    return f"short {key}" if is_short else key


def _of_report(document: Mapping[str, Any]) -> tuple[str, str, str]:
    rows = report.parsed(decoded(document)["Content"], None).rows
    arn = next(iter(rows), "").split(":")
    return (arn[4], "", arn[1]) if len(arn) > 4 else ("", "", "")


def _settle(pieces: list[_Piece]) -> None:
    """What says not where it is from is from where all else is, if that is one place."""
    accounts = {piece.account for piece in pieces if piece.account}
    for piece in pieces:
        if not piece.account and len(accounts) == 1:
            piece.account = next(iter(accounts))
    for piece in pieces:
        regions = {each.region for each in pieces if each.account == piece.account and each.region}
        if not piece.region and len(regions) == 1:
            piece.region = next(iter(regions))


def _known(account: str, region: str, pieces: list[_Piece]) -> Known:
    members: dict[str, list[Any]] = {}
    cut: dict[str, bool] = {}
    for piece in pieces:
        if piece.members or not piece.key.endswith("DetailList"):  # empty lists are also those that were not asked for
            members.setdefault(piece.key, []).extend(piece.members)
        cut[piece.key] = piece.cut  # as the last page says
    if not members.get("Policies", [None]) and any([key.endswith("DetailList") for key in cut]):
        del members["Policies"]
    _derive(members)
    partition = next((piece.partition for piece in pieces if piece.partition), "") or _partition(region)
    return Known(account, region, partition, members, frozenset([key for key, is_cut in cut.items() if is_cut]))


def _partition(region: str) -> str:
    return "aws-cn" if region.startswith("cn-") else "aws-us-gov" if region.startswith("us-gov-") else "aws"


def _derive(members: dict[str, list[Any]]) -> None:
    """Listings out of what is known of single things."""
    if "KeyMetadata" in members:
        keys = members.setdefault("Keys", [])
        listed = {each["KeyId"] for each in keys}
        keys += [
            {"KeyId": each["KeyId"], "KeyArn": each["Arn"]}
            for each in members["KeyMetadata"]
            if each["KeyId"] not in listed
        ]
    if "Table" in members:
        names = members.setdefault("TableNames", [])
        names += [each["TableName"] for each in members["Table"] if each["TableName"] not in names]
    if "trailList" in members:
        members["trailList"] = list({each["TrailARN"]: each for each in members["trailList"]}.values())


def _of_place(known: Known, first: bool) -> Iterator[Entity]:
    """The entities of an account in a region; global ones with its first region."""
    for collector in COLLECTORS.values():
        if collector.is_global and not first:
            continue
        triggers = TRIGGERS.get(collector.type, tuple([call.result for call in collector.calls]))
        told: set[Any] = set()
        if any([key in known.members for key in triggers]):
            for entity in _collected(collector, known):
                told.add(entity.get("arn"))
                yield entity
        yield from _short(collector, known, told)


def _short(collector: Collector, known: Known, told: set[Any]) -> Iterator[Entity]:
    """Entities out of replies that say less than the listing, unless that has them too."""
    for key, short in SHORT_LISTS.items():
        if short.type != collector.type or key not in known.members:
            continue
        raws = [raw for raw in known.members[key] if raw.get("Arn") not in told]
        told |= {raw.get("Arn") for raw in raws}
        listed = [(entity, entity) for entity in short.entities(raws)]
        plain = Collector(collector.type, collector.service, (short.call,), lambda view: iter(listed), (), True)  # noqa: B023
        yield from _collected(plain, known)


def _collected(collector: Collector, known: Known) -> Iterator[Entity]:
    """The entities of a type. A listing whose reply goes on elsewhere ends with the record of a gap."""
    region = HOMES.get(known.partition, "us-east-1") if collector.is_global else known.region
    lenient = OfflineView(known, region, lenient=True)

    def listing(view: View) -> Iterator[tuple[Entity, Raw]]:
        yield from collector.listing(lenient)
        for call in collector.calls:
            if call.result in known.cut:
                raise CallFailed(call, NOT_COLLECTED, "the reply in this file goes on where the file does not")

    work = Work(Problems(), None, SOURCE)
    for entity in collected(replace(collector, listing=listing), OfflineView(known, region), None, work):
        if "source" in entity:
            entity["collectedAt"] = None
        yield _honest(entity, known)


def _honest(entity: Entity, known: Known) -> Entity:
    """Without an ARN that lacks the account or region, and with word of policies whose documents are not there."""
    errors = entity.pop("_errors", [])
    if entity.get("arn") and _lacks(str(entity["arn"]), known):
        collector = COLLECTORS[entity["type"]]
        call = collector.calls[0] if collector.calls else collector.parts[0].calls[0]
        entity["id"] = entity["id"] or None
        entity["arn"] = None
        errors.append(untold("arn", call, "this file does not say which account and region it is from"))
    errors += [*_without_documents(entity), *_without_vpc(entity)]
    return {**entity, "_errors": errors} if errors else entity


def _lacks(arn: str, known: Known) -> bool:
    parts = arn.split(":", 5)
    if len(parts) < 6 or parts[2] == "s3":
        return False
    _, _, service, region, account, resource = parts
    if not known.account and not account and resource.split("/")[0] not in _SHARED:
        return True
    return not known.region and not region and service != "iam"


def _without_documents(entity: Entity) -> Iterator[dict[str, Any]]:
    """Errors for managed policies that apply to somebody, and are not among those of the file."""
    holders = [("", entity), ("executionRole.", entity.get("executionRole"))]
    holders += [(f"roles.{place}.", role) for place, role in enumerate(entity.get("roles") or ())]
    for prefix, holder in holders:
        for place, policy in enumerate((holder or {}).get("combinedPolicies") or ()):
            if policy["id"] is None and policy["relationType"].endswith("Managed"):
                path = f"{prefix}combinedPolicies.{place}.policyDocument"
                yield untold(path, POLICIES, "the policy is not in this file; without --filter AWS's reply has it")


def _without_vpc(entity: Entity) -> Iterator[dict[str, Any]]:
    """An error for a VPC that is not among those of the file."""
    found = entity.get("vpc")
    if found is not None and "isDefault" not in found:
        yield untold("vpc", VPCS, f"the VPC {found.get('id')} is not in this file")
