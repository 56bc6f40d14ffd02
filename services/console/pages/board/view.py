"""What the board shows, made of the services' answers: of each case what is missing, in one sentence or two."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal, NamedTuple
from uuid import UUID

import msgspec

from contracts.jurisdictions import Jurisdiction
from services.console.frame.times import Left, Times
from services.console.pages.board.calling import Line, OpenSeat, cannot_be_called, lines_of
from services.console.pages.intake.answers import Releases, ToDo

TEAM_RULE, CONTACT_RULE = "C06", "C02"
BAR = 1000
Standing = Literal["missed", "running_out", "in_time", "formed"]
"""How a case stands, as the address of the board says it; a formed team is one whose child was not seen."""

LOOKS: Mapping[str, str] = {"missed": "late", "running_out": "soon", "in_time": "calm"}
"""The look of a line by how the case stands."""


class OpenCase(msgspec.Struct, frozen=True):
    """A case whose team does not stand, whose child was not seen, or of whose custody something is to be done."""

    tip: UUID
    phase: str
    county: str
    received_at: datetime
    recorded_at: datetime
    due_at: datetime
    formed_at: datetime | None
    contact_open: bool
    custody_open: list[str]
    next_due_at: datetime
    standing: str
    seats: dict[str, OpenSeat]


class OpenCases(msgspec.Struct, frozen=True):
    """A page of them, and the numbers of all; by county, seat and reason, how many of the rotas cannot be called."""

    cases: list[OpenCase]
    total: int
    past_due: int
    empty_seats: int
    cannot_be_called: dict[str, dict[str, dict[str, int]]] = {}


class DutyRow(msgspec.Struct, frozen=True):
    """A report that is to be made; the law may give no number, then `since` tells how long."""

    tip: UUID
    rule: str
    since: datetime
    due_at: datetime | None
    missing: list[str]


class NextDuties(msgspec.Struct, frozen=True):
    """Those due soonest, and the numbers of all."""

    duties: list[DutyRow]
    total: int
    overdue: int


class OfTips(msgspec.Struct, frozen=True):
    """What waits about tips: reports to make, what was added and nobody has read, who asks who reported."""

    duties: NextDuties
    added: ToDo
    releases: Releases


class NoticeRow(msgspec.Struct, frozen=True):
    """Whom nobody has heard of having read it."""

    notice: UUID
    tip: UUID | None
    role: str
    why: str
    rule: str
    requested_at: datetime
    about: str = ""
    record: UUID | None = None
    lost: bool = False
    next_try: datetime | None = None
    given_up: bool = False


class WaitingNotices(msgspec.Struct, frozen=True):
    """Those that wait longest, and the number of all."""

    notices: list[NoticeRow]
    total: int


class SeatShown(NamedTuple):
    """`standing` is filled, asked or empty."""

    seat: str
    standing: str
    at: datetime | None


class Bar(NamedTuple):
    """How much of the time is gone, in thousandths of the whole: `due` is where it ends, `ticks` where it warns."""

    gone: int
    due: int
    ticks: Sequence[int]


class Row(NamedTuple):
    """One case of the board. `look` is late, soon or calm; `clock` is the rule that is due first."""

    tip: UUID
    short: str
    county: str
    look: str
    left: Left
    clock: str
    due_at: datetime
    received_at: datetime
    recorded_at: datetime | None
    lines: Sequence[Line]
    seats: Sequence[SeatShown]
    bar: Bar


class Waiting(NamedTuple):
    """What one role was told of one case, or of one thing of none, and has not acknowledged, and since when it waits.

    `latest` is what was said last by each rule, so that nobody acknowledges what does not stand there.
    """

    role: str
    tip: UUID | None
    latest: Sequence[NoticeRow]
    since: datetime
    notices: Sequence[UUID]

    @property
    def number(self) -> int:
        return len(self.notices)


def waiting_of(found: WaitingNotices) -> list[Waiting]:
    """By role and case, those that have waited longest first."""
    grouped: dict[tuple[str, UUID], list[NoticeRow]] = {}
    for notice in found.notices:
        grouped.setdefault((notice.role, notice.tip or notice.record or notice.notice), []).append(notice)
    return [
        Waiting(role, told[0].tip, _latest(told), told[0].requested_at, [each.notice for each in told])
        for (role, _), told in grouped.items()
    ]


def _latest(told: Sequence[NoticeRow]) -> Sequence[NoticeRow]:
    """In the order they came."""
    last = {each.rule: each.notice for each in told}
    return [each for each in told if last[each.rule] == each.notice]


def people_of(found: OpenCases) -> set[UUID]:
    """Whose names the sentences need."""
    return {seat.proposed for case in found.cases for seat in case.seats.values() if seat.proposed}


def rows_of(found: OpenCases, names: Mapping[UUID, str], jurisdiction: Jurisdiction, times: Times) -> Sequence[Row]:
    """In the order of the service: what is due first comes first."""
    cannot = found.cannot_be_called
    return [
        _row(case, [*_missing(case, names, times), *_cannot(case, cannot, times)], jurisdiction, times)
        for case in found.cases
    ]


def _row(case: OpenCase, lines: Sequence[Line], tables: Jurisdiction, times: Times) -> Row:
    left = times.left(case.next_due_at)
    entered_late = case.recorded_at - case.received_at >= timedelta(minutes=5)
    return Row(
        tip=case.tip,
        short=str(case.tip)[:8],
        county=case.county,
        look=LOOKS[case.standing],
        left=left,
        clock=TEAM_RULE if case.phase == "open" and case.next_due_at == case.due_at else CONTACT_RULE,
        due_at=case.next_due_at,
        received_at=case.received_at,
        recorded_at=case.recorded_at if entered_late else None,
        lines=lines,
        seats=[_seat(name, seat) for name, seat in case.seats.items()],
        bar=_bar(case, tables.enforced(TEAM_RULE, case.received_at).warn_at, times.now),
    )


def _missing(case: OpenCase, names: Mapping[UUID, str], times: Times) -> list[Line]:
    say, word = times.words.say, times.words.word
    held = [Line(say("board.held", rule=word("clock", rule))) for rule in case.custody_open]
    if case.phase == "stood_down":
        return [Line(say("board.stood_down")), *held]
    if case.phase == "formed":
        stands = [Line(say("board.stands", time=times.short(case.formed_at)))] if case.formed_at else []
        return [*held, *stands, *([Line(say("board.not_seen"))] if case.contact_open else [])]
    return [*held, *lines_of(case.seats, names, times)]


def _cannot(case: OpenCase, cannot: Mapping[str, Mapping[str, Mapping[str, int]]], times: Times) -> list[Line]:
    if case.phase != "open":
        return []
    return cannot_be_called(case.seats, case.county, cannot.get(case.county, {}), times)


def _seat(name: str, seat: OpenSeat) -> SeatShown:
    if seat.accepted_at:
        return SeatShown(name, "filled", seat.accepted_at)
    return SeatShown(name, "asked", seat.asked_at) if seat.asked_at else SeatShown(name, "empty", None)


def _bar(case: OpenCase, warnings: Sequence[datetime], now: datetime) -> Bar:
    whole = max(case.next_due_at, now) - case.received_at

    def share(moment: datetime) -> int:
        return max(0, min(BAR, round((moment - case.received_at) / whole * BAR)))

    return Bar(share(now), share(case.next_due_at), [share(each) for each in warnings if each < case.next_due_at])
