"""The bucket that a trail writes to, as far as it is one of the account's own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from gsl.collectors import bucket_settings, s3
from gsl.collectors.parts import Call, CallFailed, Entity, Fill, Part, Raw, View

Setting = Callable[[View, str], Any]
"""From a bucket's name to a property of it; the view is of the trail's region."""


def _own_buckets(view: View) -> Mapping[str, Raw]:
    return view.once("own-buckets", lambda: {raw["Name"]: raw for raw in view.items(s3.BUCKETS)})


def _ask(view: View, name: str, call: Call) -> Any:
    """What a call says of a bucket; once for all trails of the region."""
    own = _own_buckets(view)
    if name not in own:
        # Others may grant us to read their bucket, but what we may not read of it would look like nothing.
        raise CallFailed(call, "NotInAccount", f"the bucket {name} is none of this account's", view.region)
    there = view.at(s3.bucket_region(view, own[name]))
    return there.once(f"{call.name} {name}", lambda: there.value(call, Bucket=name))


def _policy(view: View, name: str) -> Any:
    return bucket_settings.policy(_ask(view, name, s3.POLICY))


def _acl(view: View, name: str) -> Any:
    return bucket_settings.acl(_ask(view, name, s3.ACL))


def _logging_enabled(view: View, name: str) -> bool:
    return bool(bucket_settings.logging(_ask(view, name, s3.LOGGING))["enabled"])


def _mfa_delete(view: View, name: str) -> bool:
    return bool(bucket_settings.versioning(_ask(view, name, s3.VERSIONING))["mfaDelete"])


def _is_public(view: View, name: str) -> bool:
    """By its policy or by a grant to everyone."""
    status = bucket_settings.policy_status(_ask(view, name, s3.POLICY_STATUS))
    return bool(status["isPublic"]) or bucket_settings.is_open_to_everyone(_acl(view, name))


def _setting(key: str, calls: tuple[Call, ...], setting: Setting) -> Part:
    def prepare(view: View) -> Fill:
        def fill(entity: Entity, raw: Raw) -> None:
            if entity.get("bucket"):
                entity["bucket"][key] = setting(view, entity["bucket"]["name"])

        return fill

    return Part((f"bucket.{key}",), (s3.BUCKETS, *calls), prepare, each=True, shared=(s3.BUCKETS,))


BUCKET = (
    _setting("isPublic", (s3.POLICY_STATUS, s3.ACL), _is_public),
    _setting("loggingEnabled", (s3.LOGGING,), _logging_enabled),
    _setting("policy", (s3.POLICY,), _policy),
    _setting("acl", (s3.ACL,), _acl),
    _setting("mfaDelete", (s3.VERSIONING,), _mfa_delete),
)
"""The parts of a trail that say of its bucket what is known; each may fail alone."""
