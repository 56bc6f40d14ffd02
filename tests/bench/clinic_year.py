"""`python -m tests.bench.clinic_year`: a year of exams with six nurses, by our offers, by first come, and at best.

A simulated year of the volumes in the field (150 victims, bursts of 30 in a day), with invented clinics in three
counties and invented shifts. Each patient takes one time when asking, in the order of asking: the first of our offers,
or the soonest there is. At best is CP-SAT with full foresight: it knows the whole year beforehand, which nobody does.
Told are the share of exams begun before any window of evidence surely closes, of those for which that was possible when
asking, and the hours waited. The share must be at least first come's, and 0.95 of the best.

The solver has an environment of its own (`make bench-clinic`): it asks for an older protobuf than the product does.
"""

import argparse
import json
import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import msgspec

from contracts.jurisdictions import load_mississippi, travel_time
from contracts.periods import Period, common
from services.forensic_clinic.exam.checks import band_named
from services.forensic_clinic.exam.ground import Certified, Examiner, Patient, Place
from services.forensic_clinic.exam.offers import Offer, Site, Wanted, offers
from services.forensic_clinic.exam.windows import last_chance, windows

TABLES = load_mississippi()
RULES = TABLES.exams
SPACE = UUID("0b7d2a1e-7a56-4a0c-9d5c-3f1c3c1f7d10")
BEGINS = datetime(2026, 1, 1, 6, tzinfo=UTC)
YEAR = Period(BEGINS, BEGINS + timedelta(days=365))
HOUR = timedelta(hours=1)
LOOKS_AHEAD = timedelta(days=14)
VICTIMS, BURST, BURSTS = 150, 30, 2
MINORS, YOUNG = 0.3, 0.4
"""Of the victims so many are minors, of these so many before puberty; an assumption, as the shifts are."""
CLINICS = {"BRIDGE": "Rankin", "EXAMPLE-SOUTH": "Harrison", "EXAMPLE-NORTH": "Lee"}
FOR_CHILDREN = (0, 2, 4)
REPORT = Path("build/clinic_year.json")
AT_LEAST = 0.95


class Asks(msgspec.Struct, frozen=True):
    """One patient: when an exam is asked for, where from, of what age, and when the assault was as far as is known."""

    at: datetime
    county: str
    band: str
    assault: Period


class Outcome(msgspec.Struct, frozen=True):
    """`in_window` of `at_stake` exams began before any window of evidence surely closed."""

    exams: int
    at_stake: int
    in_window: int
    hours_waited_median: float
    hours_waited_mean: float
    hours_on_the_road_mean: float

    @property
    def share(self) -> float:
        return self.in_window / max(self.at_stake, 1)


Choose = Callable[[Wanted, Sequence[Offer]], Offer]


def a_year(seed: int) -> tuple[list[Asks], list[Site]]:
    """Who asks, in order, and who is there."""
    drawn = random.Random(seed)
    return sorted(_asks(drawn), key=lambda each: each.at), _sites(drawn)


def played(year: Sequence[Asks], sites: Sequence[Site], choose: Choose) -> Outcome:
    """Each takes a time when asking; what is taken stays so."""
    taken: dict[UUID, list[Period]] = {}
    chosen: list[tuple[Asks, Wanted, Offer]] = []
    for number, asks in enumerate(year):
        wanted = _wanted(number, asks)
        reached = [msgspec.structs.replace(each, travel=_travel(asks, each.clinic)) for each in sites]
        found = offers(wanted, reached, taken, RULES)
        if not found:
            continue
        offer = choose(wanted, found)
        for resource in (offer.nurse, offer.room):
            taken.setdefault(resource, []).append(Period(offer.since, offer.until))
        chosen.append((asks, wanted, offer))
    return _outcome(year, chosen)


def loses_least(_: Wanted, found: Sequence[Offer]) -> Offer:
    """As the product puts them in order."""
    return found[0]


def soonest(_: Wanted, found: Sequence[Offer]) -> Offer:
    """First come, first served: the earliest beginning among the best times of each nurse."""
    return min(found, key=lambda each: (each.since, each.nurse))


