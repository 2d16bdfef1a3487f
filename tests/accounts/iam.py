"""Users, groups, roles, policies and the password policy of both accounts."""

from __future__ import annotations

from tests.accounts.certificates import certificate
from tests.accounts.documents import EVERYTHING, READING, allow, document, trust
from tests.accounts.people import PEOPLE, ROOT
from tests.accounts.world import STRANGER, Account

AWS = "arn:aws:iam::aws:policy"
GITHUB = "oidc-provider/token.actions.githubusercontent.com"


def people(account: Account) -> None:
    """The users of the credential report, root apart."""
    iam = account.client("iam")
    for person in PEOPLE[account.number]:
        if person.name != ROOT:
            iam.create_user(UserName=person.name)


def role(account: Account, name: str, trusted: str, *policies: str) -> str:
    """A role with managed policies; its ARN."""
    iam = account.client("iam")
    arn = str(iam.create_role(RoleName=name, AssumeRolePolicyDocument=trusted)["Role"]["Arn"])
    for policy in policies:
        iam.attach_role_policy(RoleName=name, PolicyArn=policy)
    account.things[name] = arn
    return arn


def service_role(account: Account, name: str, service: str, *policies: str) -> str:
    """A role that a service of AWS takes."""
    return role(account, name, trust({"Service": f"{service}.amazonaws.com"}), *policies)


def profile(account: Account, name: str) -> None:
    """An instance profile with the role of that name."""
    iam = account.client("iam")
    iam.create_instance_profile(InstanceProfileName=name)
    iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=name)


def policy(account: Account, name: str, text: str) -> str:
    """A managed policy of the account; its ARN."""
    return str(account.client("iam").create_policy(PolicyName=name, PolicyDocument=text)["Policy"]["Arn"])


def broken(account: Account) -> None:
    """Everything that IAM lets be done and should not."""
    people(account)
    iam = account.client("iam")
    iam.put_user_policy(UserName="inline", PolicyName="own", PolicyDocument=EVERYTHING)
    iam.attach_user_policy(UserName="administrator", PolicyArn=f"{AWS}/AdministratorAccess")
    iam.attach_user_policy(UserName="quarantined", PolicyArn=f"{AWS}/AWSCompromisedKeyQuarantineV2")
    iam.create_group(GroupName="administrators")
    iam.attach_group_policy(GroupName="administrators", PolicyArn=f"{AWS}/AdministratorAccess")
    iam.attach_group_policy(GroupName="administrators", PolicyArn=f"{AWS}/AWSCloudShellFullAccess")
    iam.put_group_policy(GroupName="administrators", PolicyName="own", PolicyDocument=EVERYTHING)
    iam.attach_group_policy(GroupName="administrators", PolicyArn=policy(account, "everything", EVERYTHING))
    service_role(account, "own-administrator", "ec2", account.policy("everything"))
    profile(account, "own-administrator")
    service_role(account, "own-administrator-function", "lambda", account.policy("everything"))
    policy(account, "passes-all-roles", document(allow("iam:PassRole")))
    policy(account, "all-but-iam", document({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}))
    iam.update_account_password_policy(MinimumPasswordLength=8)
    _broken_roles(account)
    for name in ("expired", "expiring"):
        _certificate(account, name)


def _broken_roles(account: Account) -> None:
    service_role(account, "idle", "ec2")
    service_role(account, "never-used", "ec2")
    service_role(account, "inline-administrator", "ec2")
    account.client("iam").put_role_policy(RoleName="inline-administrator", PolicyName="own", PolicyDocument=EVERYTHING)
    profile(account, "inline-administrator")
    role(account, "for-anyone", trust({"AWS": "*"}))
    role(account, "for-a-stranger", trust({"AWS": f"arn:aws:iam::{STRANGER}:root"}))
    role(account, "for-a-user-of-a-stranger", trust({"AWS": f"arn:aws:iam::{STRANGER}:user/eve"}))
    role(account, "for-all-of-github", _github(account, "repo:*"))
    service_role(account, "administrator", "ec2", f"{AWS}/AdministratorAccess")
    profile(account, "administrator")
    service_role(account, "administrator-function", "lambda", f"{AWS}/AdministratorAccess")


def _github(account: Account, subject: str) -> str:
    return trust(
        {"Federated": f"arn:aws:iam::{account.number}:{GITHUB}"},
        "sts:AssumeRoleWithWebIdentity",
        Condition={"StringLike": {"token.actions.githubusercontent.com:sub": subject}},
    )


def _certificate(account: Account, name: str) -> None:
    made = certificate(200)
    account.client("iam").upload_server_certificate(
        ServerCertificateName=name, CertificateBody=made.body, PrivateKey=made.key
    )


def good(account: Account) -> None:
    """People in groups, roles with narrow policies, a strict password policy."""
    people(account)
    iam = account.client("iam")
    iam.create_group(GroupName="readers")
    iam.attach_group_policy(GroupName="readers", PolicyArn=policy(account, "reading", READING))
    but_deleting = {"Effect": "Allow", "NotAction": "s3:Delete*", "Resource": "arn:aws:s3:::data/*"}
    iam.attach_group_policy(GroupName="readers", PolicyArn=policy(account, "but-deleting", document(but_deleting)))
    nothing_else = {"Effect": "Deny", "NotAction": "s3:*", "NotResource": "arn:aws:iam::*:mfa/*"}
    iam.attach_group_policy(GroupName="readers", PolicyArn=policy(account, "nothing-else", document(nothing_else)))
    iam.attach_group_policy(GroupName="readers", PolicyArn=f"{AWS}/ReadOnlyAccess")
    iam.add_user_to_group(GroupName="readers", UserName="console")
    iam.put_group_policy(GroupName="readers", PolicyName="own", PolicyDocument=READING)
    iam.update_account_password_policy(
        MinimumPasswordLength=14,
        RequireSymbols=True,
        RequireNumbers=True,
        RequireUppercaseCharacters=True,
        RequireLowercaseCharacters=True,
        MaxPasswordAge=90,
        PasswordReusePrevention=24,
    )
    service_role(account, "application", "ec2")
    iam.put_role_policy(RoleName="application", PolicyName="own", PolicyDocument=READING)
    profile(account, "application")
    service_role(account, "function", "lambda", f"{AWS}/service-role/AWSLambdaBasicExecutionRole")
    role(account, "support", trust({"AWS": f"arn:aws:iam::{account.number}:root"}), f"{AWS}/AWSSupportAccess")
    external = {"StringEquals": {"sts:ExternalId": "a-long-secret"}}
    role(account, "auditor", trust({"AWS": f"arn:aws:iam::{STRANGER}:root"}, Condition=external))
    role(account, "deployer", _github(account, "repo:example/site:ref:refs/heads/main"))
    _certificate(account, "valid")


def federated(account: Account) -> None:
    """Nobody has a password."""
    people(account)
