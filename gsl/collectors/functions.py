"""Lambda functions with their roles, networks and policies. The values of environment variables are never taken."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from gsl.collectors.asking import of_each
from gsl.collectors.ec2 import listing, members
from gsl.collectors.groups import group_rules_part
from gsl.collectors.parts import Call, CallFailed, Collector, Entity, Fill, Part, Place, Raw, View
from gsl.collectors.policies import ROLE_CALLS, role_blocks
from gsl.collectors.tagging import tags_of
from gsl.collectors.vpc_blocks import vpc_parts
from gsl.collectors.wording import arn, document, instant

_NONE = ("ResourceNotFoundException",)

FUNCTIONS = Call("lambda", "list_functions", "Functions", arguments={"MaxItems": 50})
POLICY = Call("lambda", "get_policy", "Policy", absent=_NONE)
URL = Call("lambda", "get_function_url_config", absent=_NONE)

_FUNCTION = {
    "vendor": "Runtime",
    "handler": "Handler",
    "codeSize": "CodeSize",
    "memory": "MemorySize",
    "timeout": "Timeout",
    "executionRoleArn": "Role",
    "version": "Version",
    "codeSha256": "CodeSha256",
    "kmsKeyArn": "KMSKeyArn",
}
_ROLE = ("name", "arn", "managedPolicies", "inlinePolicies", "combinedPolicies", "assumeRolePolicy")


def function(raw: Raw, place: Place) -> Entity:
    """A Lambda of a member of ListFunctions."""
    name = raw["FunctionName"]
    where = raw.get("FunctionArn") or arn(place, "lambda", f"function:{name}")
    letters = (raw.get("DeadLetterConfig") or {}).get("TargetArn")
    return {
        "id": where,
        "arn": where,
        "name": name,
        "description": raw.get("Description") or "",
        **members(raw, _FUNCTION),
        "lastModified": instant(raw.get("LastModified")),
        "deadLetterConfig": {"targetArn": letters} if letters else None,
        "tracingConfig": {"mode": (raw.get("TracingConfig") or {}).get("Mode") or "PassThrough"},
        "environmentVariables": _variables(raw),
        "securityGroups": [{"id": each} for each in _groups(raw)],
    }


def _variables(raw: Raw) -> list[dict[str, Any]]:
    """The names of environment variables; their values may be secrets."""
    names = sorted((raw.get("Environment") or {}).get("Variables") or ())
    return [{"key": name, "value": None} for name in names]


def url_config(raw: Raw) -> dict[str, Any] | None:
    """`urlConfig` of what GetFunctionUrlConfig gives."""
    return None if raw is None else {"authType": raw.get("AuthType"), "functionUrl": raw.get("FunctionUrl")}


def _groups(raw: Raw) -> Iterable[str]:
    return (raw.get("VpcConfig") or {}).get("SecurityGroupIds") or ()


def _vpc_id(raw: Raw) -> str | None:
    """The VPC; functions that left theirs have an empty text."""
    return (raw.get("VpcConfig") or {}).get("VpcId") or None


def _role(view: View) -> Fill:
    roles = role_blocks(view)

    def fill(entity: Entity, raw: Raw) -> None:
        role = roles.get(raw.get("Role"))
        if role is None:
            message = f"the role {raw.get('Role')} is not among those of the account"
            raise CallFailed(ROLE_CALLS[0], "NoSuchEntity", message)
        entity["executionRole"] = {key: role.get(key) for key in _ROLE}

    return fill


def _by_name(raw: Raw) -> Mapping[str, Any]:
    return {"FunctionName": raw["FunctionName"]}


COLLECTORS = (
    Collector(
        "Lambda",
        "lambda",
        (FUNCTIONS,),
        listing(FUNCTIONS, function),
        (
            tags_of("lambda:function"),
            *vpc_parts(_vpc_id),
            group_rules_part(_groups),
            Part(("executionRole",), ROLE_CALLS, _role),
            of_each("resourcePolicy", POLICY, _by_name, document),
            of_each("urlConfig", URL, _by_name, url_config),
        ),
    ),
)
