"""How exams are offered: what rest a nurse has, how a way between counties is estimated, and what weighs how much."""

from datetime import timedelta

from contracts.jurisdictions.areas import distance_km
from contracts.jurisdictions.county import County
from contracts.jurisdictions.exam import TravelRules

SHORTEST = timedelta(minutes=15)


def travel_time(one: County | None, other: County | None, rules: TravelRules) -> timedelta | None:
    """An estimate, on whole quarters of an hour: the way between the middles of two counties, by the stated rules.

    Within one county, a quarter of an hour at least. None where a county is not known: nothing is said then.
    """
    if one is None or other is None:
        return None
    hours = distance_km(one, other) * rules.road_factor / rules.km_per_hour
    quarters = -(-timedelta(hours=hours) // SHORTEST)
    return max(quarters, 1) * SHORTEST
