"""Trails: state and selectors, who is told through which alarm, buckets and log groups of other accounts."""

from __future__ import annotations

from typing import Any

import pytest

from gsl.collectors import cloudtrail, monitoring
from tests.collectors.canned import CannedView, client, failed_paths, failure
from tests.collectors.plain_view import ACCOUNT, PlainPlace, PlainView, check, collect

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

(TRAIL,) = cloudtrail.COLLECTORS
PATTERN = '{ $.userIdentity.type = "Root" }'
TOPIC = f"arn:aws:sns:us-east-1:{ACCOUNT}:security"
ARN = f"arn:aws:cloudtrail:us-east-1:{ACCOUNT}:trail/main"
RAW = {
    "Name": "main",
    "TrailARN": ARN,
    "HomeRegion": "us-east-1",
    "S3BucketName": "trails",
    "IsMultiRegionTrail": True,
    "CloudWatchLogsLogGroupArn": f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:trail:x:*",
}
METRIC = {"metricName": "RootUse", "metricNamespace": "Trail", "metricValue": "1"}
FILTER = {
    "filterName": "root",
    "filterPattern": PATTERN,
    "logGroupName": "trail:x",
    "creationTime": 1700000000000,
    "metricTransformations": [METRIC],
}
ALARM = {
    "AlarmName": "root",
    "AlarmArn": "arn:alarm",
    "MetricName": "RootUse",
    "Namespace": "Trail",
    "ActionsEnabled": True,
    "AlarmActions": [TOPIC],
}
REPLIES: dict[str, Any] = {
    "cloudtrail:DescribeTrails": [RAW],
    "cloudtrail:GetTrailStatus": {"IsLogging": True},
    "cloudtrail:GetEventSelectors": {},
    "cloudtrail:ListTags": [{"ResourceId": ARN, "TagsList": [{"Key": "a", "Value": "b"}]}],
    "logs:DescribeMetricFilters": [FILTER],
    "cloudwatch:DescribeAlarms": [ALARM],
    "sns:ListSubscriptionsByTopic": [{"SubscriptionArn": f"{TOPIC}:1"}],
    "s3:ListBuckets": [{"Name": "trails", "BucketRegion": "eu-west-1"}],
    "s3:GetBucketPolicyStatus": failure("NoSuchBucketPolicy"),
    "s3:GetBucketPolicy": failure("NoSuchBucketPolicy"),
    "s3:GetBucketAcl": {"Grants": []},
    "s3:GetBucketLogging": {"TargetBucket": "logs"},
    "s3:GetBucketVersioning": {"Status": "Enabled"},
}


def _collected(changes: dict[str, Any], region: str = "us-east-1") -> list[dict[str, Any]]:
    view = CannedView({**REPLIES, **changes}, region)
    found = collect(TRAIL, view)
    for each in found:
        check(TRAIL, each, view)
    return found


def test_mapper() -> None:
    entity = cloudtrail.trail(RAW, PlainPlace())
    assert entity["id"] == entity["trailArn"] == ARN
    assert entity["isMultiRegionTrail"] is True
    assert entity["isOrganizationTrail"] is False
    assert entity["kmsKeyId"] is None


def test_status_of_what_never_happened() -> None:
    status = cloudtrail.status({"IsLogging": True, "LatestDeliveryTime": "2024-06-01T00:00:00+00:00"})
    assert status["latestDeliveryTime"] == "2024-06-01T00:00:00Z"
    assert status["latestCloudWatchLogsDeliveryTime"] == "0001-01-01T00:00:00Z"
    assert status["latestDeliveryError"] is None


