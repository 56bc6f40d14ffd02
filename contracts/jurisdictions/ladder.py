"""Whom to call for an empty seat, by which channels, and how long each is waited for: a ladder, rung by rung."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Annotated, Literal

import msgspec

from contracts.jurisdictions.dated import by_key, in_force, refuse_unless_one_follows_another
from contracts.jurisdictions.errors import DataRefused
from contracts.jurisdictions.marks import Confidence, Loaded
from contracts.jurisdictions.team import Seat

FILE = "ladders.json"
Called = Literal["on_call", "next", "callable"]
"""Whom a rung calls: who is on call by a rota; the others of the rota, one after the other; who said to be callable."""

ChannelKind = Literal["sms", "voice", "email", "push"]
Minutes = Annotated[int, msgspec.Meta(ge=1, le=24 * 60)]


class Rung(Loaded, frozen=True, kw_only=True):
    """Each of those it calls is waited for so many minutes before the next is called.

    `by` are kinds of channels; without any, whatever the person stated, what was last seen to work first. Who stated
    channels and none of these is not called by this rung.
    """

    rung: int
    who: Called
    by: tuple[ChannelKind, ...] = ()
    minutes: Minutes


class LadderRule(Loaded, frozen=True, kw_only=True):
    """The ladder of one seat in one county; without a county, in every county that has none of its own.

    A team keeps the one in force when it opened. Whom a person asked is waited for `asked_minutes` before the ladder
    goes on; when nobody is left it is climbed anew after `again_minutes`, and `told` are told. Whom it called and who
    accepted says within `under_way_minutes` that they are on their way, or the seat opens again; `None` asks nobody.
    """

    ladder: str
    version: int
    seat: str
    county: str | None
    in_force_from: date
    in_force_until: date | None = None
    rungs: tuple[Rung, ...]
    asked_minutes: Minutes
    again_minutes: Minutes
    under_way_minutes: Minutes | None
    told: tuple[str, ...]
    source: str
    confidence: Confidence
    note: str | None


def ladder_in_force(ladders: Sequence[LadderRule], seat: str, county: str, on: date) -> LadderRule | None:
    """That of the county, else that of every county. Before the first day on file, the first of every county."""
    everywhere = [each for each in ladders if each.seat == seat and each.county is None]
    own = [each for each in ladders if each.seat == seat and each.county == county]
    first = min((each.in_force_from for each in everywhere), default=on)
    return in_force(own, on) or in_force(everywhere, max(on, first))


def refuse_ladders(
    ladders: Sequence[LadderRule], seats: Sequence[Seat], counties: Iterable[str], roles: Iterable[str]
) -> None:
    """Raises `DataRefused`: each seat is climbed for in every county, and no ladder calls nobody."""
    _refuse_twice(ladders)
    on_file: dict[str, set[str | None]] = {
        "seat": {each.seat for each in seats},
        "county": {None, *counties},
        "told": set(roles),
    }
    for each in ladders:
        row = f"ladder {each.ladder} version {each.version}"
        for field, named in (("seat", (each.seat,)), ("county", (each.county,)), ("told", each.told)):
            for word in named:
                if word not in on_file[field]:
                    raise DataRefused(FILE, row, field, f"{word!r} is named but not on file.")
        if not each.told:
            raise DataRefused(FILE, row, "told", "nobody is told when nobody is left to call.")
        _refuse_rungs(each, row)
    for (seat, county), of_one in by_key(ladders, lambda each: (each.seat, each.county)).items():
        refuse_unless_one_follows_another(FILE, f"seat {seat}, county {county or 'every'}", of_one)
    everywhere = by_key((each for each in ladders if each.county is None), lambda each: each.seat)
    for seat in sorted({each.seat for each in seats}):
        if seat not in everywhere or everywhere[seat][-1].in_force_until is not None:
            raise DataRefused(FILE, f"seat {seat}, county every", "", "some day no ladder is in force.")


def _refuse_twice(ladders: Sequence[LadderRule]) -> None:
    named = [(each.ladder, each.version) for each in ladders]
    for ladder, version in named:
        if named.count((ladder, version)) > 1:
            raise DataRefused(FILE, f"ladder {ladder} version {version}", "", "it stands there twice.")


def _refuse_rungs(ladder: LadderRule, row: str) -> None:
    if not ladder.rungs:
        raise DataRefused(FILE, row, "rungs", "nobody is called.")
    for number, rung in enumerate(ladder.rungs, start=1):
        if rung.rung != number:
            raise DataRefused(FILE, row, f"rungs[{number - 1}].rung", f"the rungs are numbered; this is {number}.")
        if len(set(rung.by)) != len(rung.by):
            raise DataRefused(FILE, row, f"rungs[{number - 1}].by", "a channel stands there twice.")
