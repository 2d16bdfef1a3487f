"""The credential report in all its states and forms, and users when some of what makes them is denied."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

import gsl
from gsl.collectors.users import DETAIL_PATHS, REPORT_PATHS
from tests.aws import people
from tests.aws.people import EXPIRED, NOT_PRESENT, NOT_READY, ROOT, refused
from tests.aws.stub import OWN, Answer, Stub, denied, then

pytestmark = pytest.mark.usefixtures("kept_clients")
IDENTITY = {"Account": OWN, "Arn": people.arn("scanner"), "UserId": "x"}
NAMES = [ROOT, "ann", "bob"]
REPORT = {"Content": people.csv(NAMES), "ReportFormat": "text/csv", "GeneratedTime": people.THEN}
COMPLETE = {"State": "COMPLETE"}
STARTED = {"State": "STARTED"}
RUNNING = {"State": "INPROGRESS"}
FULL = refused("LimitExceeded", 409)
BY_REPORT = {*REPORT_PATHS, "mfaType"}
BY_DETAILS = {*DETAIL_PATHS, "combinedPolicies"}


@pytest.fixture
def account(stub: Stub) -> Stub:
    stub.replies = {
        "sts:GetCallerIdentity": IDENTITY,
        "iam:GetAccountAuthorizationDetails": people.details([people.user("ann"), people.user("bob")]),
        **people.report(people.csv(NAMES)),
    }
    return stub


def _users(session: Any, **options: Any) -> dict[str, dict[str, Any]]:
    """The users by name; a gap record goes by an empty one."""
    found = gsl.collect(session, ["IamUser"], workers=1, **options)
    return {each.get("name", ""): each for each in found}


def _failed(user: Mapping[str, Any]) -> set[str]:
    return {each["path"] for each in user.get("_errors", ())}


@pytest.mark.parametrize(
    ("generate", "get"),
    [
        ([COMPLETE], [REPORT]),
        ([STARTED, COMPLETE], [REPORT]),
        ([STARTED, RUNNING, RUNNING, COMPLETE], [REPORT]),
        ([COMPLETE], [NOT_PRESENT, REPORT]),
        ([COMPLETE], [NOT_READY, NOT_READY, REPORT]),
        ([COMPLETE], [EXPIRED, REPORT]),
        ([FULL, FULL, COMPLETE], [NOT_PRESENT, NOT_PRESENT, REPORT]),
        ([FULL], [REPORT]),
        ([FULL], [EXPIRED, NOT_PRESENT, REPORT]),
    ],
)
def test_states_that_come_to_a_report(account: Stub, session: Any, generate: list[Any], get: list[Any]) -> None:
    account.replies["iam:GenerateCredentialReport"] = then(*generate)
    account.replies["iam:GetCredentialReport"] = then(*get)
    users = _users(session)
    assert list(users) == NAMES
    assert not any([_failed(each) for each in users.values()])
    assert users["ann"]["passwordEnabled"] is True


@pytest.mark.parametrize(
    ("generate", "get", "code"),
    [
        (STARTED, NOT_READY, "ReportInProgress"),
        (COMPLETE, EXPIRED, "ReportInProgress"),
        (FULL, NOT_PRESENT, "LimitExceeded"),
        (denied, REPORT, "AccessDenied"),
        (COMPLETE, denied, "AccessDenied"),
        (refused("ServiceFailure", 500), REPORT, "ServiceFailure"),
    ],
)
def test_states_that_never_come_to_a_report(account: Stub, session: Any, generate: Any, get: Any, code: str) -> None:
    account.replies |= {"iam:GenerateCredentialReport": generate, "iam:GetCredentialReport": get}
    users = _users(session)
    assert list(users) == NAMES
    assert _failed(users["ann"]) == _failed(users["bob"]) == BY_REPORT
    assert _failed(users[ROOT]) == {*BY_REPORT, "createDate"}
    assert {each["code"] for each in users["ann"]["_errors"]} == {code}
    assert users["ann"]["managedPolicies"] == []


def test_throttling_ends(account: Stub, session: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gsl.collectors.clients.ATTEMPTS", 3)
    monkeypatch.setattr("botocore.retries.bucket.TokenBucket.acquire", lambda *_, **__: True)
    slow = refused("Throttling")
    account.replies["iam:GenerateCredentialReport"] = then(slow, COMPLETE)
    account.replies["iam:GetCredentialReport"] = then(slow, REPORT)
    assert not any([_failed(each) for each in _users(session).values()])
    assert account.counts["iam:GenerateCredentialReport"] == account.counts["iam:GetCredentialReport"] == 2


@pytest.mark.parametrize(
    "text", ["2023-05-06T07:08:09+00:00", "2023-05-06T07:08:09Z", "2023-05-06T09:08:09+02:00", "2023-05-06T07:08:09"]
)
def test_dates(account: Stub, session: Any, text: str) -> None:
    rows = {"ann": {"access_key_1_last_rotated": text, "password_last_used": text, "user_creation_time": text}}
    account.replies |= people.report(people.csv(NAMES, rows=rows))
    ann = _users(session)["ann"]
    assert ann["firstAccessKey"]["lastRotated"] == ann["passwordLastUsed"] == "2023-05-06T07:08:09Z"


def test_the_root_user(account: Stub, session: Any) -> None:
    rows = {ROOT: {"password_enabled": "not_supported", "mfa_active": "TRUE", "access_key_1_active": "false"}}
    account.replies |= people.report(people.csv(NAMES, rows=rows))
    root = _users(session)[ROOT]
    assert root["arn"] == root["id"] == f"arn:aws:iam::{OWN}:root"
    assert (root["passwordEnabled"], root["mfaActive"]) == (None, True)
    assert root["tags"] == []


def test_commas_in_names(account: Stub, session: Any) -> None:
    names = [ROOT, "ann", "a,b", "x,=+@,y", ",", "last,"]
    rows = {name: {"access_key_2_last_used_region": f"region-{at}"} for at, name in enumerate(names)}
    account.replies |= people.report(people.csv(names, rows=rows))
    account.replies["iam:GetAccountAuthorizationDetails"] = people.details([people.user(each) for each in names[1:]])
    users = _users(session)
    assert list(users) == names
    for at, name in enumerate(names):
        assert not _failed(users[name])
        assert users[name]["secondAccessKey"]["lastUsedRegion"] == f"region-{at}"


def test_new_columns_are_passed_over(account: Stub, session: Any) -> None:
    account.replies |= people.report(people.csv(NAMES, ["additional_credentials_info", "passkeys"]))
    assert not any([_failed(each) for each in _users(session).values()])


def test_columns_that_are_gone(account: Stub, session: Any) -> None:
    account.replies |= people.report("user,arn\n" + "\n".join([f"{each},{people.arn(each)}" for each in NAMES]))
    assert list(_users(session)) == NAMES


@pytest.mark.parametrize("text", ["", "<html>maintenance</html>", "a,b\n1,2"])
def test_what_is_no_report(account: Stub, session: Any, text: str) -> None:
    account.replies |= people.report(text)
    users = _users(session)
    assert list(users) == NAMES
    assert _failed(users["ann"]) == BY_REPORT


def test_users_newer_than_the_report(account: Stub, session: Any) -> None:
    account.replies |= people.report(people.csv([ROOT, "ann"]))
    users = _users(session)
    assert _failed(users["bob"]) == BY_REPORT
    assert {each["code"] for each in users["bob"]["_errors"]} == {"NotInReport"}
    assert users["bob"]["createDate"] == "2024-01-02T03:04:05Z"
    assert not _failed(users["ann"])


def test_users_deleted_since_the_report(account: Stub, session: Any) -> None:
    account.replies |= people.report(people.csv([*NAMES, "gone"]))
    assert list(_users(session)) == NAMES


def test_details_denied(account: Stub, session: Any) -> None:
    """The report alone gives the users."""
    account.replies["iam:GetAccountAuthorizationDetails"] = denied
    users = _users(session)
    assert list(users) == NAMES
    assert _failed(users[ROOT]) == BY_DETAILS
    assert _failed(users["ann"]) == {*BY_DETAILS, "id"}
    assert users["ann"]["passwordEnabled"] is True
    assert users["ann"]["createDate"] == "2024-01-02T03:04:05Z"


def test_both_denied(account: Stub, session: Any) -> None:
    account.faults[("*", "*")] = denied
    account.faults[("sts:GetCallerIdentity", "*")] = IDENTITY
    users = _users(session)
    assert list(users) == [ROOT, ""]
    assert [each["path"] for each in users[""]["_errors"]] == [""]


@pytest.mark.parametrize("page", [1, 2, 60])
def test_short_pages(account: Stub, session: Any, page: int) -> None:
    names = [f"user{number:03}" for number in range(max(5, 3 * page))]
    account.page = page
    account.replies["iam:GetAccountAuthorizationDetails"] = people.details([people.user(each) for each in names])
    account.replies |= people.report(people.csv([ROOT, *names]))
    users = _users(session)
    assert list(users) == [ROOT, *names]
    assert not any([_failed(each) for each in users.values()])
    assert account.counts["iam:GetAccountAuthorizationDetails"] > 2


def _second_page(answer: Answer, fault: Answer) -> Answer:
    return lambda asked: fault(asked) if asked.arguments.get("Marker") else answer(asked)


def test_a_page_of_users_that_fails(account: Stub, session: Any) -> None:
    """Users of whom only the report is known are better than the first page alone."""
    account.page = 1
    account.replies["iam:GetAccountAuthorizationDetails"] = _second_page(
        people.details([people.user("ann"), people.user("bob")]), denied
    )
    users = _users(session)
    assert set(users) >= {*NAMES}
    assert not [each for each in users.values() if "_errors" not in each]


@pytest.mark.parametrize(("partition", "home"), [("aws-us-gov", "us-gov-west-1"), ("aws-cn", "cn-north-1")])
def test_other_partitions(account: Stub, session: Any, partition: str, home: str) -> None:
    names = ["ann"] if partition == "aws-us-gov" else [ROOT, "ann"]
    account.replies["sts:GetCallerIdentity"] = {**IDENTITY, "Arn": people.arn("scanner", partition=partition)}
    account.replies |= people.report(people.csv(names, partition=partition))
    ann = people.user("ann", Arn=people.arn("ann", partition=partition))
    account.replies["iam:GetAccountAuthorizationDetails"] = people.details([ann])
    users = _users(session)
    assert list(users) == names
    assert not any([_failed(each) for each in users.values()])
    assert {each.region for each in account.log if each.service == "iam"} == {home}
