"""All collectors, by the type of their entities."""

from __future__ import annotations

from gsl.collectors import (
    accounts,
    addresses,
    classic_loadbalancers,
    cloudtrail,
    dynamodb,
    efs,
    functions,
    iam,
    images,
    instances,
    kms,
    loadbalancers,
    network,
    rds,
    regions,
    s3,
    users,
    volumes,
    vpcs,
)
from gsl.collectors.parts import Collector

_MODULES = (
    *(users, iam, accounts, regions, cloudtrail, s3, kms),
    *(network, vpcs, instances, volumes, images, addresses, classic_loadbalancers, loadbalancers),
    *(functions, rds, efs, dynamodb),
)

COLLECTORS: dict[str, Collector] = {each.type: each for module in _MODULES for each in module.COLLECTORS}
