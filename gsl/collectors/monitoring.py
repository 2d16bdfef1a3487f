"""Who is told of what a trail records: metric filters of its log group, their alarms, the subscribers of topics."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gsl.collectors.parts import Call, CallFailed, Entity, Fill, Part, Raw, View
from gsl.collectors.wording import instant

FILTERS = Call("logs", "describe_metric_filters", "metricFilters", arguments={"limit": 50})
ALARMS = Call(
    "cloudwatch", "describe_alarms", "MetricAlarms", arguments={"AlarmTypes": ["MetricAlarm"], "MaxRecords": 100}
)
SUBSCRIPTIONS = Call("sns", "list_subscriptions_by_topic", "Subscriptions")

_UNCONFIRMED = ("PendingConfirmation", "Deleted")
_NO_SUCH_TOPIC = ("NotFound", "NotFoundException")
_NO_SUCH_GROUP = "ResourceNotFoundException"

Metric = tuple[str, str]
Alarms = Mapping[Metric, list[Raw]]


def metric_filter(raw: Raw) -> dict[str, Any]:
    """One of `metricFilters`, without its alarms."""
    return {
        "filterName": raw.get("filterName"),
        "filterPattern": raw.get("filterPattern") or "",
        "logGroupName": raw.get("logGroupName"),
        # CloudWatch counts milliseconds.
        "creationTime": instant(raw["creationTime"] / 1000) if raw.get("creationTime") else None,
        "metricTransformations": [
            {
                "metricName": each.get("metricName"),
                "metricNamespace": each.get("metricNamespace"),
                "metricValue": each.get("metricValue"),
            }
            for each in raw.get("metricTransformations") or ()
        ],
    }


def alarm(raw: Raw) -> dict[str, Any]:
    """One of a filter's `alarms`, without `hasSubscriber`."""
    return {
        "name": raw.get("AlarmName"),
        "arn": raw.get("AlarmArn"),
        "actionsEnabled": bool(raw.get("ActionsEnabled")),
        "alarmActions": list(raw.get("AlarmActions") or ()),
    }


def metrics_of(raw: Raw) -> Iterator[Metric]:
    """The metrics that an alarm looks at, itself or in an expression."""
    if raw.get("MetricName"):
        yield raw.get("Namespace") or "", raw["MetricName"]
    for each in raw.get("Metrics") or ():
        metric = (each.get("MetricStat") or {}).get("Metric") or {}
        if metric.get("MetricName"):
            yield metric.get("Namespace") or "", metric["MetricName"]


def log_group(view: View, raw: Raw) -> tuple[View, str] | None:
    """Where the log group of a trail is, and its name; `None` without one. That of another account is a failure."""
    arn = raw.get("CloudWatchLogsLogGroupArn")
    if not arn:
        return None
    _, _, _, region, account, _, name = arn.split(":", 6)
    if account != view.account:
        raise CallFailed(FILTERS, "NotInAccount", f"the log group is in account {account}", region)
    return view.at(region), name.removesuffix(":*")


def _raw_filters(view: View, raw: Raw) -> list[Raw]:
    """The metric filters of a trail's log group, listed once for each group."""
    found = log_group(view, raw)
    if found is None:
        return []
    there, name = found
    return there.once(f"metric-filters {name}", lambda: _listed_filters(there, name))


def _listed_filters(there: View, name: str) -> list[Raw]:
    try:
        return list(there.items(FILTERS, logGroupName=name))
    except CallFailed as failed:
        if failed.code == _NO_SUCH_GROUP:  # a group that was deleted has no filters
            return []
        raise


def _alarms(there: View) -> Alarms:
    """The alarms of a region by their metrics, listed once."""
    return there.once("alarms-by-metric", lambda: _listed_alarms(there))


def _listed_alarms(there: View) -> Alarms:
    found: dict[Metric, list[Raw]] = {}
    for each in there.items(ALARMS):
        for metric in dict.fromkeys(metrics_of(each)):
            found.setdefault(metric, []).append(each)
    return found


def _alarms_of_filters(view: View, raw: Raw) -> list[list[Raw]]:
    """For each metric filter of a trail, its alarms."""
    filters, group = _raw_filters(view, raw), log_group(view, raw)
    if not filters or group is None:
        return []
    alarms = _alarms(group[0])
    return [_alarms_of(each, alarms) for each in filters]


def _alarms_of(raw: Raw, alarms: Alarms) -> list[Raw]:
    metrics = [
        (each.get("metricNamespace") or "", each.get("metricName") or "")
        for each in raw.get("metricTransformations") or ()
    ]
    found = [each for metric in dict.fromkeys(metrics) for each in alarms.get(metric, ())]
    return list({id(each): each for each in found}.values())


def has_subscriber(view: View, raw: Raw) -> bool:
    """Whether an alarm that acts tells a topic that someone has confirmed to listen to."""
    topics = [arn for arn in raw.get("AlarmActions") or () if arn.split(":")[2:3] == ["sns"]]
    return bool(raw.get("ActionsEnabled")) and any([_has_listener(view, arn) for arn in topics])


def _has_listener(view: View, arn: str) -> bool:
    there = view.at(arn.split(":")[3])
    return there.once(f"topic-subscribers {arn}", lambda: _listener(there, arn))


def _listener(there: View, arn: str) -> bool:
    try:
        subscriptions = list(there.items(SUBSCRIPTIONS, TopicArn=arn))
    except CallFailed as failed:
        if failed.code in _NO_SUCH_TOPIC:  # nobody listens to a topic that was deleted
            return False
        raise
    return any([each.get("SubscriptionArn") not in _UNCONFIRMED for each in subscriptions])


def _filters(view: View) -> Fill:
    def fill(entity: Entity, raw: Raw) -> None:
        entity["metricFilters"] = [metric_filter(each) for each in _raw_filters(view, raw)]

    return fill


def _with_alarms(view: View) -> Fill:
    def fill(entity: Entity, raw: Raw) -> None:
        found = _alarms_of_filters(view, raw)
        for each, alarms in zip(entity.get("metricFilters") or (), found):
            each["alarms"] = [alarm(one) for one in alarms]
            each["hasAlarm"] = bool(alarms)

    return fill


def _with_subscribers(view: View) -> Fill:
    def fill(entity: Entity, raw: Raw) -> None:
        told = [[has_subscriber(view, one) for one in alarms] for alarms in _alarms_of_filters(view, raw)]
        for each, answers in zip(entity.get("metricFilters") or (), told):
            each["hasSubscriber"] = any(answers)
            for one, answer in zip(each.get("alarms") or (), answers):
                one["hasSubscriber"] = answer
        entity["hasSNSSubscriber"] = any([any(answers) for answers in told])

    return fill


_BY_ALARMS = ("metricFilters.alarms", "metricFilters.hasAlarm")
_BY_TOPICS = ("metricFilters.alarms.hasSubscriber", "metricFilters.hasSubscriber", "hasSNSSubscriber")

MONITORING = (
    Part(("metricFilters",), (FILTERS,), _filters, each=True),
    Part(_BY_ALARMS, (FILTERS, ALARMS), _with_alarms, each=True, shared=(ALARMS,)),
    Part(_BY_TOPICS, (FILTERS, ALARMS, SUBSCRIPTIONS), _with_subscribers, each=True, shared=(ALARMS,)),
)
"""The parts of a trail that say who is told; in this order, as the later ones add to what the earlier ones made."""
