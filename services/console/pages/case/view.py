"""What the case page shows, made of the services' answers: what presses first, then who, then the rest."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal, NamedTuple
from uuid import UUID

import msgspec

from contracts.jurisdictions import Jurisdiction
from services.console.frame.times import Times
from services.console.pages.case.answers import Answers, Duty, Team
from services.console.pages.case.order import because
from services.console.timeline.drawing import Picture, draw
from services.console.timeline.story import Bar, Entry, Story, people_in, tell

WIDE, NARROW = 1120, 346
SHOWN_OF_A_REFERENCE = 8
SOON = timedelta(hours=4)
Standing = Literal["filled", "asked", "empty"]


class Message(NamedTuple):
    """Whether it went out: sent or not_sent, by which way and when; held_back, as enough were sent; or none yet."""

    what: str
    by: str
    at: datetime | None


class Rung(NamedTuple):
    """Somebody who was called, by which rung (none: a person asked them), and by which way the message went out."""

    at: datetime
    who: str
    rung: int | None
    by: str


class LadderShown(NamedTuple):
    """How a seat's ladder stands: `sentence` is a key of the words. `next_who` is whom the next rung calls."""

    sentence: str
    rung: int
    rungs: int
    until: datetime | None
    next_who: str
    called: Sequence[Rung]


NO_MESSAGE = Message("none", "", None)
MESSAGES = {"ask.sent": "sent", "ask.not_sent": "not_sent", "ask.held_back": "held_back"}


class SeatShown(msgspec.Struct, frozen=True, kw_only=True):
    """`who` holds the seat or is asked for it, `since` when; `declined` said no; `people` can be asked.

    Whoever holds it is `under_way`, or is to say so by `awaits_until`.
    `message` is what came of telling whoever is asked, `ladder` whom the seat calls by itself while it is empty.
    """

    seat: str
    standing: Standing
    who: str
    agency: str
    since: datetime | None
    declined: int
    message: Message | None
    ladder: LadderShown | None
    under_way: bool
    awaits_until: datetime | None
    people: Sequence[tuple[str, str]]


class Statement(NamedTuple):
    """What is owed once somebody states that it applies: whether that stands, and whether what it asks is done."""

    rule: str
    version: int
    stands: bool
    done: bool


class CaseView(msgspec.Struct, frozen=True, kw_only=True):
    """The page. `explained` are the clocks with a page of their own, the last of each rule."""

    tip: UUID
    short: str
    county: str
    pressing: Sequence[Bar]
    without_number: Sequence[Duty]
    seats: Sequence[SeatShown]
    duties: Sequence[Duty]
    explained: Sequence[Bar]
    statements: Sequence[Statement]
    story: Story
    wide: Picture
    narrow: Picture


def people_of(answers: Answers) -> set[UUID]:
    """Whose names the page needs."""
    found = people_in(answers.told) | {one.account for seat in answers.on_call for one in seat.people}
    found |= {one.account for order in answers.orders.values() for one in order.people}
    if answers.team:
        seats = answers.team.seats.values()
        found |= {who for seat in seats for who in (seat.held_by, seat.proposed) if who is not None}
        called = (each for ladder in answers.team.ladders.values() for each in ladder.called)
        found |= {each.responder for each in called if each.responder is not None}
    return found


def view_of(
    tip: UUID, answers: Answers, names: Mapping[UUID, str], jurisdiction: Jurisdiction, times: Times
) -> CaseView:
    """`names` are those the viewer may know."""
    agencies = {each.agency_id: each.name for each in jurisdiction.agencies.values()}
    story = tell(answers.told, names, agencies, times)

    def label(bar: Bar) -> tuple[str, str]:
        return times.words.word("clock", bar.rule), standing_of(bar, times)

    county = answers.tip.state.county if answers.tip else answers.team.county if answers.team else ""
    return CaseView(
        tip=tip,
        short=short(tip),
        county=county,
        pressing=sorted((bar for bar in story.bars if bar.pressing), key=lambda bar: bar.due_at),
        without_number=[each for each in answers.duties if each.phase == "open" and each.due_at is None],
        seats=_seats(answers, names, agencies, times),
        duties=[each for each in answers.duties if each.phase != "fell_away"],
        explained=_last_of_each_rule(story.bars),
        statements=[_statement(duty.rule, answers.duties) for duty in jurisdiction.reporting if duty.when_stated],
        story=story,
        wide=draw(story, times, WIDE, label),
        narrow=draw(story, times, NARROW, label),
    )


def _last_of_each_rule(bars: Sequence[Bar]) -> list[Bar]:
    """Those of the case itself: kits and the accused have pages of their own."""
    return list({bar.rule: bar for bar in bars if bar.lane in {"tips", "rapid_assessment"}}.values())


def _statement(rule: str, duties: Sequence[Duty]) -> Statement:
    for duty in duties:
        if duty.rule == rule:
            return Statement(rule, duty.version, duty.phase != "fell_away", duty.phase == "done")
    return Statement(rule, 0, stands=False, done=False)


