"""Cases over HTTP: refer, accept, decline, conflict; the page, and what is sealed in it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, get, post

from contracts.language import Event, Personal
from services.kernel.http.commands import Commands, Decided, Done, Intent, caller_of, decided_on
from services.kernel.http.problems import NeverAllowed, NotFound
from services.kernel.http.reading import Reader, SealedText
from services.kernel.store import Change, Loaded
from services.kernel.stored_form import Happening
from services.prosecution.case import decisions, transfers
from services.prosecution.case.events import (
    AccusedAdded,
    AgeCorrected,
    CauseNumberEntered,
    ConflictDeclared,
    DecisionExplained,
    ReferralExplained,
    TransferExplained,
    TransferRefused,
    TransferWithdrawn,
)
from services.prosecution.case.page import CasePage, case_page
from services.prosecution.case.state import Case
from services.prosecution.cases import Cases, case_of, matter_record
from services.prosecution.matter import decisions as matters
from services.prosecution.processes.shut_out import shut_out

OF_TRANSFERS = (TransferExplained, TransferRefused, TransferWithdrawn)
Note = Annotated[str, msgspec.Meta(min_length=3, max_length=10_000)]


class Refer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Without `office`, that of the circuit of the tip's county."""

    tip: UUID
    office: str | None = None
    note: Note | None = None


