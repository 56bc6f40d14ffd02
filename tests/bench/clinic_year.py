"""`python -m tests.bench.clinic_year`: a year of exams with six nurses, by our offers, by first come, and at best.

A simulated year of the volumes in the field (150 victims, bursts of 30 in a day), with invented clinics in three
counties and invented shifts. Each patient takes one time when asking, in the order of asking: the first of our offers,
or the soonest there is. With ours, where that is too late for evidence, those are asked to move whom the product names
(services/forensic_clinic/exam/making_room.py), nobody twice, and half of them say yes. First come, and offers alone,
stand beside it. At best is CP-SAT with full foresight: it knows the whole year beforehand, which nobody does, and
everybody does what it says.

Told are the share of exams begun before any window of evidence surely closes, of those for which that was possible when
asking, and the hours waited until the exam, a move included. Ours must be at least first come's, and 0.95 of the best.

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
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import msgspec

from contracts.jurisdictions import load_mississippi, travel_time
from contracts.periods import Period, common
from services.forensic_clinic.exam.checks import band_named
from services.forensic_clinic.exam.ground import Certified, Examiner, Patient, Place
from services.forensic_clinic.exam.making_room import Planned, moves
from services.forensic_clinic.exam.offers import Offer, Site, Wanted, offers
from services.forensic_clinic.exam.windows import last_chance, windows
from tests.support.reliability import table, write_section
from tests.support.servers import temporary_folder

TABLES = load_mississippi()
RULES = TABLES.exams
SPACE = UUID("0b7d2a1e-7a56-4a0c-9d5c-3f1c3c1f7d10")
BEGINS = datetime(2026, 1, 1, 6, tzinfo=UTC)
YEAR = Period(BEGINS, BEGINS + timedelta(days=365))
HOUR = timedelta(hours=1)
LOOKS_AHEAD = (timedelta(days=7), timedelta(days=14))
"""As far as the product looks at first, and as a person does then."""
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
    """`in_window` of `at_stake` exams began before any window of evidence surely closed; `moved` gave theirs away."""

    exams: int
    at_stake: int
    in_window: int
    moved: int
    hours_waited_median: float
    hours_waited_mean: float
    hours_on_the_road_mean: float


Choose = Callable[[Sequence[Offer]], Offer]


@dataclass
class Kept:
    """A time that somebody has, and whether they were asked to give it away."""

    number: int
    asks: Asks
    offer: Offer
    asked: bool = False

    @property
    def during(self) -> Period:
        return Period(self.offer.since, self.offer.until)


class Way(msgspec.Struct, frozen=True):
    """How times are given: which of the offers is taken, and of those asked to move how many say yes."""

    name: str
    choose: Choose
    say_yes: float = 0.0


def loses_least(found: Sequence[Offer]) -> Offer:
    """As the product puts them in order."""
    return found[0]


def soonest(found: Sequence[Offer]) -> Offer:
    """First come, first served: the earliest beginning among the best times of each nurse."""
    return min(found, key=lambda each: (each.since, each.nurse))


WAYS = (
    Way("ours", loses_least, say_yes=0.5),
    Way("ours, all say yes", loses_least, say_yes=1.0),
    Way("our offers alone", loses_least),
    Way("first come", soonest),
)
OURS, FIRST_COME = WAYS[0].name, WAYS[-1].name


def a_year(seed: int) -> tuple[list[Asks], list[Site]]:
    """Who asks, in order, and who is there."""
    drawn = random.Random(seed)
    return sorted(_asks(drawn), key=lambda each: each.at), _sites(drawn)


def played(year: Sequence[Asks], sites: Sequence[Site], way: Way) -> Outcome:
    """Each takes a time when asking; what is taken stays so, but for one move."""
    clinics = _Clinics(sites, random.Random(len(year)), way.say_yes)
    for number, asks in enumerate(year):
        wanted = _wanted(number, asks, asks.at)
        found = clinics.offered(wanted, asks)
        if not found:
            continue
        offer = way.choose(found)
        if offer.lost and way.say_yes:
            offer = clinics.with_room_made(wanted, asks) or offer
        clinics.kept[number] = Kept(number, asks, offer)
    return _outcome(year, list(clinics.kept.values()), clinics.moved)


class _Clinics:
    """What is taken at all of them, and who can be asked."""

    def __init__(self, sites: Sequence[Site], chance: random.Random, say_yes: float) -> None:
        self._sites = sites
        self._chance = chance
        self._say_yes = say_yes
        self.kept: dict[int, Kept] = {}
        self.moved = 0

    def reached_by(self, asks: Asks) -> list[Site]:
        return [msgspec.structs.replace(each, travel=_travel(asks, each.clinic)) for each in self._sites]

    def offered(self, wanted: Wanted, asks: Asks) -> list[Offer]:
        """None where nothing is free however far one looks."""
        for ahead in LOOKS_AHEAD:
            within = Period(asks.at, asks.at + ahead)
            asked = msgspec.structs.replace(wanted, within=within)
            if found := offers(asked, self.reached_by(asks), self.taken(), RULES):
                return found
        return []

    def taken(self) -> dict[UUID, list[Period]]:
        found: dict[UUID, list[Period]] = {}
        for each in self.kept.values():
            for resource in (each.offer.nurse, each.offer.room):
                found.setdefault(resource, []).append(each.during)
        return found

    def with_room_made(self, wanted: Wanted, asks: Asks) -> Offer | None:
        """Asks one after the other. None where nobody can be asked, or all say no."""
        while True:
            found = moves(wanted, self.reached_by(asks), self.taken(), self._planned(asks.at), RULES, asks.at)
            if not found:
                return None
            move = found[0]
            kept = next(each for each in self.kept.values() if _patient(each.number) == move.exam)
            kept.asked = True
            if self._chance.random() < self._say_yes:
                kept.offer = move.instead
                self.moved += 1
                return move.freed

    def _planned(self, now: datetime) -> list[Planned]:
        """Everybody who has a time to come and was not asked yet."""
        return [
            Planned(
                exam=_patient(each.number),
                clinic=each.offer.clinic,
                nurse=each.offer.nurse,
                during=each.during,
                keeps=(each.offer.nurse, each.offer.room),
                wanted=_wanted(each.number, each.asks, now),
                sites=tuple(self.reached_by(each.asks)),
            )
            for each in self.kept.values()
            if each.offer.since > now and not each.asked
        ]


def closes(asks: Asks) -> datetime | None:
    """When the first window of evidence that is not surely closed when asking is so. None where there is none."""
    those = windows(TABLES, asks.band, asks.assault, asks.at)
    if last_chance(those, asks.at) is None:
        return None
    ends = [each.closed_by for each in those if each.purpose == "evidence" and each.at(asks.at) != "closed"]
    return min(each for each in ends if each is not None)


def _outcome(year: Sequence[Asks], kept: Sequence[Kept], moved: int) -> Outcome:
    waited = [(each.offer.since - each.asks.at) / HOUR for each in kept]
    ends = [(closes(each.asks), each.offer.since) for each in kept]
    return Outcome(
        exams=len(kept),
        at_stake=sum(closes(each) is not None for each in year),
        in_window=sum(end is not None and since < end for end, since in ends),
        moved=moved,
        hours_waited_median=round(statistics.median(waited), 2),
        hours_waited_mean=round(statistics.mean(waited), 2),
        hours_on_the_road_mean=round(statistics.mean((each.offer.travel_minutes or 0) / 60 for each in kept), 2),
    )


def _patient(number: int) -> UUID:
    return uuid5(SPACE, f"patient {number}")


def _wanted(number: int, asks: Asks, now: datetime) -> Wanted:
    return Wanted(
        clinic="BRIDGE",
        patient=Patient(person=_patient(number), age="adult", kept_out=()),
        band=band_named(asks.band, RULES),
        windows=windows(TABLES, asks.band, asks.assault, now),
        language="",
        advocate=False,
        length=timedelta(minutes=RULES.exam_minutes),
        within=Period(now, now + LOOKS_AHEAD[0]),
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
                # The last step is left out where the exam would begin at the very moment at which evidence is lost.
                spans = [
                    [number, steps(free.since), steps(min(free.until - length, until - step))]
                    for number, shift in enumerate(nurse.available)
                    for free in common(common([reached], [shift]), certified)
                ]
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


class Year(msgspec.Struct, frozen=True):
    """What build/clinic_year.json holds of each year; `at_best` is what the solver could not rule out."""

    seed: int
    outcomes: dict[str, Outcome]
    at_best: int | None
    status: str


def lines_of(years: Sequence[Year]) -> list[str]:
    """For people."""
    rows: list[list[object]] = []
    at_stake = _sum(years, OURS, "at_stake")
    at_best = sum(each.at_best or 0 for each in years)
    for way in WAYS:
        in_window = _sum(years, way.name, "in_window")
        of_best = f"{in_window / at_best:.4f}" if at_best else ""
        rows.append(
            [
                way.name,
                f"{in_window / at_stake:.4f}",
                of_best,
                f"{_mean(years, way.name, 'hours_waited_median'):.1f}",
                f"{_mean(years, way.name, 'hours_waited_mean'):.1f}",
                f"{_mean(years, way.name, 'hours_on_the_road_mean'):.1f}",
                f"{_sum(years, way.name, 'moved') / len(years):.1f}",
            ]
        )
    if at_best:
        rows.append(["at best, all foreseen", f"{at_best / at_stake:.4f}", "1", "", "", "", ""])
    head = ["", "begun in the windows", "of the best", "hours waited, median", "mean", "on the road", "moved a year"]
    shares = [f"{each.outcomes[OURS].in_window} of {each.at_best}" for each in years if each.at_best]
    what = f"{VICTIMS} victims each, {BURSTS} bursts of {BURST} in a day, six nurses in three clinics"
    seeds = f"seeds {years[0].seed} to {years[-1].seed}"
    return [
        f"{len(years)} years, {seeds}: {what}. In {at_stake} exams evidence is at stake.",
        "",
        *table(head, rows),
        "",
        "Hours are means over the years. Who asks takes the first offer. In ours others are asked to move where that",
        f"is too late, nobody twice, and {WAYS[0].say_yes:.0%} say yes. Ages, shifts and counties are assumptions.",
        *([f"Ours beside the best, year by year: {'; '.join(shares)}."] if shares else []),
    ]


def too_little(years: Sequence[Year]) -> list[str]:
    """The goals that were missed, in a sentence each."""
    ours, first = _sum(years, OURS, "in_window"), _sum(years, FIRST_COME, "in_window")
    at_best = sum(each.at_best or 0 for each in years)
    goals = [
        (ours >= first, f"Ours began {ours} exams in the windows, first come {first}."),
        (ours >= AT_LEAST * at_best, f"Ours began {ours} exams in the windows; {AT_LEAST} of {at_best} are asked for."),
    ]
    return [sentence for kept, sentence in goals if not kept]


def main() -> int:
    """Plays the years, prints and writes down what came of them, and answers the exit code."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--years", type=int, default=10)
    options.add_argument("--solver", help="the interpreter of an environment with OR-Tools in it")
    asked = options.parse_args()
    drawn = [a_year(seed) for seed in range(asked.years)]
    best: list[dict[str, Any]] = solved(asked.solver, drawn) if asked.solver else [{}] * len(drawn)
    years = [
        Year(seed, {way.name: played(*year, way) for way in WAYS}, of_year.get("at_most"), of_year.get("status", ""))
        for seed, (year, of_year) in enumerate(zip(drawn, best, strict=True))
    ]
    told, missed = lines_of(years), too_little(years)
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_bytes(msgspec.json.format(msgspec.json.encode(years)) + b"\n")
    if asked.solver:
        with temporary_folder() as folder:
            write_section("make bench-clinic", "Times of exams", [*told, *missed], programs=folder, files="no data")
    sys.stdout.write("\n".join([*told, *missed]) + "\n")
    return 1 if missed else 0


def _sum(years: Sequence[Year], way: str, field: str) -> int:
    return sum(getattr(each.outcomes[way], field) for each in years)


def _mean(years: Sequence[Year], way: str, field: str) -> float:
    found: float = statistics.mean(getattr(each.outcomes[way], field) for each in years)
    return found


if __name__ == "__main__":
    sys.exit(main())