def closes(asks: Asks) -> datetime | None:
    """When the first window of evidence that is not surely closed when asking is so. None where there is none."""
    those = windows(TABLES, asks.band, asks.assault, asks.at)
    if last_chance(those, asks.at) is None:
        return None
    ends = [each.closed_by for each in those if each.purpose == "evidence" and each.at(asks.at) != "closed"]
    return min(each for each in ends if each is not None)


def _outcome(year: Sequence[Asks], chosen: Sequence[tuple[Asks, Wanted, Offer]]) -> Outcome:
    waited = [(offer.since - asks.at) / HOUR for asks, _, offer in chosen]
    return Outcome(
        exams=len(chosen),
        at_stake=sum(closes(each) is not None for each in year),
        in_window=sum(closes(asks) is not None and not offer.lost for asks, _, offer in chosen),
        hours_waited_median=round(statistics.median(waited), 2),
        hours_waited_mean=round(statistics.mean(waited), 2),
        hours_on_the_road_mean=round(statistics.mean((offer.travel_minutes or 0) / 60 for *_, offer in chosen), 2),
    )


def _wanted(number: int, asks: Asks) -> Wanted:
    return Wanted(
        clinic="BRIDGE",
        patient=Patient(person=uuid5(SPACE, f"patient {number}"), age="adult", kept_out=()),
        band=band_named(asks.band, RULES),
        windows=windows(TABLES, asks.band, asks.assault, asks.at),
        language="",
        advocate=False,
        length=timedelta(minutes=RULES.exam_minutes),
        within=Period(asks.at, asks.at + LOOKS_AHEAD),
    )


def _travel(asks: Asks, clinic: str) -> timedelta:
    there = travel_time(TABLES.counties[asks.county], TABLES.counties[CLINICS[clinic]], RULES.planning.travel)
    assert there is not None
    return there


def _asks(drawn: random.Random) -> list[Asks]:
    days = [drawn.randrange(360) for _ in range(VICTIMS - BURST * BURSTS)]
    bursts = drawn.sample(range(5, 355), BURSTS)
    moments = [BEGINS + timedelta(days=day, minutes=drawn.randrange(1440)) for day in days]
    # An operation brings them in from the afternoon on.
    moments += [
        BEGINS + timedelta(days=day, hours=12, minutes=drawn.randrange(720)) for day in bursts for _ in range(BURST)
    ]
    return [_one(drawn, moment) for moment in moments]


def _one(drawn: random.Random, at: datetime) -> Asks:
    band = "adult"
    if drawn.random() < MINORS:
        band = "child" if drawn.random() < YOUNG else "adolescent"
    latest = at - HOUR * min(1 + drawn.expovariate(1 / 30), 200)
    # Half are known to the hour, half as a range.
    earliest = latest if drawn.random() < 0.5 else latest - HOUR * drawn.uniform(2, 24)
    return Asks(at=at, county=drawn.choice(sorted(TABLES.counties)), band=band, assault=Period(earliest, latest))


def _sites(drawn: random.Random) -> list[Site]:
    nurses: Mapping[str, list[Examiner]] = {clinic: [] for clinic in CLINICS}
    for number, clinic in enumerate([*CLINICS] * 2):
        held = ("sane_adult_adolescent", "sane_pediatric") if number in FOR_CHILDREN else ("sane_adult_adolescent",)
        nurses[clinic].append(
            Examiner(
                account=uuid5(SPACE, f"nurse {number}"),
                clinic=clinic,
                certificates=tuple(Certified(certificate=each, valid=YEAR) for each in held),
                available=tuple(_shifts(drawn)),
            )
        )
    return [
        Site(
            clinic=clinic,
            nurses=tuple(nurses[clinic]),
            rooms=(Place(room=uuid5(SPACE, clinic), clinic=clinic, available=(YEAR,)),),
        )
        for clinic in CLINICS
    ]