class Accept(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A note is sealed and shown only to the office."""

    note: Note | None = None


class Decline(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`reason` is a code of the list; a note is sealed and shown only to the office."""

    reason: str
    note: Note | None = None


class WithReason(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """In your own words; it is sealed and shown only to the office."""

    reason: Note


class AccusedOnPage(msgspec.Struct, frozen=True, kw_only=True):
    """Who is accused, with the numbers by court; null where nothing is on file, or where a court had it destroyed."""

    accused: UUID
    name: str | None
    born: str | None
    causes: tuple[tuple[str, str | None], ...]


class NoteOnPage(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody wrote, when, and on which occasion."""

    occasion: str
    written_at: datetime
    text: str | None


class CaseController(Controller):
    """A case, from the referral to the decision to prosecute."""

    path = "/cases"
    tags = ["Cases"]  # noqa: RUF012  # Litestar reads a class attribute

    @post("/", opt={"action": "refer_case"}, status_code=201)
    async def refer(self, data: Refer, intent: Intent, commands: Commands, cases: Cases) -> Response[Done]:
        """Hands a tip's matter to a district attorney's office, which alone sees the case."""

        async def decide(now: datetime) -> Decided:
            matter = await cases.matter(data.tip)
            if not matter.state.noted:
                raise NotFound
            cases.gate.require(intent.caller, "refer_case", matter_record(matter))
            known = matter.state
            office = decisions.office_for(
                data.office,
                county=known.county,
                tribal_land=known.tribal_land,
                tables=cases.jurisdiction,
                today=cases.jurisdiction.day_of(now),
            )
            loaded = await cases.case(case_of(data.tip, office))
            others = [await cases.case(each) for each in known.cases if each != loaded.id]
            if transfers.already_with([each.state for each in others], office):
                raise decisions.has_it_already()
            events = decisions.refer(
                loaded.state,
                loaded.id,
                tip=data.tip,
                person=known.person,
                office=office,
                kept_out=known.kept_out,
                note=data.note,
            )
            noted = Change(matter.id, matter.version, matters.note_case(known, loaded.id))
            case = matter.case or data.tip
            also = [noted] if noted.events else []
            return decided_on(loaded, events, now, *also, rests_on=others, case=case, status=201)

        return await commands.run(intent, decide)

    @get("/{case:uuid}", opt={"action": "read_case"})
    async def read(
        self, case: UUID, cases: Cases, reader: Reader, request: Request[Any, Any, Any]
    ) -> Response[CasePage]:
        """Accused, counts, hearings and clocks, without names. That you were shown them is put on record."""
        loaded = await cases.visible(caller_of(request), "read_case", case)
        await reader.shown(caller_of(request), "case", loaded)
        return Response(await case_page(cases, loaded), headers={"ETag": f'"{loaded.version}"'})

    @get("/{case:uuid}/accused", opt={"action": "read_accused"})
    async def accused(
        self, case: UUID, cases: Cases, reader: Reader, request: Request[Any, Any, Any]
    ) -> list[AccusedOnPage]:
        """Names and dates of birth. That you read them is put on record before you see them."""
        loaded, told = await _told(
            cases, request, "read_accused", case, (AccusedAdded, AgeCorrected, CauseNumberEntered)
        )
        await reader.record(caller_of(request), "accused of a case", loaded.case or case, told)
        return [await _accused(reader, who, told) for who in loaded.state.accused]

    @get("/{case:uuid}/notes", opt={"action": "read_notes"})
    async def notes(
        self, case: UUID, cases: Cases, reader: Reader, request: Request[Any, Any, Any]
    ) -> list[NoteOnPage]:
        """What was written on the case. That you read it is put on record before you see it."""
        written = (ReferralExplained, DecisionExplained, ConflictDeclared, AgeCorrected, *OF_TRANSFERS)
        loaded, told = await _told(cases, request, "read_notes", case, written)
        await reader.record(caller_of(request), "notes of a case", loaded.case or case, told)
        return [await _note(reader, each) for each in told]

    @post("/{case:uuid}/acceptance", opt={"action": "decide_case"}, status_code=200)
    async def accept(
        self, case: UUID, data: Accept, intent: Intent, commands: Commands, cases: Cases
    ) -> Response[Done]:
        """The office prosecutes."""

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await cases.visible(intent.caller, "decide_case", case))
            return decided_on(loaded, decisions.accept(loaded.state, data.note), now)

        return await commands.run(intent, decide)

    @post("/{case:uuid}/decline", opt={"action": "decide_case"}, status_code=200)
    async def decline(
        self, case: UUID, data: Decline, intent: Intent, commands: Commands, cases: Cases
    ) -> Response[Done]:
        """The office does not prosecute. The case can be referred again."""

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await cases.visible(intent.caller, "decide_case", case))
            return decided_on(loaded, decisions.decline(loaded.state, data.reason, data.note, cases.charging), now)

        return await commands.run(intent, decide)

    @post("/{case:uuid}/conflicts", opt={"action": "declare_own_conflict"}, status_code=200)
    async def declare_conflict(
        self, case: UUID, data: WithReason, intent: Intent, commands: Commands, cases: Cases
    ) -> Response[Done]:
        """You have a conflict of interest in this case. You are out of it, and will not see it again."""
        me = intent.caller.account
        if me is None:
            raise NeverAllowed

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await cases.visible(intent.caller, "declare_own_conflict", case))
            events = decisions.declare_conflict(loaded.state, me, data.reason)
            elsewhere = await shut_out(cases, loaded.state.tip, me, but=case)
            return decided_on(loaded, events, now, *elsewhere)

        return await commands.run(intent, decide)


async def _told(
    cases: Cases, request: Request[Any, Any, Any], action: str, case: UUID, kinds: tuple[type[Event], ...]
) -> tuple[Loaded[Case], Sequence[Happening]]:
    loaded = await cases.visible(caller_of(request), action, case)
    return loaded, [each for each in await cases.store.happenings(case) if isinstance(each.event, kinds)]


async def _accused(reader: Reader, accused: UUID, told: Sequence[Happening]) -> AccusedOnPage:
    """The name as it was entered, the date of birth as it stands."""
    name = born = None
    causes: dict[str, SealedText] = {}
    for each in told:
        match each.event:
            case AccusedAdded(accused=who) as added if who == accused:
                name = SealedText(added.name, each.event_id, "name")
                born = SealedText(added.born, each.event_id, "born")
            case AgeCorrected(accused=who) as corrected if who == accused:
                born = SealedText(corrected.born, each.event_id, "born")
            case CauseNumberEntered(accused=who) as entered if who == accused:
                causes[entered.court] = SealedText(entered.number, each.event_id, "number")
            case _:
                pass
    return AccusedOnPage(
        accused=accused,
        name=await reader.open(name) if name else None,
        born=await reader.open(born) if born else None,
        causes=tuple([(court, await reader.open(each)) for court, each in causes.items() if each.text is not None]),
    )


async def _note(reader: Reader, happening: Happening) -> NoteOnPage:
    event = happening.event
    field = "note" if isinstance(event, ReferralExplained | DecisionExplained | TransferExplained) else "reason"
    text: Personal = getattr(event, field)
    opened = await reader.open(SealedText(text, happening.event_id, field))
    return NoteOnPage(occasion=event.NAME, written_at=happening.happened_at, text=opened)
