"""Reporting duties over HTTP: what a tip obliges to, who was told, who acknowledged it."""

from datetime import datetime
from functools import reduce
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, get, post

from contracts.language import Event, InvalidValue
from services.kernel.http.commands import Commands, Decided, Done, Intent, caller_of, decided_on
from services.kernel.http.problems import NeverAllowed, NotFound
from services.kernel.http.reading import Reader, SealedText
from services.kernel.store import Loaded
from services.kernel.stored_form import Happening
from services.tips.duty import decisions
from services.tips.duty.decisions import How, Telling
from services.tips.duty.duties import DUTY, Duties, duty_of, record_of
from services.tips.duty.events import DutyPartAcknowledged, DutyPartDone, DutyPartFound
from services.tips.duty.owing import NOT_SO, part_named
from services.tips.duty.page import DutyPage, duty_page
from services.tips.duty.state import Duty, evolve
from services.tips.tip.state import Tip
from services.tips.tip.tips import TIP, Tips

Moment = Annotated[datetime, msgspec.Meta(tz=True)]
Words = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Reason = Annotated[str, msgspec.Meta(min_length=3, max_length=2_000)]

_SEALED = {
    DutyPartDone: ("told", "number"),
    DutyPartAcknowledged: ("acknowledged_by",),
    DutyPartFound: ("reason",),
}


