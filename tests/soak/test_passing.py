"""Strangers knock at every service that is under load."""

from tests.chaos.house import NAMES
from tests.soak.passing import DOORS


def test_they_knock_at_every_service() -> None:
    assert DOORS.keys() == set(NAMES)
