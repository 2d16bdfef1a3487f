"""An account for the stub that has something of every type, with settings that differ from the usual ones."""

from __future__ import annotations

import json
from typing import Any

from tests.aws import people
from tests.aws.people import THEN
from tests.aws.stub import OWN, Asked, Reply

HERE = "us-east-1"
_BUCKET = "logs-of-all"
_TRAIL = f"arn:aws:cloudtrail:{HERE}:{OWN}:trail/all"
_TOPIC = f"arn:aws:sns:{HERE}:{OWN}:alarms"
_BALANCER = f"arn:aws:elasticloadbalancing:{HERE}:{OWN}:loadbalancer"
_POLICY = people.arn("everything", "policy")
_PROFILE = people.arn("web", "instance-profile")
_CERTIFICATE = people.arn("old", "server-certificate")
_ACM = f"arn:aws:acm:{HERE}:{OWN}:certificate/1"
_FUNCTION = f"arn:aws:lambda:{HERE}:{OWN}:function:work"
_OPEN = json.dumps({"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]})
_TAGS = [{"Key": "Name", "Value": "main"}, {"Key": "team", "Value": "data"}]


def replies() -> dict[str, Reply]:
    """The replies of the whole account."""
    return {**_account(), **_iam(), **_network(), **_compute(), **_storage(), **_watching(), **_balancers(), **_data()}


def _account() -> dict[str, Reply]:
    return {
        "sts:GetCallerIdentity": {"Account": OWN, "Arn": people.arn("scanner"), "UserId": "AIDASCANNER"},
        "ec2:DescribeRegions": {
            "Regions": [
                {"RegionName": HERE, "OptInStatus": "opt-in-not-required"},
                {"RegionName": "me-south-1", "OptInStatus": "not-opted-in"},
            ]
        },
        "account:GetAlternateContact": lambda asked: {
            "AlternateContact": {
                "AlternateContactType": asked.arguments["AlternateContactType"],
                "Name": f"{asked.arguments['AlternateContactType']} desk",
                "EmailAddress": "desk@example.com",
            }
        },
        "account:GetContactInformation": {"ContactInformation": {"FullName": "Ann", "City": "Oslo"}},
        "organizations:DescribeOrganization": {
            "Organization": {"Id": "o-1", "MasterAccountId": OWN, "FeatureSet": "ALL"}
        },
        "s3control:GetPublicAccessBlock": {"PublicAccessBlockConfiguration": {"BlockPublicAcls": True}},
    }


def _iam() -> dict[str, Reply]:
    attached = [{"PolicyName": "everything", "PolicyArn": _POLICY}]
    inline = [{"PolicyName": "own", "PolicyDocument": people.EVERYTHING}]
    users = [
        people.user("ann", GroupList=["admins"], Tags=_TAGS, UserPolicyList=inline),
        people.user("bob", AttachedManagedPolicies=attached, Path="/people/"),
    ]
    group = {
        "GroupName": "admins",
        "GroupId": "AGPA1",
        "Arn": people.arn("admins", "group"),
        "Path": "/",
        "CreateDate": THEN,
        "GroupPolicyList": [],
        "AttachedManagedPolicies": attached,
    }
    role = {
        "RoleName": "web",
        "RoleId": "AROA1",
        "Arn": people.arn("web", "role"),
        "Path": "/",
        "CreateDate": THEN,
        "AssumeRolePolicyDocument": people.TRUST,
        "InstanceProfileList": [{"Arn": _PROFILE, "InstanceProfileName": "web"}],
        "RolePolicyList": inline,
        "AttachedManagedPolicies": attached,
        "RoleLastUsed": {"LastUsedDate": THEN, "Region": HERE},
    }
    policy = {
        "PolicyName": "everything",
        "PolicyId": "ANPA1",
        "Arn": _POLICY,
        "Path": "/",
        "DefaultVersionId": "v1",
        "AttachmentCount": 3,
        "PolicyVersionList": [{"VersionId": "v1", "IsDefaultVersion": True, "Document": people.EVERYTHING}],
    }
    device = {
        "SerialNumber": people.arn("ann", "mfa"),
        "User": {"UserName": "ann", "Arn": people.arn("ann"), "UserId": "AIDAANN", "Path": "/", "CreateDate": THEN},
    }
    certificate = {
        "ServerCertificateName": "old",
        "ServerCertificateId": "ASCA1",
        "Arn": _CERTIFICATE,
        "Path": "/",
        "Expiration": "2023-01-01T00:00:00Z",
    }
    rows = {people.ROOT: {"access_key_1_active": "true"}, "ann": {"mfa_active": "true"}}
    return {
        **people.report(people.csv([people.ROOT, "ann", "bob"], rows=rows)),
        "iam:GetAccountAuthorizationDetails": people.details(
            users, GroupDetailList=[group], RoleDetailList=[role], Policies=[policy]
        ),
        "iam:ListVirtualMFADevices": {"VirtualMFADevices": [device]},
        "iam:GetAccountPasswordPolicy": {"PasswordPolicy": {"MinimumPasswordLength": 6}},
        "iam:GetAccountSummary": {"SummaryMap": {"AccountMFAEnabled": 1, "AccountAccessKeysPresent": 1, "Users": 2}},
        "iam:ListAccountAliases": {"AccountAliases": ["example"]},
        "iam:ListServerCertificates": {"ServerCertificateMetadataList": [certificate]},
    }


def _network() -> dict[str, Reply]:
    anywhere = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    vpc = {"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/16", "IsDefault": True, "OwnerId": OWN, "Tags": _TAGS}
    group = {
        "GroupId": "sg-1",
        "GroupName": "default",
        "VpcId": "vpc-1",
        "OwnerId": OWN,
        "IpPermissions": [anywhere],
        "IpPermissionsEgress": [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}],
    }
    entry = {"Egress": False, "Protocol": "-1", "RuleAction": "allow", "RuleNumber": 100, "CidrBlock": "0.0.0.0/0"}
    acl = {
        "NetworkAclId": "acl-1",
        "VpcId": "vpc-1",
        "OwnerId": OWN,
        "IsDefault": True,
        "Entries": [entry],
        "Associations": [{"SubnetId": "subnet-1", "NetworkAclId": "acl-1"}],
    }
    subnet = {"SubnetId": "subnet-1", "VpcId": "vpc-1", "OwnerId": OWN, "MapPublicIpOnLaunch": True, "Tags": _TAGS}
    table = {
        "RouteTableId": "rtb-1",
        "VpcId": "vpc-1",
        "OwnerId": OWN,
        "Routes": [{"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1"}],
        "Associations": [{"Main": True, "RouteTableId": "rtb-1"}],
    }
    interface = {
        "NetworkInterfaceId": "eni-1",
        "Status": "in-use",
        "Groups": [{"GroupId": "sg-1", "GroupName": "default"}],
        "Attachment": {"InstanceId": "i-1", "Status": "attached"},
        "Association": {"PublicIp": "54.0.0.1"},
    }
    side = {"VpcId": "vpc-1", "OwnerId": OWN}
    return {
        "ec2:DescribeVpcs": {"Vpcs": [vpc]},
        "ec2:DescribeSecurityGroups": {"SecurityGroups": [group]},
        "ec2:DescribeNetworkAcls": {"NetworkAcls": [acl]},
        "ec2:DescribeSubnets": {"Subnets": [subnet]},
        "ec2:DescribeRouteTables": {"RouteTables": [table]},
        "ec2:DescribeNetworkInterfaces": {"NetworkInterfaces": [interface]},
        "ec2:DescribeInternetGateways": {
            "InternetGateways": [
                {"InternetGatewayId": "igw-1", "Attachments": [{"VpcId": "vpc-1", "State": "available"}]}
            ]
        },
        "ec2:DescribeVpnGateways": {
            "VpnGateways": [{"VpnGatewayId": "vgw-1", "VpcAttachments": [{"VpcId": "vpc-1", "State": "attached"}]}]
        },
        "ec2:DescribeVpcPeeringConnections": {
            "VpcPeeringConnections": [
                {
                    "VpcPeeringConnectionId": "pcx-1",
                    "Status": {"Code": "active"},
                    "RequesterVpcInfo": side,
                    "AccepterVpcInfo": {"VpcId": "vpc-9", "OwnerId": "999999999999"},
                }
            ]
        },
        "ec2:DescribeVpcEndpoints": {"VpcEndpoints": [{"VpcEndpointId": "vpce-1", "VpcId": "vpc-1"}]},
        "ec2:DescribeFlowLogs": {
            "FlowLogs": [{"FlowLogId": "fl-1", "ResourceId": "vpc-1", "FlowLogStatus": "ACTIVE", "TrafficType": "ALL"}]
        },
        "ec2:DescribeAddresses": {"Addresses": [{"AllocationId": "eipalloc-1", "PublicIp": "54.0.0.9"}]},
    }


def _snapshots(asked: Asked) -> dict[str, Any]:
    return {"Snapshots": [{"SnapshotId": "snap-1", "OwnerId": OWN, "VolumeId": "vol-1", "Encrypted": False}]}


def _compute() -> dict[str, Reply]:
    instance = {
        "InstanceId": "i-1",
        "ImageId": "ami-1",
        "VpcId": "vpc-1",
        "SubnetId": "subnet-1",
        "State": {"Name": "running"},
        "PublicIpAddress": "54.0.0.1",
        "LaunchTime": THEN,
        "SecurityGroups": [{"GroupId": "sg-1", "GroupName": "default"}],
        "IamInstanceProfile": {"Arn": _PROFILE, "Id": "AIPA1"},
        "MetadataOptions": {"HttpTokens": "optional", "HttpEndpoint": "enabled", "State": "applied"},
        "Tags": _TAGS,
    }
    image = {"ImageId": "ami-1", "Name": "base", "OwnerId": OWN, "Public": True, "CreationDate": THEN}
    volume = {"VolumeId": "vol-1", "Encrypted": False, "Size": 8, "Attachments": [{"InstanceId": "i-1"}]}
    function = {
        "FunctionName": "work",
        "FunctionArn": _FUNCTION,
        "Role": people.arn("web", "role"),
        "Runtime": "python3.8",
        "VpcConfig": {"VpcId": "vpc-1", "SecurityGroupIds": ["sg-1"]},
        "LastModified": THEN,
    }
    return {
        "ec2:DescribeInstances": {"Reservations": [{"OwnerId": OWN, "Instances": [instance]}]},
        "ec2:DescribeImages": {"Images": [image]},
        "ec2:DescribeVolumes": {"Volumes": [volume]},
        "ec2:DescribeSnapshots": _snapshots,
        "ec2:GetEbsEncryptionByDefault": {"EbsEncryptionByDefault": True},
        "ec2:GetEbsDefaultKmsKeyId": {"KmsKeyId": "alias/aws/ebs"},
        "ec2:GetSnapshotBlockPublicAccessState": {"State": "block-all-sharing"},
        "ec2:GetImageBlockPublicAccessState": {"ImageBlockPublicAccessState": "block-new-sharing"},
        "ec2:GetInstanceMetadataDefaults": {"AccountLevel": {"HttpTokens": "required"}},
        "lambda:ListFunctions": {"Functions": [function]},
        "lambda:GetPolicy": {"Policy": _OPEN},
        "lambda:GetFunctionUrlConfig": {"AuthType": "NONE", "FunctionUrl": "https://x.lambda-url.example"},
        "resourcegroupstaggingapi:GetResources": lambda asked: {
            "ResourceTagMappingList": [
                {"ResourceARN": each, "Tags": [{"Key": "team", "Value": "data"}]}
                for each in (_FUNCTION, f"arn:aws:dynamodb:{HERE}:{OWN}:table/orders")
            ]
        },
    }


def _storage() -> dict[str, Reply]:
    everyone = {"Type": "Group", "URI": "http://acs.amazonaws.com/groups/global/AllUsers"}
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    return {
        "s3:ListBuckets": {"Buckets": [{"Name": _BUCKET, "CreationDate": THEN}]},
        "s3:GetBucketLocation": {"LocationConstraint": "eu-west-1"},
        "s3:GetBucketTagging": {"TagSet": _TAGS},
        "s3:GetBucketAcl": {"Owner": {"ID": "me"}, "Grants": [{"Grantee": everyone, "Permission": "READ"}]},
        "s3:GetBucketPolicy": {"Policy": _OPEN},
        "s3:GetBucketPolicyStatus": {"PolicyStatus": {"IsPublic": True}},
        "s3:GetBucketVersioning": {"Status": "Enabled", "MFADelete": "Enabled"},
        "s3:GetBucketLogging": {"LoggingEnabled": {"TargetBucket": "elsewhere", "TargetPrefix": "x/"}},
        "s3:GetBucketEncryption": {"ServerSideEncryptionConfiguration": {"Rules": [rule]}},
        "s3:GetBucketWebsite": {"IndexDocument": {"Suffix": "index.html"}},
        "s3:GetPublicAccessBlock": {"PublicAccessBlockConfiguration": {"BlockPublicAcls": True}},
        "s3:GetBucketOwnershipControls": {"OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}},
        "s3:GetBucketReplication": {
            "ReplicationConfiguration": {
                "Role": people.arn("copy", "role"),
                "Rules": [{"ID": "r", "Status": "Enabled", "Destination": {"Bucket": "arn:aws:s3:::other"}}],
            }
        },
        "s3:GetBucketLifecycleConfiguration": {"Rules": [{"ID": "l", "Status": "Enabled"}]},
        "s3:GetObjectLockConfiguration": {"ObjectLockConfiguration": {"ObjectLockEnabled": "Enabled"}},
    }


def _watching() -> dict[str, Reply]:
    trail = {
        "Name": "all",
        "TrailARN": _TRAIL,
        "HomeRegion": HERE,
        "IsMultiRegionTrail": True,
        "S3BucketName": _BUCKET,
        "CloudWatchLogsLogGroupArn": f"arn:aws:logs:{HERE}:{OWN}:log-group:trail:*",
    }
    metric = {"metricName": "roots", "metricNamespace": "cis", "metricValue": "1"}
    key = {
        "KeyId": "k-1",
        "KeyManager": "CUSTOMER",
        "KeySpec": "SYMMETRIC_DEFAULT",
        "Origin": "AWS_KMS",
        "KeyState": "Enabled",
        "Enabled": True,
        "CreationDate": THEN,
    }
    return {
        "cloudtrail:DescribeTrails": {"trailList": [trail]},
        "cloudtrail:GetTrailStatus": {"IsLogging": True, "LatestDeliveryTime": THEN},
        "cloudtrail:GetEventSelectors": {"EventSelectors": [{"ReadWriteType": "All", "IncludeManagementEvents": True}]},
        "cloudtrail:ListTags": {"ResourceTagList": [{"ResourceId": _TRAIL, "TagsList": _TAGS}]},
        "logs:DescribeMetricFilters": {
            "metricFilters": [
                {
                    "filterName": "root",
                    "filterPattern": '{ $.userIdentity.type = "Root" }',
                    "logGroupName": "trail",
                    "metricTransformations": [metric],
                }
            ]
        },
        "cloudwatch:DescribeAlarms": {
            "MetricAlarms": [
                {
                    "AlarmName": "root",
                    "MetricName": "roots",
                    "Namespace": "cis",
                    "ActionsEnabled": True,
                    "AlarmActions": [_TOPIC],
                }
            ]
        },
        "sns:ListSubscriptionsByTopic": {"Subscriptions": [{"SubscriptionArn": f"{_TOPIC}:1", "TopicArn": _TOPIC}]},
        "config:DescribeConfigurationRecorders": {
            "ConfigurationRecorders": [{"name": "default", "recordingGroup": {"allSupported": True}}]
        },
        "config:DescribeConfigurationRecorderStatus": {
            "ConfigurationRecordersStatus": [{"name": "default", "recording": True, "lastStatus": "SUCCESS"}]
        },
        "config:DescribeDeliveryChannels": {"DeliveryChannels": [{"name": "default", "s3BucketName": _BUCKET}]},
        "accessanalyzer:ListAnalyzers": {
            "analyzers": [
                {
                    "arn": "arn:aws:access-analyzer:x",
                    "name": "all",
                    "type": "ACCOUNT",
                    "status": "ACTIVE",
                    "createdAt": THEN,
                }
            ]
        },
        "securityhub:DescribeHub": {"HubArn": "arn:aws:securityhub:x", "SubscribedAt": THEN},
        "macie2:GetMacieSession": {"status": "ENABLED"},
        "guardduty:ListDetectors": {"DetectorIds": ["d-1"]},
        "guardduty:GetDetector": {"Status": "ENABLED", "ServiceRole": "x"},
        "kms:ListKeys": {"Keys": [{"KeyId": "k-1", "KeyArn": f"arn:aws:kms:{HERE}:{OWN}:key/k-1"}]},
        "kms:ListAliases": {"Aliases": [{"AliasName": "alias/main", "TargetKeyId": "k-1"}]},
        "kms:DescribeKey": {"KeyMetadata": key},
        "kms:GetKeyRotationStatus": {"KeyRotationEnabled": True},
        "kms:GetKeyPolicy": {"Policy": _OPEN},
        "kms:ListResourceTags": {"Tags": [{"TagKey": "team", "TagValue": "data"}]},
    }


def _balancers() -> dict[str, Reply]:
    classic = {
        "LoadBalancerName": "old",
        "Scheme": "internet-facing",
        "VPCId": "vpc-1",
        "SecurityGroups": ["sg-1"],
        "ListenerDescriptions": [
            {
                "Listener": {
                    "Protocol": "HTTPS",
                    "LoadBalancerPort": 443,
                    "InstanceProtocol": "HTTP",
                    "InstancePort": 80,
                },
                "PolicyNames": ["weak"],
            }
        ],
    }
    kinds = {"application": "app", "network": "net"}
    modern = [
        {
            "LoadBalancerArn": f"{_BALANCER}/{short}/x/1",
            "LoadBalancerName": short,
            "Type": kind,
            "Scheme": "internet-facing",
            "VpcId": "vpc-1",
            "SecurityGroups": ["sg-1"],
        }
        for kind, short in kinds.items()
    ]
    attributes = {
        "access_logs.s3.enabled": "true",
        "deletion_protection.enabled": "true",
        "routing.http.drop_invalid_header_fields.enabled": "true",
        "routing.http.desync_mitigation_mode": "strictest",
    }
    return {
        "elb:DescribeLoadBalancers": {"LoadBalancerDescriptions": [classic]},
        "elb:DescribeTags": {"TagDescriptions": [{"LoadBalancerName": "old", "Tags": _TAGS}]},
        "elb:DescribeLoadBalancerPolicies": {
            "PolicyDescriptions": [
                {
                    "PolicyName": "weak",
                    "PolicyTypeName": "SSLNegotiationPolicyType",
                    "PolicyAttributeDescriptions": [{"AttributeName": "Protocol-SSLv3", "AttributeValue": "true"}],
                }
            ]
        },
        "elb:DescribeLoadBalancerAttributes": {
            "LoadBalancerAttributes": {"AccessLog": {"Enabled": True, "S3BucketName": _BUCKET}}
        },
        "elbv2:DescribeLoadBalancers": {"LoadBalancers": modern},
        "elbv2:DescribeTags": {
            "TagDescriptions": [{"ResourceArn": each["LoadBalancerArn"], "Tags": _TAGS} for each in modern]
        },
        "elbv2:DescribeListeners": lambda asked: {
            "Listeners": [
                {
                    "ListenerArn": f"{asked.arguments['LoadBalancerArn']}/2",
                    "Port": 443,
                    "Protocol": "HTTPS",
                    "SslPolicy": "ELBSecurityPolicy-2016-08",
                    "DefaultActions": [{"Type": "forward"}],
                }
            ]
        },
        "elbv2:DescribeListenerCertificates": {
            "Certificates": [{"CertificateArn": _CERTIFICATE}, {"CertificateArn": _ACM}]
        },
        "elbv2:DescribeLoadBalancerAttributes": {
            "Attributes": [{"Key": key, "Value": value} for key, value in attributes.items()]
        },
        "acm:ListCertificates": {"CertificateSummaryList": [{"CertificateArn": _ACM, "NotAfter": THEN}]},
    }


def _data() -> dict[str, Reply]:
    database = {
        "DBInstanceIdentifier": "db",
        "DBInstanceArn": f"arn:aws:rds:{HERE}:{OWN}:db:db",
        "Engine": "mysql",
        "PubliclyAccessible": True,
        "DBSubnetGroup": {"VpcId": "vpc-1", "Subnets": [{"SubnetIdentifier": "subnet-1"}]},
        "VpcSecurityGroups": [{"VpcSecurityGroupId": "sg-1", "Status": "active"}],
        "TagList": _TAGS,
    }
    return {
        "rds:DescribeDBInstances": {"DBInstances": [database]},
        "rds:DescribeDBSnapshots": {"DBSnapshots": [{"DBSnapshotIdentifier": "old", "Engine": "mysql"}]},
        "rds:DescribeDBSnapshotAttributes": {
            "DBSnapshotAttributesResult": {
                "DBSnapshotAttributes": [{"AttributeName": "restore", "AttributeValues": ["all"]}]
            }
        },
        "efs:DescribeFileSystems": {
            "FileSystems": [{"FileSystemId": "fs-1", "Name": "shared", "Encrypted": False, "CreationTime": THEN}]
        },
        "efs:DescribeFileSystemPolicy": {"FileSystemId": "fs-1", "Policy": _OPEN},
        "efs:DescribeBackupPolicy": {"BackupPolicy": {"Status": "ENABLED"}},
        "dynamodb:ListTables": {"TableNames": ["orders"]},
        "dynamodb:DescribeTable": {"Table": {"TableName": "orders", "TableStatus": "ACTIVE", "ItemCount": 3}},
        "dynamodb:DescribeContinuousBackups": {
            "ContinuousBackupsDescription": {
                "ContinuousBackupsStatus": "ENABLED",
                "PointInTimeRecoveryDescription": {"PointInTimeRecoveryStatus": "ENABLED"},
            }
        },
    }
