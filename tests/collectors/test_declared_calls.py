"""What collectors declare is what they do: paths of schemas, operations of boto3, calls that are made."""

from __future__ import annotations

from typing import Any

import boto3
import pytest

from gsl.collectors import accounts, cloudtrail, dynamodb, efs, functions, kms, rds, regions, s3
from gsl.collectors.parts import Call, Collector
from gsl.inventory import schemas

MODULES = (accounts, cloudtrail, dynamodb, efs, functions, kms, rds, regions, s3)
COLLECTORS = [each for module in MODULES for each in module.COLLECTORS]


def _calls() -> list[Call]:
    found = [call for each in COLLECTORS for call in (*each.calls, *[one for part in each.parts for one in part.calls])]
    return list({call.name + call.result: call for call in found}.values())


@pytest.mark.parametrize("collector", COLLECTORS, ids=lambda each: str(each.type))
def test_paths_are_of_the_schema(collector: Collector) -> None:
    for part in collector.parts:
        for path in part.fills:
            schema = schemas.schema_of(collector.type)
            for key in path.split("."):
                schema = schemas.member(schemas.element(schema), key)
                assert schema is not None, path


@pytest.mark.parametrize("call", _calls(), ids=lambda call: str(call.name + call.result))
def test_calls_are_of_boto3(call: Call) -> None:
    """The operation is there, and so are its arguments, and the member that is wanted."""
    client: Any = boto3.client(call.service, region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
    name = client.meta.method_to_api_mapping[call.operation]
    assert name == call.operation_name
    model = client.meta.service_model.operation_model(name)
    assert set(call.arguments) <= set(model.input_shape.members if model.input_shape else ())
    assert not call.result or call.result in model.output_shape.members
