"""All collectors, by the type of their entities."""

from __future__ import annotations

from gsl.collectors import (
    addresses,
    classic_loadbalancers,
    iam,
    images,
    instances,
    loadbalancers,
    network,
    users,
    volumes,
    vpcs,
)
from gsl.collectors.parts import Collector

_MODULES = (users, iam, network, vpcs, instances, volumes, images, addresses, classic_loadbalancers, loadbalancers)

COLLECTORS: dict[str, Collector] = {each.type: each for module in _MODULES for each in module.COLLECTORS}