def test_selectors() -> None:
    raw = {"Name": "s3", "FieldSelectors": [{"Field": "eventCategory", "Equals": ["Data"]}]}
    (condition,) = cloudtrail.advanced_event_selector(raw)["fieldSelectors"]
    assert condition["equals"] == ["Data"]
    assert condition["startsWith"] == []
    resources = [{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3"]}]
    selector = cloudtrail.event_selector({"ReadWriteType": "All", "DataResources": resources})
    assert selector["dataResources"] == [{"type": "AWS::S3::Object", "values": ["arn:aws:s3"]}]


def test_a_whole_trail() -> None:
    (entity,) = _collected({})
    assert "_errors" not in entity
    assert entity["tags"] == [{"key": "a", "value": "b"}]
    (each,) = entity["metricFilters"]
    assert each["filterPattern"] == PATTERN
    assert each["creationTime"] == "2023-11-14T22:13:20Z"
    assert each["logGroupName"] == "trail:x"
    assert (each["hasAlarm"], each["hasSubscriber"], entity["hasSNSSubscriber"]) == (True, True, True)
    assert each["alarms"][0]["hasSubscriber"] is True
    bucket = entity["bucket"]
    assert (bucket["name"], bucket["isPublic"], bucket["loggingEnabled"]) == ("trails", False, True)
    assert (bucket["policy"], bucket["mfaDelete"]) == (None, False)


@pytest.mark.parametrize(
    ("call", "reply"),
    [
        ("sns:ListSubscriptionsByTopic", [{"SubscriptionArn": "PendingConfirmation"}]),
        ("sns:ListSubscriptionsByTopic", failure("NotFound")),
        ("cloudwatch:DescribeAlarms", [{**ALARM, "ActionsEnabled": False}]),
        ("cloudwatch:DescribeAlarms", [{**ALARM, "AlarmActions": ["arn:aws:automate:us-east-1:ec2:stop"]}]),
        ("cloudwatch:DescribeAlarms", [{**ALARM, "Namespace": "Other"}]),
        ("logs:DescribeMetricFilters", failure("ResourceNotFoundException")),
    ],
)
def test_nobody_is_told(call: str, reply: Any) -> None:
    (entity,) = _collected({call: reply})
    assert entity["hasSNSSubscriber"] is False
    assert "_errors" not in entity


def test_alarms_of_expressions() -> None:
    stat = {"MetricStat": {"Metric": {"Namespace": "Trail", "MetricName": "RootUse"}}}
    (entity,) = _collected({"cloudwatch:DescribeAlarms": [{**ALARM, "MetricName": None, "Metrics": [stat]}]})
    assert entity["hasSNSSubscriber"] is True


def test_denied_topics_leave_patterns_and_alarms() -> None:
    (entity,) = _collected({"sns:ListSubscriptionsByTopic": failure("AuthorizationError")})
    assert failed_paths(entity) == {
        "metricFilters.alarms.hasSubscriber",
        "metricFilters.hasSubscriber",
        "hasSNSSubscriber",
    }
    assert entity["metricFilters"][0]["hasAlarm"] is True


def test_denied_alarms_leave_patterns() -> None:
    (entity,) = _collected({"cloudwatch:DescribeAlarms": failure("AccessDenied")})
    assert {"metricFilters.alarms", "metricFilters.hasAlarm", "hasSNSSubscriber"} <= failed_paths(entity)
    assert entity["metricFilters"][0]["filterPattern"] == PATTERN


def test_a_trail_of_the_organisation() -> None:
    """Its log group and bucket are not ours to look at, and it is not lost."""
    theirs = {
        **RAW,
        "TrailARN": "arn:aws:cloudtrail:us-east-1:999999999999:trail/org",
        "IsOrganizationTrail": True,
        "S3BucketName": "theirs",
        "CloudWatchLogsLogGroupArn": "arn:aws:logs:us-east-1:999999999999:log-group:trail:*",
    }
    (entity,) = _collected({"cloudtrail:DescribeTrails": [theirs]})
    assert entity["status"]["isLogging"] is True
    assert {"metricFilters", "hasSNSSubscriber", "bucket.isPublic", "bucket.policy"} <= failed_paths(entity)
    assert "status" not in failed_paths(entity)
    assert entity["bucket"] == {"name": "theirs"}


def test_trails_are_listed_in_their_home_region_only() -> None:
    assert _collected({}, "eu-west-1") == []


def test_one_denied_setting_of_the_bucket() -> None:
    (entity,) = _collected({"s3:GetBucketAcl": failure("AccessDenied")})
    assert failed_paths(entity) == {"bucket.isPublic", "bucket.acl"}
    everyone = {"Type": "Group", "URI": "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"}
    (entity,) = _collected({"s3:GetBucketAcl": {"Grants": [{"Grantee": everyone, "Permission": "READ"}]}})
    assert entity["bucket"]["isPublic"] is True


def test_listings_are_shared_by_trails() -> None:
    second = {**RAW, "Name": "second", "TrailARN": f"{ARN}2"}
    view = CannedView({**REPLIES, "cloudtrail:DescribeTrails": [RAW, second]})
    assert len(collect(TRAIL, view)) == 2
    shared = ("logs:DescribeMetricFilters", "cloudwatch:DescribeAlarms", "sns:ListSubscriptionsByTopic")
    assert [view.asked.count(each) for each in (*shared, "s3:GetBucketAcl")] == [1, 1, 1, 1]


def test_whether_a_region_is_recorded() -> None:
    assert cloudtrail.is_recorded(CannedView(REPLIES)) is True
    assert cloudtrail.is_recorded(CannedView({**REPLIES, "cloudtrail:DescribeTrails": []})) is False
    elsewhere = [{**RAW, "IsMultiRegionTrail": False}]
    assert cloudtrail.is_recorded(CannedView({**REPLIES, "cloudtrail:DescribeTrails": elsewhere}, "eu-west-1")) is False

    def status(arguments: Any) -> Any:
        return {"IsLogging": True} if arguments["Name"] == "b" else failure("AccessDenied")

    both = [{**RAW, "TrailARN": "a"}, {**RAW, "TrailARN": "b"}]
    view = CannedView({"cloudtrail:DescribeTrails": both, "cloudtrail:GetTrailStatus": status})
    assert cloudtrail.is_recorded(view) is True


def test_against_moto(endpoint: str) -> None:
    client(endpoint, "s3").create_bucket(Bucket="trails")
    logs, topics = client(endpoint, "logs"), client(endpoint, "sns")
    logs.create_log_group(logGroupName="trail")
    logs.put_metric_filter(
        logGroupName="trail", filterName="root", filterPattern=PATTERN, metricTransformations=[METRIC]
    )
    topic = topics.create_topic(Name="security")["TopicArn"]
    topics.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=f"arn:aws:sqs:us-east-1:{ACCOUNT}:q")
    client(endpoint, "cloudwatch").put_metric_alarm(
        AlarmName="root",
        MetricName="RootUse",
        Namespace="Trail",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
        AlarmActions=[topic],
    )
    trails = client(endpoint, "cloudtrail")
    trails.create_trail(
        Name="main",
        S3BucketName="trails",
        IsMultiRegionTrail=True,
        CloudWatchLogsLogGroupArn=f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:trail:*",
        CloudWatchLogsRoleArn=f"arn:aws:iam::{ACCOUNT}:role/trail",
        TagsList=[{"Key": "team", "Value": "data"}],
    )
    trails.start_logging(Name="main")
    view = PlainView(endpoint)
    (entity,) = collect(TRAIL, view)
    check(TRAIL, entity, view)
    assert "_errors" not in entity
    assert entity["status"]["isLogging"] is True
    assert entity["tags"] == [{"key": "team", "value": "data"}]
    assert entity["metricFilters"][0]["filterPattern"] == PATTERN
    assert entity["hasSNSSubscriber"] is True
    assert entity["eventSelectors"] == []
    assert collect(TRAIL, PlainView(endpoint, "eu-west-1")) == []


def test_metrics_of_an_alarm() -> None:
    assert list(monitoring.metrics_of(ALARM)) == [("Trail", "RootUse")]
    assert list(monitoring.metrics_of({"Metrics": [{"Expression": "m1"}]})) == []
