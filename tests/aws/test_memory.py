"""What very large accounts take: users and security groups by the ten thousand do not stay in memory."""

from __future__ import annotations

import os
import sys

import pytest

from benchmarks.collecting import LARGE, peak

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="peaks are read from /proc"),
    pytest.mark.skipif(not os.environ.get("CI"), reason="ten seconds: only in continuous integration"),
]


@pytest.mark.parametrize("kind", LARGE)
def test_very_large_accounts(kind: str) -> None:
    found = peak(kind, LARGE[kind])
    assert found["entities"] >= LARGE[kind]
    assert found["status"] == "complete"
    assert found["peak"] < 200
