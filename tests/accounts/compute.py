"""Instances, volumes, snapshots, images and addresses."""

from __future__ import annotations

from typing import Any

from tests.accounts.world import Account, Image

DISK = "/dev/xvda"


def _volume(account: Account, encrypted: bool) -> str:
    made = account.client("ec2").create_volume(AvailabilityZone="us-east-1a", Size=8, Encrypted=encrypted)
    return str(made["VolumeId"])


def _snapshot(account: Account, name: str, encrypted: bool) -> str:
    """A snapshot of a volume that there is no more."""
    ec2 = account.client("ec2")
    volume = _volume(account, encrypted)
    made = str(ec2.create_snapshot(VolumeId=volume, Description=name)["SnapshotId"])
    ec2.delete_volume(VolumeId=volume)
    account.things[name] = made
    return made


def _image(account: Account, name: str, encrypted: bool) -> str:
    """An image with its snapshot, which moto does not heed: see `by_hand.py`."""
    snapshot = _snapshot(account, f"snapshot of {name}", encrypted)
    disk = {"DeviceName": DISK, "Ebs": {"SnapshotId": snapshot, "VolumeType": "gp3"}}
    made = account.client("ec2").register_image(
        Name=name, RootDeviceName=DISK, BlockDeviceMappings=[disk], Architecture="x86_64"
    )["ImageId"]
    account.images[name] = Image(DISK, snapshot, encrypted)
    account.things[f"image {name}"] = made
    return str(made)


def _instance(account: Account, name: str, image: str, encrypted: bool, **options: Any) -> str:
    reply = account.client("ec2").run_instances(
        ImageId=image,
        MinCount=1,
        MaxCount=1,
        InstanceType="t3.micro",
        BlockDeviceMappings=[{"DeviceName": DISK, "Ebs": {"VolumeSize": 8, "Encrypted": encrypted}}],
        TagSpecifications=[{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": name}]}],
        **options,
    )
    made = reply["Instances"][0]
    disks = account.client("ec2").describe_instances(InstanceIds=[made["InstanceId"]])["Reservations"][0]["Instances"][
        0
    ]
    for each in disks["BlockDeviceMappings"]:
        account.things[f"disk of {name}"] = each["Ebs"]["VolumeId"]
    return str(made["InstanceId"])


def _nic(account: Account, group: str, public: bool) -> list[dict[str, Any]]:
    return [
        {
            "DeviceIndex": 0,
            "SubnetId": account.things["subnet-a"],
            "Groups": [account.things[group]],
            "AssociatePublicIpAddress": public,
        }
    ]


def broken(account: Account) -> None:
    """Everything public, nothing encrypted, all of it old; administrators of three kinds."""
    ec2 = account.client("ec2")
    account.things["loose volume"] = _volume(account, encrypted=False)
    public = _snapshot(account, "public snapshot", encrypted=False)
    ec2.modify_snapshot_attribute(
        SnapshotId=public, Attribute="createVolumePermission", OperationType="add", GroupNames=["all"]
    )
    old = _image(account, "old", encrypted=False)
    ec2.modify_image_attribute(ImageId=old, LaunchPermission={"Add": [{"Group": "all"}]})
    _instance(
        account,
        "administrator",
        old,
        encrypted=False,
        NetworkInterfaces=_nic(account, "open-tcp-22", public=True),
        IamInstanceProfile={"Name": "administrator"},
        MetadataOptions={"HttpTokens": "optional", "HttpPutResponseHopLimit": 64, "HttpEndpoint": "enabled"},
    )
    for name in ("own-administrator", "inline-administrator"):
        _instance(
            account,
            name,
            old,
            encrypted=False,
            NetworkInterfaces=_nic(account, "open-https", public=True),
            IamInstanceProfile={"Name": name},
            MetadataOptions={"HttpTokens": "required"},
        )
    _instance(account, "in-default-vpc", old, encrypted=False)
    _instance(account, "classic", old, encrypted=False)
    account.things["address"] = ec2.allocate_address(Domain="vpc")["AllocationId"]


def good(account: Account) -> None:
    """One public instance with a narrow role, and its encrypted disk."""
    ec2 = account.client("ec2")
    ec2.enable_ebs_encryption_by_default()
    image = _image(account, "new", encrypted=True)
    made = _instance(
        account,
        "server",
        image,
        encrypted=True,
        NetworkInterfaces=_nic(account, "web", public=True),
        IamInstanceProfile={"Name": "application"},
        MetadataOptions={"HttpTokens": "required", "HttpPutResponseHopLimit": 2, "HttpEndpoint": "enabled"},
    )
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    ec2.associate_address(AllocationId=address, InstanceId=made)
