"""Accused and counts over HTTP."""

import dataclasses
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID, uuid4

import msgspec
from litestar import Controller, Response, post

from contracts.language import Event
from services.kernel.http.commands import Commands, Decided, Done, Intent, decided_on
from services.kernel.store import Change, Loaded
from services.prosecution.case import charges
from services.prosecution.case.charges import AgeAtAct, Name, NewCount
from services.prosecution.case.http import Note
from services.prosecution.case.proceedings import clock_steps
from services.prosecution.case.state import Case, evolve
from services.prosecution.cases import Cases, accused_in, count_in

Counts = Annotated[tuple[NewCount, ...], msgspec.Meta(max_length=50)]


class AddAccused(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Name and date of birth are sealed. Counts may come with the accused or later."""

    name: Name
    born: date | None = None
    counts: Counts = ()


class FileCount(NewCount, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One count more against an accused of the case."""

    accused: UUID


class CorrectAge(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Either the date of birth, or the age at the time of all the acts where no date of birth holds."""

    reason: Note
    born: date | None = None
    age: AgeAtAct | None = None


class ChargeController(Controller):
    """Who is accused of what. Nobody under 18 is accused of an offence of the prostitution type."""

    path = "/cases"
    tags = ["Charges"]  # noqa: RUF012  # Litestar reads a class attribute

    @post("/{case:uuid}/accused", opt={"action": "charge"}, status_code=200)
    async def add_accused(
        self, case: UUID, data: AddAccused, intent: Intent, commands: Commands, cases: Cases
    ) -> Response[Done]:
        """An accused, with counts or without, all or nothing."""
        accused, counts = uuid4(), [(uuid4(), count) for count in data.counts]

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await cases.visible(intent.caller, "charge", case))
            events = charges.add_accused(loaded.state, accused, data.name, data.born, counts, cases.charging, now)
            return decided_on(loaded, events, now)

        return await commands.run(intent, decide)

    @post("/{case:uuid}/accused/{accused:uuid}/age-corrections", opt={"action": "charge"}, status_code=200)
    async def correct_age(
        self, case: UUID, accused: UUID, data: CorrectAge, intent: Intent, commands: Commands, cases: Cases
    ) -> Response[Done]:
        """The age turned out otherwise. A count that may now not be becomes entered in error, on record."""

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await cases.visible(intent.caller, "charge", case))
            accused_in(loaded.state, accused)
            events = charges.correct_age(loaded.state, accused, data.born, data.age, data.reason, cases.charging, now)
            return await with_clocks(cases, loaded, events, now, intent, now)

        return await commands.run(intent, decide)

    @post("/{case:uuid}/counts", opt={"action": "charge"}, status_code=200)
    async def file_count(
        self, case: UUID, data: FileCount, intent: Intent, commands: Commands, cases: Cases
    ) -> Response[Done]:
        """One count more."""
        count = uuid4()

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await cases.visible(intent.caller, "charge", case))
            accused_in(loaded.state, data.accused)
            born = await cases.born(case, data.accused)
            # A correction of the age moves the case, too: whoever did not know of it is told that the case moved on.
            loaded = intent.expect(await cases.visible(intent.caller, "charge", case))
            events = charges.file_count(loaded.state, data.accused, count, data, born, cases.charging, now)
            return decided_on(loaded, events, now)

        return await commands.run(intent, decide)

    @post("/{case:uuid}/counts/{count:uuid}/supersession", opt={"action": "charge"}, status_code=200)
    async def supersede(
        self, case: UUID, count: UUID, data: NewCount, intent: Intent, commands: Commands, cases: Cases
    ) -> Response[Done]:
        """Puts another count in the place of this one, at its stage."""
        new = uuid4()

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await cases.visible(intent.caller, "charge", case))
            old = count_in(loaded.state, count)
            born = await cases.born(case, old.accused)
            # As above.
            loaded = intent.expect(await cases.visible(intent.caller, "charge", case))
            events = charges.supersede(loaded.state, old, new, data, born, cases.charging, now)
            return decided_on(loaded, events, now)

        return await commands.run(intent, decide)


async def with_clocks(
    cases: Cases, loaded: Loaded[Case], events: list[Event], at: datetime, intent: Intent, now: datetime, *also: Change
) -> Decided:
    """What was decided on a case, with what that does to its clocks, and `also`, in one commit. It happened `at`."""
    steps = clock_steps(loaded.state, events, cases.charging, at)
    after = loaded.state
    for event in events:
        after = evolve(after, event)
    begun, clocks = await cases.move_clocks(after, steps, intent.command_id, now)
    return decided_on(loaded, [*events, *begun], at, *clocks, *also)


def resting_on(decided: Decided, *loaded: Loaded[Any]) -> Decided:
    """The same, decided again when another command changes one of those meanwhile."""
    changes = dataclasses.replace(decided.changes, rests_on=(*decided.changes.rests_on, *loaded))
    return dataclasses.replace(decided, changes=changes)
