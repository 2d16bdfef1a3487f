"""The account itself: whom AWS may contact, its organisation, its regions, its block of public access to S3."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gsl.collectors.asking import of_all
from gsl.collectors.parts import Call, Collector, Entity, Fill, Part, Place, Raw, View
from gsl.collectors.s3 import ACCOUNT_BLOCK, account_block
from gsl.collectors.wording import camel_keys

_NO_CONTACT = ("ResourceNotFoundException",)

ALIASES = Call("iam", "list_account_aliases", "AccountAliases")
ALTERNATE = Call("account", "get_alternate_contact", "AlternateContact", absent=_NO_CONTACT)
CONTACT = Call("account", "get_contact_information", "ContactInformation", absent=_NO_CONTACT)
ORGANIZATION = Call(
    "organizations", "describe_organization", "Organization", absent=("AWSOrganizationsNotInUseException",)
)
REGIONS = Call("ec2", "describe_regions", "Regions", arguments={"AllRegions": True})

_CONTACT = ("Name", "Title", "EmailAddress", "PhoneNumber")
_KINDS = ("security", "billing", "operations")
_NOT_ENABLED = "not-opted-in"


def account(place: Place) -> Entity:
    """An Account, without what the calls say; its ARN is the one that policies name it by."""
    return {
        "id": place.account,
        "arn": f"arn:{place.partition}:iam::{place.account}:root",
        "name": "",
        "tags": [],
        "alternateContacts": {},
    }


def contact(raw: Raw) -> dict[str, Any] | None:
    """One of `alternateContacts`."""
    return None if raw is None else camel_keys({key: raw.get(key) for key in _CONTACT})


def contact_information(raw: Raw) -> dict[str, Any] | None:
    """`contactInformation`: what of it is given."""
    return None if raw is None else camel_keys(raw)


def organization(raw: Raw) -> dict[str, Any] | None:
    """`organization`; null when the account is in none."""
    if raw is None:
        return None
    return {"id": raw.get("Id"), "masterAccountId": raw.get("MasterAccountId"), "featureSet": raw.get("FeatureSet")}


def regions(found: list[Raw]) -> Entity:
    """`enabledRegions` and `disabledRegions` of the members of DescribeRegions, in AWS's spelling."""
    off = {each["RegionName"] for each in found if each.get("OptInStatus") == _NOT_ENABLED}
    on = {each["RegionName"] for each in found} - off
    return {"enabledRegions": sorted(on), "disabledRegions": sorted(off)}


def _name(view: View) -> Fill:
    aliases = list(view.items(ALIASES))

    def fill(entity: Entity, raw: Raw) -> None:
        entity["name"] = aliases[0] if aliases else ""

    return fill


def _alternate_contact(kind: str) -> Part:
    def prepare(view: View) -> Fill:
        found = contact(view.value(ALTERNATE, AlternateContactType=kind.upper()))

        def fill(entity: Entity, raw: Raw) -> None:
            entity["alternateContacts"][kind] = found

        return fill

    return Part((f"alternateContacts.{kind}",), (ALTERNATE,), prepare)


def _regions(view: View) -> Fill:
    found = regions(list(view.items(REGIONS)))

    def fill(entity: Entity, raw: Raw) -> None:
        entity.update(found)

    return fill


def _block(view: View) -> Fill:
    found = account_block(view)

    def fill(entity: Entity, raw: Raw) -> None:
        entity["publicAccessBlock"] = found

    return fill


def _list(view: View) -> Iterator[tuple[Entity, Raw]]:
    yield account(view), None


COLLECTORS = (
    Collector(
        "Account",
        "account",
        (),
        _list,
        (
            Part(("name",), (ALIASES,), _name),
            *[_alternate_contact(kind) for kind in _KINDS],
            of_all("contactInformation", CONTACT, contact_information),
            of_all("organization", ORGANIZATION, organization),
            Part(("publicAccessBlock",), (ACCOUNT_BLOCK,), _block),
            Part(("enabledRegions", "disabledRegions"), (REGIONS,), _regions),
        ),
        is_global=True,
    ),
)
