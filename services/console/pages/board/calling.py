"""Of each empty seat of a case, in a line: who is called or that nobody is left, and what happens then, and when."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urlencode
from uuid import UUID

import msgspec

from services.console.frame.times import Times

NOTHING_SENT = "nothing_sent"
"""Why a ladder of this house calls nobody: then people ask people, and no ladder is spoken of."""


class OpenLadder(msgspec.Struct, frozen=True):
    """How a seat's ladder stands; it waits until `until`, or `rests` until then, since nobody is left."""

    rung: int
    rungs: int
    until: datetime | None
    by_hand: bool
    rests: bool
    why: str
    next_who: str
    next_by: list[str]


class OpenSeat(msgspec.Struct, frozen=True):
    """Since when somebody holds it, or is asked, by which channel they were told; and who is asked, where that is told.

    `told` is empty where nothing went out.
    """

    accepted_at: datetime | None
    proposed: UUID | None
    asked_at: datetime | None
    asked: int
    declined: int
    told: str | None = None
    ladder: OpenLadder | None = None


class Line(NamedTuple):
    """A sentence; `until` is when what it says ends, which a page counts down to. `link` is where more of it stands."""

    text: str
    until: datetime | None = None
    link: str = ""


def lines_of(seats: Mapping[str, OpenSeat], names: Mapping[UUID, str], times: Times) -> list[Line]:
    """Nothing of a seat that somebody holds. What holds of several seats alike is said once."""
    word, listed = times.words.word, times.words.listed
    empty = {name: seat for name, seat in seats.items() if seat.accepted_at is None}
    untried: dict[tuple[bool, datetime | None], list[str]] = {}
    for name, seat in empty.items():
        if seat.asked_at is None and seat.asked == 0:
            ladder = _calling(seat)
            rests = ladder is not None and ladder.rests
            until = _to_come(ladder, times) if rests else None
            untried.setdefault((rests, until), []).append(word("the_seat", name))
    found = [_untried(listed(some), until, times, rests=rests) for (rests, until), some in untried.items()]
    for name, seat in empty.items():
        if seat.asked_at is not None:
            found.append(_asked(name, seat, seat.asked_at, names, times))
        elif seat.asked:
            found.append(_tried(name, seat, times))
    return found


def cannot_be_called(
    seats: Mapping[str, OpenSeat], county: str, cannot: Mapping[str, Mapping[str, int]], times: Times
) -> list[Line]:
    """Of each empty seat whose ladder calls: how many of its rotas cannot be, and why. Who they are, a page says."""
    words, found = times.words, []
    for name, seat in seats.items():
        reasons = cannot.get(name, {})
        if not reasons or seat.accepted_at is not None or _calling(seat) is None:
            continue
        why = words.listed([f"{n} {words.word('cannot', reason)}" for reason, n in reasons.items()])
        text = words.say("board.cannot", seat=words.word("seat", name), n=sum(reasons.values()), why=why)
        found.append(Line(text, link=f"/finding?{urlencode({'county': county})}#seat-{name}" if county else ""))
    return found


def _untried(seats: str, until: datetime | None, times: Times, *, rests: bool) -> Line:
    say = times.words.say
    if not rests:
        return Line(say("board.nobody_asked", seats=seats))
    if until is None:
        return Line(say("board.nobody_left_still", seats=seats))
    return Line(say("board.nobody_left", seats=seats, time=times.short(until)), until)


def _asked(name: str, seat: OpenSeat, at: datetime, names: Mapping[UUID, str], times: Times) -> Line:
    say, word, ladder = times.words.say, times.words.word, _calling(seat)
    somebody = say("on_call.someone")
    who = names.get(seat.proposed, somebody) if seat.proposed else somebody
    by = f" {word('told_by', seat.told)}" if seat.told else ""
    told = {"who": who, "seat": word("the_seat", name), "time": times.short(at), "by": by}
    parts = [say("board.asked", **told)]
    if ladder is not None and ladder.rung and not (ladder.by_hand or ladder.rests):
        told["seat"] = word("seat", name)
        parts = [say("board.called", **told, rung=ladder.rung, rungs=ladder.rungs)]
    if seat.told == "":
        parts.append(say("board.not_told"))
    if ladder is not None and ladder.until is not None:
        parts.append(_then(ladder, ladder.until, times))
    return Line(" ".join(parts), _to_come(ladder, times))


def _tried(name: str, seat: OpenSeat, times: Times) -> Line:
    words, ladder = times.words, _calling(seat)
    tried = words.count("board.tried", seat.asked, seat=words.word("seat", name), no=seat.declined)
    if ladder is None or ladder.until is None or not ladder.rests:
        return Line(tried)
    return Line(f"{tried} {_then(ladder, ladder.until, times)}", _to_come(ladder, times))


def _to_come(ladder: OpenLadder | None, times: Times) -> datetime | None:
    """Until when it waits or rests. None of a rest that is over: who rests looks again, and puts on record only whom it
    finds, so that the time on record is the first of many.
    """
    if ladder is None or ladder.until is None or (ladder.rests and ladder.until <= times.now):
        return None
    return ladder.until


def _then(ladder: OpenLadder, until: datetime, times: Times) -> str:
    """What happens at that time, where nobody answers before."""
    words, time = times.words, times.short(until)
    if ladder.rests:
        return words.say("board.begins_anew", time=time) if _to_come(ladder, times) else words.say("board.looks_again")
    if not ladder.next_who:
        return words.say("board.then_nobody", time=time)
    by: Sequence[str] = [words.word("told_by", each) for each in ladder.next_by]
    who = words.word("rung", ladder.next_who)
    return words.say("board.then", time=time, who=f"{who}, {words.listed(by)}" if by else who)


def _calling(seat: OpenSeat) -> OpenLadder | None:
    """The ladder, in a house that sends messages."""
    return seat.ladder if seat.ladder is not None and seat.ladder.why != NOTHING_SENT else None
