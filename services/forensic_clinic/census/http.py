"""The census over HTTP: an agency states what it keeps, and a difference is settled."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID, uuid5

import msgspec
from litestar import Controller, Request, Response, get, post

from contracts.language import Personal
from services.forensic_clinic.census import matters, statements
from services.forensic_clinic.census.events import NumberNoted
from services.forensic_clinic.census.gathering import NUMBER, Census, Subject
from services.forensic_clinic.census.matter_page import MatterPage, matter_page
from services.forensic_clinic.census.matters import Matter
from services.forensic_clinic.census.statements import Place
from services.forensic_clinic.kit.commands import Moment, Text, hand_of
from services.forensic_clinic.kit.state import POLICE
from services.forensic_clinic.views.census_matters import matter_record
from services.kernel.http.caller import Caller
from services.kernel.http.commands import Commands, Decided, Done, Intent, caller_of, decided_on
from services.kernel.http.gate import Record
from services.kernel.http.problems import NotFound, Stale
from services.kernel.store import Change, Loaded

Line = Annotated[str, msgspec.Meta(max_length=200)]
Code = Annotated[str, msgspec.Meta(max_length=80)]

KEEPING = UUID("4f9b6d27-5d0e-4b5f-9a63-7c1e0b8d2a95")


class StateKits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything in one place: `numbers` as they are scanned, one a line, or `none`. They go in the body, so no log
    keeps them; how many is said by the rule, in words, not by the form. `county` where you work in some counties alone.
    A place stated before is stated again with If-Match.
    """

    place: Code
    county: Code = ""
    counted_at: Moment
    numbers: list[Line] = []
    none: bool = False


class SettleMatter(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What came of it, of the outcomes its page lists, and why."""

    outcome: Code
    reason: Text


class CensusController(Controller):
    """Statements, and single matters."""

    path = "/census"
    tags = ["Census"]  # noqa: RUF012  # Litestar reads a class attribute

    @post("/statements", opt={"action": "state_census"}, status_code=201)
    async def state(self, data: StateKits, intent: Intent, commands: Commands, census: Census) -> Response[Done]:
        """What your agency keeps there on the day it was counted. Whether a kit is known here is not said."""
        hand = hand_of(intent)
        lines = statements.read_numbers("numbers", data.numbers)

        async def decide(now: datetime) -> Decided:
            places = intent.caller.places
            place = statements.chosen_place(hand, data.place, data.county, places, census.jurisdiction)
            census.kits.gate.require(intent.caller, "state_census", keeping_record(place))
            day = statements.day_counted(data.counted_at, census.zone, now)
            loaded = await census.statement(place, day)
            if intent.expected is not None and intent.expected != loaded.version:
                raise Stale
            kits, unknown = await _looked_up(census, lines)
            events = statements.state(
                loaded.state,
                hand,
                place,
                day,
                data.counted_at,
                kits,
                list(unknown),
                none=data.none,
                again=bool(intent.expected),
            )
            noted = await _noted(census, unknown)
            return decided_on(loaded, events, data.counted_at, *noted, status=201)

        return await commands.run(intent, decide)

    @get("/matters/{matter:uuid}", opt={"action": "list_census_matters"})
    async def matter(self, matter: UUID, census: Census, request: Request[Any, Any, Any]) -> Response[MatterPage]:
        """One matter, with what was said of it. That you were shown it is put on record."""
        caller = caller_of(request)
        loaded, subject = await _visible(census, caller, "list_census_matters", matter)
        page = await matter_page(census, caller, loaded, subject)
        return Response(page, headers={"ETag": f'"{page.version}"'})

    @post("/matters/{matter:uuid}/settlement", opt={"action": "settle_census_matter"}, status_code=200)
    async def settle(
        self, matter: UUID, data: SettleMatter, intent: Intent, commands: Commands, census: Census
    ) -> Response[Done]:
        """Says what came of it. The next count shows whether it is gone."""

        async def decide(now: datetime) -> Decided:
            found, subject = await _visible(census, intent.caller, "settle_census_matter", matter)
            loaded = intent.expect(found)
            person = subject.person or loaded.id
            events = matters.settle(loaded.state, hand_of(intent), data.outcome, data.reason, person, census.rules)
            return decided_on(loaded, events, now)

        return await commands.run(intent, decide)


def keeping_record(place: Place) -> Record:
    """What policies may know of a place in which kits are kept."""
    kept = uuid5(KEEPING, f"{place.agency} {place.county} {place.place}")
    return Record("Keeping", kept, words={"agency": place.agency, "county": place.county})


async def record_of(census: Census, matter: Matter, subject: Subject) -> Record:
    """What policies may know of a matter: about a kit, what they know of the kit."""
    case = await census.kits.case(subject.tip)
    kit, own, county = subject.kit, matter.agency, matter.county or case.county
    if kit is None:
        return matter_record(
            matter.matter, clinic=own, police=own, laboratory=own, county=county, kept_out=case.kept_out
        )
    return matter_record(
        matter.matter,
        clinic=kit.clinic,
        police=kit.police if kit.reported or kit.stage == POLICE else "",
        laboratory=kit.laboratory,
        county=county,
        kept_out=case.kept_out,
    )


async def _visible(census: Census, caller: Caller, action: str, matter: UUID) -> tuple[Loaded[Matter], Subject]:
    """Raises `NotFound` for a matter that is absent or not the caller's to touch."""
    loaded = await census.matter(matter)
    # Asked of a matter there is not, too: it must not be told from a hidden one by the time the answer takes.
    subject = await census.subject(loaded.state)
    record = await record_of(census, loaded.state, subject)
    if not loaded.exists:
        raise NotFound
    census.kits.gate.require(caller, action, record)
    return loaded, subject


async def _looked_up(census: Census, numbers: list[str]) -> tuple[list[UUID], dict[UUID, str]]:
    """The kits that bear these numbers, and by its reference each number that none bears."""
    named = {census.numbers.reference(each): each for each in numbers}
    borne = await census.numbers.all_carried(named)
    kits = list(dict.fromkeys(borne[each] for each in named if each in borne))
    return kits, {each: number for each, number in named.items() if each not in borne}


async def _noted(census: Census, unknown: dict[UUID, str]) -> list[Change]:
    """Each number is sealed once, however often it is stated."""
    loaded = await census.kits.store.load_all(NUMBER, list(unknown))
    return [
        Change(each.id, 0, [NumberNoted(number=Personal(person=each.id, text=unknown[each.id]))], case=each.id)
        for each in loaded
        if not each.version
    ]
