"""Lambda functions."""

from __future__ import annotations

import io
import zipfile

from tests.accounts.world import Account


def _code() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("main.py", "def handler(event, context):\n    return event\n")
    return held.getvalue()


def _function(account: Account, name: str, runtime: str, role: str, tracing: str, url: str) -> None:
    client = account.client("lambda")
    client.create_function(
        FunctionName=name,
        Runtime=runtime,
        Role=account.things[role],
        Handler="main.handler",
        Code={"ZipFile": _code()},
        TracingConfig={"Mode": tracing},
    )
    client.create_function_url_config(FunctionName=name, AuthType=url)


def broken(account: Account) -> None:
    """An old function that anyone may run, as administrator, and one that is no better than its role."""
    _function(account, "for-everyone", "python3.8", "administrator-function", "PassThrough", "NONE")
    _function(account, "own-administrator", "python3.13", "own-administrator-function", "Active", "AWS_IAM")
    account.client("lambda").add_permission(
        FunctionName="for-everyone", StatementId="all", Action="lambda:InvokeFunction", Principal="*"
    )


def good(account: Account) -> None:
    """A function with a narrow role, for one bucket."""
    _function(account, "narrow", "python3.13", "function", "Active", "AWS_IAM")
    account.client("lambda").add_permission(
        FunctionName="narrow",
        StatementId="bucket",
        Action="lambda:InvokeFunction",
        Principal="s3.amazonaws.com",
        SourceArn=f"arn:aws:s3:::{account.bucket('data')}",
        SourceAccount=account.number,
    )