def _shifts(drawn: random.Random) -> list[Period]:
    """Four days a week, twelve hours from morning or from evening on."""
    found = []
    for week in range(53):
        begins = drawn.choice((13, 25))
        for day in sorted(drawn.sample(range(7), 4)):
            since = YEAR.since + timedelta(days=7 * week + day, hours=begins - 6)
            found.append(Period(since, since + 12 * HOUR))
    return found


def for_the_solver(year: Sequence[Asks], sites: Sequence[Site]) -> dict[str, Any]:
    """The year as `clinic_best` reads it: for each patient and nurse, when an exam in the windows could begin."""
    step = timedelta(minutes=RULES.step_minutes)

    def steps(moment: datetime) -> int:
        """Rounded up: no exam begins before it could."""
        return -(-(moment - YEAR.since) // step)

    length = timedelta(minutes=RULES.exam_minutes)
    patients = []
    for asks in year:
        until = closes(asks)
        starts: dict[str, list[list[int]]] = {}
        for site in sites:
            for nurse in site.nurses:
                if until is None:
                    continue
                reached = Period(asks.at + _travel(asks, site.clinic), until + length)
                certified = nurse.certified_for(band_named(asks.band, RULES))
                spans = []
                for number, shift in enumerate(nurse.available):
                    for free in common(common([reached], [shift]), certified):
                        # The last step is left out where the exam would begin at the very moment evidence is lost.
                        spans.append([number, steps(free.since), steps(min(free.until - length, until - step))])
                starts[str(nurse.account)] = [span for span in spans if span[1] <= span[2]]
        patients.append({"starts": starts})
    nurses = [(site.clinic, nurse) for site in sites for nurse in site.nurses]
    return {
        "exam": length // step,
        "rest": -(-timedelta(minutes=RULES.planning.rest_minutes) // step),
        "rooms": {str(nurse.account): clinic for clinic, nurse in nurses},
        "shifts": {
            str(nurse.account): [[steps(each.since), steps(each.until)] for each in nurse.available]
            for _, nurse in nurses
        },
        "patients": patients,
    }


def solved(solver: str, years: Sequence[tuple[list[Asks], list[Site]]]) -> list[dict[str, Any]]:
    """What the solver's own interpreter answers."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump([for_the_solver(*each) for each in years], file)
        file.flush()
        command = [solver, str(Path(__file__).parent / "clinic_best.py"), file.name]
        answered = subprocess.run(command, check=True, capture_output=True, text=True)
    return [json.loads(line) for line in answered.stdout.splitlines()]


def main() -> int:
    """Plays the years, prints a table, writes the report, and answers the exit code."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--years", type=int, default=10)
    options.add_argument("--solver", help="the interpreter of an environment with OR-Tools in it")
    asked = options.parse_args()
    years = [a_year(seed) for seed in range(asked.years)]
    ways: Mapping[str, Choose] = {"ours": loses_least, "first come": soonest}
    outcomes = {name: [played(*year, choose) for year in years] for name, choose in ways.items()}
    at_stake = sum(each.at_stake for each in outcomes["ours"])
    in_window = {name: sum(each.in_window for each in of_way) for name, of_way in outcomes.items()}
    for name, of_way in outcomes.items():
        print(
            f"{name:<12} in window {in_window[name] / at_stake:.4f}"
            f"   hours waited, mean {_mean(of_way, 'hours_waited_mean'):6.2f}"
            f"   hours on the road, mean {_mean(of_way, 'hours_on_the_road_mean'):5.2f}"
        )
    enough = in_window["ours"] >= in_window["first come"]
    best: list[dict[str, Any]] = []
    if asked.solver:
        best = solved(asked.solver, years)
        at_most = sum(each["at_most"] for each in best)
        print(f"{'at best':<12} in window {at_most / at_stake:.4f}   {[each['status'] for each in best]}")
        enough = enough and in_window["ours"] >= AT_LEAST * at_most
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_bytes(msgspec.json.format(msgspec.json.encode({"outcomes": outcomes, "best": best})))
    return 0 if enough else 1


def _mean(years: Sequence[Outcome], field: str) -> float:
    found: float = statistics.mean(getattr(each, field) for each in years)
    return found


if __name__ == "__main__":
    sys.exit(main())
