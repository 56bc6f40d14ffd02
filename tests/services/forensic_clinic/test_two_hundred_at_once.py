"""Of two hundred bookings for one hour at once exactly the possible ones succeed; the others are told what is taken."""

import pytest

from tests.services.forensic_clinic.house import House
from tests.services.forensic_clinic.race import race


@pytest.mark.timeout(300)
async def test_two_hundred_bookings_for_one_hour_book_exactly_the_possible_ones(empty_house: House) -> None:
    await race(empty_house, rounds=3)


@pytest.mark.slow
@pytest.mark.timeout(1200)
async def test_so_it_is_fifty_times(empty_house: House) -> None:
    await race(empty_house, rounds=50)