def short(reference: UUID) -> str:
    """Enough of a reference to tell a case from others, on a page and on the telephone."""
    return str(reference)[:SHOWN_OF_A_REFERENCE]


def standing_of(bar: Bar, times: Times) -> str:  # noqa: PLR0911  # one case each, read from top to bottom
    """How a deadline stands, in words."""
    say, length = times.words.say, times.length
    match (bar.phase, bar.found):
        case ("running", _) if times.now >= bar.due_at:
            return say("clock.past", length=times.apart(bar.due_at))
        case ("running", _):
            return say("clock.left", length=times.apart(bar.due_at))
        case ("met", "missed") if bar.done_at:
            return say("clock.found_missed", length=length(bar.done_at - bar.due_at))
        case ("met", _) if bar.ended_at:
            return say("clock.met", length=length(bar.due_at - bar.ended_at))
        case ("missed", "met"):
            return say("clock.found_met")
        case ("missed", "excused"):
            return say("clock.missed_excused")
        case ("missed", _) if bar.done_at:
            return say("clock.missed_done", length=length(bar.done_at - bar.due_at))
        case ("missed", _):
            return say("clock.missed", length=times.apart(bar.due_at))
        case _:
            return say("clock.excused")


def _seats(
    answers: Answers, names: Mapping[UUID, str], agencies: Mapping[str, str], times: Times
) -> Sequence[SeatShown]:
    if answers.team is None:
        return ()
    words = times.words
    on_call = {seat.seat: seat.people for seat in answers.on_call}
    somebody = words.say("on_call.someone")
    shown = []
    for name, seat in answers.team.seats.items():
        who = seat.held_by if seat.filled else seat.proposed
        standing: Standing = "filled" if seat.filled else "asked" if seat.asked else "empty"
        order = answers.orders.get(name)
        taken = {each for seat in answers.team.seats.values() for each in (seat.held_by, seat.proposed)}
        people = [
            (str(one.account), f"{names.get(one.account, somebody)}, {agencies.get(one.agency, one.agency)}: {why}")
            for one, why in ((each, because(each, words)) for each in (order.people if order else ()))
            if one.account not in taken
        ]
        events = [each for each in answers.told["rapid_assessment"] if each.facts.get("seat") == name]
        moved = [each.happened_at for each in events if each.name in {"team.seat_proposed", "team.seat_accepted"}]
        agency = next((one.agency for each in on_call.values() for one in each if one.account == who), "")
        shown.append(
            SeatShown(
                seat=name,
                standing=standing,
                who=names.get(who, somebody) if who else "",
                agency=agencies.get(agency, ""),
                since=moved[-1] if moved and standing != "empty" else None,
                declined=sum(each.name == "team.seat_declined" for each in events),
                people=people,
                message=_message(events) if standing == "asked" else None,
                under_way=seat.under_way,
                awaits_until=_awaits(answers.team, name),
                ladder=_ladder(answers.team, name, events, names, somebody, times.now),
            )
        )
    return shown


def _awaits(team: Team, seat: str) -> datetime | None:
    """Nobody is to come any more to a child who was seen."""
    ladder, stands = team.ladders.get(seat), team.seats[seat]
    waits = ladder is not None and stands.filled and not stands.under_way and team.contact.made_at is None
    return ladder.awaits_until if ladder is not None and waits else None


def _ladder(
    team: Team, seat: str, events: Sequence[Entry], names: Mapping[UUID, str], somebody: str, now: datetime
) -> LadderShown | None:
    """Of a seat that is to be filled."""
    ladder = team.ladders.get(seat)
    if ladder is None or team.phase != "open" or team.seats[seat].filled:
        return None
    sent = [each for each in events if each.name == "ask.sent"]
    called = []
    for at, rung, who in ((each.at, each.rung, each.responder) for each in ladder.called):
        took = [
            each.facts["carrier"]
            for each in sent
            if who and each.facts["responder"] == str(who) and each.happened_at >= at
        ]
        called.append(Rung(at, names.get(who, somebody) if who else somebody, rung, took[0] if took else ""))
    # Who rests looks again, and puts on record only whom it finds: a time that is over says nothing any more.
    over = ladder.until is not None and ladder.until <= now
    rests = "rests_on" if over else "rests"
    sentence = rests if ladder.rests else "by_hand" if ladder.by_hand else "waits"
    return LadderShown(f"ladder.{sentence}", ladder.rung, ladder.rungs, ladder.until, ladder.next_who, called)


def _message(events: Sequence[Entry]) -> Message | None:
    """What came of telling the one who was asked last; None where nobody is."""
    asked = [place for place, each in enumerate(events) if each.name == "team.seat_proposed"]
    if not asked:
        return None
    told = [each for each in events[asked[-1] :] if each.name in MESSAGES]
    return (
        Message(MESSAGES[told[-1].name], told[-1].facts.get("carrier", ""), told[-1].happened_at)
        if told
        else NO_MESSAGE
    )
