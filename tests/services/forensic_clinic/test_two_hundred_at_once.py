"""Of two hundred bookings for one hour at once exactly the possible ones succeed; each other is told what is free."""

import os

import pytest

from tests.services.forensic_clinic.house import House
from tests.services.forensic_clinic.race import race


@pytest.mark.timeout(300)
async def test_two_hundred_bookings_for_one_hour_book_exactly_the_possible_ones(empty_house: House) -> None:
    await race(empty_house, rounds=1)


@pytest.mark.slow
@pytest.mark.timeout(1200)
async def test_so_it_is_fifty_times(empty_house: House) -> None:
    """`make races` sets how often."""
    await race(empty_house, rounds=int(os.environ.get("MUSTER_RACES", "50")))
