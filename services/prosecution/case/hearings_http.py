"""Hearings over HTTP: set, moved, held or vacated, with their purpose, what came of them, and what follows."""

from datetime import datetime
from typing import Annotated
from uuid import UUID, uuid4

import msgspec
from litestar import Controller, Response, post

from services.kernel.http.commands import Commands, Decided, Done, Intent, decided_on
from services.prosecution.case import hearings, proceedings
from services.prosecution.case.charges_http import with_clocks
from services.prosecution.case.hearings import Conclude, SetPurposefully
from services.prosecution.case.proceedings_http import Happened
from services.prosecution.cases import Cases, accused_in, hearing_in

At = Annotated[datetime, msgspec.Meta(tz=True)]


class MoveHearing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The new time, and why. `although_closed`: the court set it for a day on which courts are closed."""

    set_for: At
    reason: str
    although_closed: bool = False


class VacateHearing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why it does not take place."""

    reason: str


class EnterCauseNumber(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The number as the court writes it; it is sealed. Without one, none holds any more."""

    court: str
    number: Annotated[str, msgspec.Meta(max_length=60)] | None = None


class HearingController(Controller):
    """The court days of a case."""

    path = "/cases"
    tags = ["Course"]  # noqa: RUF012  # Litestar reads a class attribute

    @post("/{case:uuid}/accused/{accused:uuid}/cause-numbers", opt={"action": "record_course"}, status_code=200)
    async def enter_cause_number(
        self, case: UUID, accused: UUID, data: EnterCauseNumber, intent: Intent, commands: Commands, cases: Cases
    ) -> Response[Done]:
        """By it, dates of a court's file are found to be this accused's."""

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await cases.visible(intent.caller, "record_course", case))
            accused_in(loaded.state, accused)
            events = hearings.enter_cause_number(loaded.state, accused, data.court, data.number, cases.charging)
            return decided_on(loaded, events, now)

        return await commands.run(intent, decide)

    @post("/{case:uuid}/hearings", opt={"action": "record_course"}, status_code=200)
    async def set_hearing(
        self, case: UUID, data: SetPurposefully, intent: Intent, commands: Commands, cases: Cases
    ) -> Response[Done]:
        """A court set a hearing. A weekend or holiday is asked about."""
        hearing = uuid4()

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await cases.visible(intent.caller, "record_course", case))
            events = hearings.set_hearing(loaded.state, hearing, data, cases.charging, cases.jurisdiction, now)
            return decided_on(loaded, events, now)

        return await commands.run(intent, decide)

    @post("/{case:uuid}/hearings/{hearing:uuid}/moves", opt={"action": "record_course"}, status_code=200)
    async def move_hearing(
        self, case: UUID, hearing: UUID, data: MoveHearing, intent: Intent, commands: Commands, cases: Cases
    ) -> Response[Done]:
        """Puts a hearing to another time."""

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await cases.visible(intent.caller, "record_course", case))
            found = hearing_in(loaded.state, hearing)
            events = proceedings.move_hearing(loaded.state, found, data.set_for, data.reason, cases.charging, now)
            closed = hearings.on_open_day(
                loaded.state,
                hearing,
                found.kind,
                data.set_for,
                cases.charging,
                cases.jurisdiction,
                although_closed=data.although_closed,
            )
            return decided_on(loaded, [*events, *closed], now)

        return await commands.run(intent, decide)

    @post("/{case:uuid}/hearings/{hearing:uuid}/holding", opt={"action": "record_course"}, status_code=200)
    async def hold_hearing(
        self, case: UUID, hearing: UUID, data: Happened, intent: Intent, commands: Commands, cases: Cases
    ) -> Response[Done]:
        """The hearing began: its counts come to its stage, and the clock it was owed by is met."""

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await cases.visible(intent.caller, "record_course", case))
            found = hearing_in(loaded.state, hearing)
            events = proceedings.hold_hearing(loaded.state, found, data.at, cases.charging, now)
            return await with_clocks(cases, loaded, events, data.at, intent, now)

        return await commands.run(intent, decide)

    @post("/{case:uuid}/hearings/{hearing:uuid}/vacation", opt={"action": "record_course"}, status_code=200)
    async def vacate_hearing(
        self, case: UUID, hearing: UUID, data: VacateHearing, intent: Intent, commands: Commands, cases: Cases
    ) -> Response[Done]:
        """The hearing does not take place."""

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await cases.visible(intent.caller, "record_course", case))
            found = hearing_in(loaded.state, hearing)
            return decided_on(loaded, proceedings.vacate_hearing(loaded.state, found, data.reason, cases.charging), now)

        return await commands.run(intent, decide)

    @post("/{case:uuid}/hearings/{hearing:uuid}/conclusion", opt={"action": "record_course"}, status_code=200)
    async def conclude(
        self, case: UUID, hearing: UUID, data: Conclude, intent: Intent, commands: Commands, cases: Cases
    ) -> Response[Done]:
        """What came of a hearing that was held, and what follows: another hearing is set in the same step."""
        following = uuid4()

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await cases.visible(intent.caller, "record_course", case))
            found = hearing_in(loaded.state, hearing)
            events = hearings.conclude(loaded.state, found, following, data, cases.charging, cases.jurisdiction, now)
            return decided_on(loaded, events, now)

        return await commands.run(intent, decide)
