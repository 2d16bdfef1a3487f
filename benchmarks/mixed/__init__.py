"""The mixed work: a hundred rules on four types, each in GSL and in Python."""

from __future__ import annotations

from benchmarks.mixed import buckets, databases, groups, users

CASES = (*users.CASES, *groups.CASES, *buckets.CASES, *databases.CASES)