class RecordPart(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who was told, when and how. `agency` left out is the one on file for the county; where none is, `told` says whom.

    `number` is their own reference for it. What stands in `told` and `number` is sealed.
    """

    done_at: Moment
    how: How
    agency: str | None = None
    told: Words | None = None
    number: Words | None = None


class Acknowledged(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When those told said so to you, and who said it."""

    acknowledged_at: Moment
    acknowledged_by: Words | None = None


class FoundOtherwise(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When it was in truth done or acknowledged; only what was otherwise is given."""

    reason: Reason
    done_at: Moment | None = None
    acknowledged_at: Moment | None = None


class Stated(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """That a rule applies which no tip shows by itself, and since when that is known."""

    known_since: Moment


class TextOnDuty(msgspec.Struct, frozen=True, kw_only=True):
    """A sealed text, opened; null where a court had it destroyed."""

    rule: str
    part: str
    field: Literal["told", "number", "acknowledged_by", "reason"]
    text: str | None


class DutyController(Controller):
    """The duties of one tip. `If-Match` is the duty's version on the page."""

    path = "/tips/{tip:uuid}/duties"
    tags = ["Reporting duties"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/", opt={"action": "read_duties"})
    async def read(
        self, tip: UUID, tips: Tips, duties: Duties, reader: Reader, request: Request[Any, Any, Any]
    ) -> list[DutyPage]:
        """Who must tell whom by when, what is on record of it and what is missing. That you were shown it is, too."""
        loaded = await tips.visible(caller_of(request), "read_duties", tip)
        found = [await duties.duty(tip, rule) for rule in duties.rules]
        await reader.shown(caller_of(request), "duties of a tip", loaded, *(duty for duty in found if duty.exists))
        now = duties.time.now()
        return [await duty_page(duties, loaded.state, duty, now) for duty in found if duty.exists]

    @get("/texts", opt={"action": "read_duty_texts"})
    async def texts(
        self, tip: UUID, tips: Tips, duties: Duties, reader: Reader, request: Request[Any, Any, Any]
    ) -> list[TextOnDuty]:
        """Whom was told, numbers and reasons. That you read them is put on record before you see them."""
        caller = caller_of(request)
        loaded = await tips.visible(caller, "read_duty_texts", tip)
        told = [
            happening
            for rule in duties.rules
            for happening in await duties.store.happenings(duty_of(tip, rule))
            if _sealed_in(happening)
        ]
        await reader.record(caller, "whom a tip's duties told", loaded.case or tip, told)
        return [await _opened(reader, happening, field) for happening in told for field in _sealed_in(happening)]

    @post("/{rule:str}/statement", opt={"action": "record_duty"}, status_code=200)
    async def state(
        self, tip: UUID, rule: str, data: Stated, intent: Intent, commands: Commands, tips: Tips, duties: Duties
    ) -> Response[Done]:
        """The rule applies, and what is owed by it counts from then. `If-Match` is 0 where it never did."""

        async def decide(now: datetime) -> Decided:
            case = await tips.visible(intent.caller, "record_duty", tip)
            loaded = await _statable(duties, intent, tip, rule)
            of_tip = duties.case(case.state, case.state.received_at or now)
            events = decisions.state(loaded.state, rule, of_tip, data.known_since, duties.jurisdiction, now)
            also = duties.started(reduce(evolve, events, loaded.state), intent.command_id, now)
            return decided_on(loaded, events, data.known_since, *also, rests_on=(case,), case=case.case or tip)

        return await commands.run(intent, decide)

    @post("/{rule:str}/statement/withdrawal", opt={"action": "record_duty"}, status_code=200)
    async def take_back(
        self, tip: UUID, rule: str, intent: Intent, commands: Commands, tips: Tips, duties: Duties
    ) -> Response[Done]:
        """It turned out that the rule does not apply. What was owed by it falls away, and stays on record."""

        async def decide(now: datetime) -> Decided:
            case = await tips.visible(intent.caller, "record_duty", tip)
            loaded = await _statable(duties, intent, tip, rule)
            events = decisions.take_back(loaded.state)
            also = await duties.excused(loaded.state, NOT_SO, now)
            return decided_on(loaded, events, now, *also, rests_on=(case,), case=loaded.case or tip)

        return await commands.run(intent, decide)

    @post("/{rule:str}/parts/{part:str}", opt={"action": "record_duty"}, status_code=200)
    async def record(
        self,
        tip: UUID,
        rule: str,
        part: str,
        data: RecordPart,
        intent: Intent,
        commands: Commands,
        tips: Tips,
        duties: Duties,
    ) -> Response[Done]:
        """A part is done: by you, or by whom the law names. The last one ends the duty and its clock."""

        async def decide(now: datetime) -> Decided:
            case = await tips.visible(intent.caller, "record_duty", tip)
            loaded = intent.expect(await duties.duty(tip, rule))
            wanted = part_named(loaded.state, part, duties.jurisdiction)
            telling = Telling(
                agency=_agency(duties, case.state, wanted.step, data.agency),
                done_at=data.done_at,
                how=data.how,
                told=data.told,
                number=data.number,
            )
            events = decisions.record(loaded.state, wanted, telling, now)
            return await _on_duty(duties, case, loaded, events, data.done_at, now)

        return await commands.run(intent, decide)

    @post("/{rule:str}/parts/{part:str}/acknowledgement", opt={"action": "record_duty"}, status_code=200)
    async def acknowledged(
        self,
        tip: UUID,
        rule: str,
        part: str,
        data: Acknowledged,
        intent: Intent,
        commands: Commands,
        tips: Tips,
        duties: Duties,
    ) -> Response[Done]:
        """Those told acknowledged it to you, by telephone for instance."""

        async def decide(now: datetime) -> Decided:
            case = await tips.visible(intent.caller, "record_duty", tip)
            loaded = intent.expect(await duties.duty(tip, rule))
            wanted = part_named(loaded.state, part, duties.jurisdiction)
            events = decisions.acknowledge(
                loaded.state, wanted.part, data.acknowledged_at, now, acknowledged_by=data.acknowledged_by
            )
            return await _on_duty(duties, case, loaded, events, data.acknowledged_at, now)

        return await commands.run(intent, decide)

    @post("/{rule:str}/parts/{part:str}/true-time", opt={"action": "record_duty"}, status_code=200)
    async def found(
        self,
        tip: UUID,
        rule: str,
        part: str,
        data: FoundOtherwise,
        intent: Intent,
        commands: Commands,
        tips: Tips,
        duties: Duties,
    ) -> Response[Done]:
        """A part on record was in truth done at another time. What was known before stays on record."""

        async def decide(now: datetime) -> Decided:
            case = await tips.visible(intent.caller, "record_duty", tip)
            loaded = intent.expect(await duties.duty(tip, rule))
            wanted = part_named(loaded.state, part, duties.jurisdiction)
            events = decisions.find(loaded.state, wanted, data.done_at, data.acknowledged_at, data.reason, now)
            return await _on_duty(duties, case, loaded, events, data.done_at or data.acknowledged_at or now, now)

        return await commands.run(intent, decide)


class ToldController(Controller):
    """For the agency that was told."""

    path = "/duties/{duty:uuid}/parts/{part:str}"
    tags = ["Reporting duties"]  # noqa: RUF012  # Litestar reads a class attribute

    @post("/acknowledgement", opt={"action": "acknowledge_duty"}, status_code=200)
    async def acknowledge(
        self, duty: UUID, part: str, intent: Intent, commands: Commands, tips: Tips, duties: Duties
    ) -> Response[Done]:
        """Says that your agency was told. Nobody says it for another agency."""
        me = intent.caller.account
        if me is None:
            raise NeverAllowed

        async def decide(now: datetime) -> Decided:
            loaded = await duties.store.load(DUTY, duty)
            # Asked of a duty there is not, too: it must not be told from a hidden one by the time the answer takes.
            case = await tips.store.load(TIP, loaded.state.tip)
            if not loaded.exists:
                raise NotFound
            on_record = loaded.state.on_record.get(part)
            told = "" if on_record is None else on_record.agency
            tips.gate.require(intent.caller, "acknowledge_duty", record_of(duty, case.state, told))
            events = decisions.acknowledge(loaded.state, part, now, now, account=me)
            return await _on_duty(duties, case, loaded, events, now, now)

        return await commands.run(intent, decide)


async def _on_duty(
    duties: Duties, case: Loaded[Tip], loaded: Loaded[Duty], events: list[Event], happened_at: datetime, now: datetime
) -> Decided:
    """Rests on the tip: whom it names, and where it is, may change meanwhile."""
    also = await duties.settled(loaded.state, reduce(evolve, events, loaded.state), now)
    return decided_on(loaded, events, happened_at, *also, rests_on=(case,), case=loaded.case or loaded.state.tip)


async def _statable(duties: Duties, intent: Intent, tip: UUID, rule: str) -> Loaded[Duty]:
    """Raises `InvalidValue` for a rule that arises by itself, or that there is not; `Stale`."""
    if rule not in duties.stated_rules:
        raise InvalidValue("rule", f"This cannot be stated. What can: {', '.join(duties.stated_rules)}.")
    loaded = await duties.duty(tip, rule)
    if not loaded.exists and intent.expected in {None, 0}:
        return loaded
    return intent.expect(loaded)


def _agency(duties: Duties, tip: Tip, step: str | None, named: str | None) -> str:
    """Raises `InvalidValue` for an agency that is not on file."""
    if named is None:
        on_file = duties.agencies(tip).get(step or "")
        return on_file.agency_id if on_file else ""
    if named not in duties.jurisdiction.agencies:
        raise InvalidValue("agency", "No such agency is on file. Choose one from the list, or say in `told` whom.")
    return named


def _sealed_in(happening: Happening) -> tuple[str, ...]:
    fields = _SEALED.get(type(happening.event), ())
    return tuple(field for field in fields if getattr(happening.event, field) is not None)


async def _opened(reader: Reader, happening: Happening, field: Any) -> TextOnDuty:
    event: Any = happening.event
    text = await reader.open(SealedText(getattr(event, field), happening.event_id, field))
    return TextOnDuty(rule=event.rule, part=event.part, field=field, text=text)
