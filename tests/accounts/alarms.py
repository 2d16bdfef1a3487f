"""The metric filters of the CIS benchmark, as its text has them, with alarms."""

from __future__ import annotations

from tests.accounts.world import Account


def _events(names: str, source: str = "") -> str:
    """A filter of one of several events, maybe of one source."""
    found = "||".join([f"($.eventName={name})" for name in names.split()])
    return f"{{($.eventSource={source}) && ({found})}}" if source else f"{{{found}}}"


PATTERNS = {
    "GSL.AWS.MON.01": (
        '{($.errorCode ="*UnauthorizedOperation") || ($.errorCode ="AccessDenied*") && '
        '($.sourceIPAddress!="delivery.logs.amazonaws.com") && ($.eventName!="HeadBucket") }'
    ),
    "GSL.AWS.MON.02": (
        '{ ($.eventName = "ConsoleLogin") && ($.additionalEventData.MFAUsed != "Yes") && '
        '($.userIdentity.type = "IAMUser") && ($.responseElements.ConsoleLogin = "Success") }'
    ),
    "GSL.AWS.MON.03": (
        '{$.userIdentity.type="Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType !="AwsServiceEvent"}'
    ),
    "GSL.AWS.MON.04": _events(
        "DeleteGroupPolicy DeleteRolePolicy DeleteUserPolicy PutGroupPolicy PutRolePolicy PutUserPolicy CreatePolicy "
        "DeletePolicy CreatePolicyVersion DeletePolicyVersion AttachRolePolicy DetachRolePolicy AttachUserPolicy "
        "DetachUserPolicy AttachGroupPolicy DetachGroupPolicy"
    ),
    "GSL.AWS.MON.05": _events("CreateTrail UpdateTrail DeleteTrail StartLogging StopLogging"),
    "GSL.AWS.MON.06": '{ ($.eventName = ConsoleLogin) && ($.errorMessage = "Failed authentication") }',
    "GSL.AWS.MON.07": _events("DisableKey ScheduleKeyDeletion", "kms.amazonaws.com"),
    "GSL.AWS.MON.08": _events(
        "PutBucketAcl PutBucketPolicy PutBucketCors PutBucketLifecycle PutBucketReplication DeleteBucketPolicy "
        "DeleteBucketCors DeleteBucketLifecycle DeleteBucketReplication",
        "s3.amazonaws.com",
    ),
    "GSL.AWS.MON.09": _events(
        "StopConfigurationRecorder DeleteDeliveryChannel PutDeliveryChannel PutConfigurationRecorder",
        "config.amazonaws.com",
    ),
    "GSL.AWS.MON.10": _events(
        "AuthorizeSecurityGroupIngress AuthorizeSecurityGroupEgress RevokeSecurityGroupIngress "
        "RevokeSecurityGroupEgress CreateSecurityGroup DeleteSecurityGroup"
    ),
    "GSL.AWS.MON.11": _events(
        "CreateNetworkAcl CreateNetworkAclEntry DeleteNetworkAcl DeleteNetworkAclEntry ReplaceNetworkAclEntry "
        "ReplaceNetworkAclAssociation"
    ),
    "GSL.AWS.MON.12": _events(
        "CreateCustomerGateway DeleteCustomerGateway AttachInternetGateway CreateInternetGateway "
        "DeleteInternetGateway DetachInternetGateway"
    ),
    "GSL.AWS.MON.13": _events(
        "CreateRoute CreateRouteTable ReplaceRoute ReplaceRouteTableAssociation DeleteRouteTable DeleteRoute "
        "DisassociateRouteTable",
        "ec2.amazonaws.com",
    ),
    "GSL.AWS.MON.14": _events(
        "CreateVpc DeleteVpc ModifyVpcAttribute AcceptVpcPeeringConnection CreateVpcPeeringConnection "
        "DeleteVpcPeeringConnection RejectVpcPeeringConnection AttachClassicLinkVpc DetachClassicLinkVpc "
        "DisableVpcClassicLink EnableVpcClassicLink"
    ),
    "GSL.AWS.MON.15": _events(
        "AcceptHandshake AttachPolicy CreateAccount CreateOrganizationalUnit CreatePolicy DeclineHandshake "
        "DeleteOrganization DeleteOrganizationalUnit DeletePolicy DetachPolicy DisablePolicyType EnablePolicyType "
        "InviteAccountToOrganization LeaveOrganization MoveAccount RemoveAccountFromOrganization "
        "UpdateOrganizationalUnit UpdatePolicy",
        "organizations.amazonaws.com",
    ),
}
"""The filter that each rule wants."""


def alarms(account: Account, subscriber: bool) -> None:
    """A filter, metric and alarm for each rule, on the log group `trail`; with somebody who hears, or nobody."""
    sns = account.client("sns")
    topic = sns.create_topic(Name="alarms")["TopicArn"]
    if subscriber:
        sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="security@example.com")
    for rule, pattern in PATTERNS.items():
        metric = {"metricName": rule, "metricNamespace": "Trail", "metricValue": "1"}
        account.client("logs").put_metric_filter(
            logGroupName="trail", filterName=rule, filterPattern=pattern, metricTransformations=[metric]
        )
        account.client("cloudwatch").put_metric_alarm(
            AlarmName=rule,
            MetricName=rule,
            Namespace="Trail",
            Statistic="Sum",
            Period=300,
            EvaluationPeriods=1,
            Threshold=1,
            ComparisonOperator="GreaterThanOrEqualToThreshold",
            AlarmActions=[topic],
        )
