"""A clock explained in sentences: what it began with, the arithmetic step by step, what became of it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

import msgspec

from contracts.deadline import Turning
from contracts.jurisdictions.clocks import Lawful
from contracts.jurisdictions.explaining import Arithmetic, ClocksTurned, Explained, StepTold, WarningPoint
from contracts.jurisdictions.trial_days import DaysOfCount, DaySpan
from services.console.frame.times import Times
from services.console.frame.words import Words

HOUR = timedelta(hours=1)
# What comes on record within five minutes came as it happened.
LATE_AFTER = timedelta(minutes=5)
CONTINUANCE = "continuance"


class Line(NamedTuple):
    """One sentence; `beside` says more in small print, `counts` is false for time that is left out."""

    sentence: str
    beside: str = ""
    counts: bool = True


class DaysShown(NamedTuple):
    """The days of counts that have the same, toward the time for trial: each span, and the sums."""

    title: str
    spans: Sequence[Line]
    sums: Sequence[str]


class Shown(NamedTuple):
    """The page. `steps` are empty where the files would give another due time by now: then `recorded` is told."""

    began: Sequence[Line]
    sum: str
    steps: Sequence[Line]
    days: Sequence[DaysShown]
    turned: Sequence[str]
    unknown_years: Sequence[int]
    recorded: Sequence[str]
    warnings: Sequence[Line]
    course: Sequence[Line]
    late: str
    noticed: Sequence[Line]


def people_of(found: Explained) -> set[UUID]:
    """Whose names the page needs."""
    return {each.by for each in found.course if each.by is not None}


def rulings_of(found: Explained) -> list[Lawful]:
    """What of the rule's list can still be decided. A continuance is entered at the case, with its ground."""
    missed = found.phase == "missed" and not found.found
    can = {"extended": found.phase == "running", "excused": found.phase == "running" or missed, "found_met": missed}
    return [each for each in found.rule.lawfully if can[each.what] and each.authority != CONTINUANCE]


def view_of(
    found: Explained, service: str, names: Mapping[UUID, str], agencies: Mapping[str, str], times: Times
) -> Shown:
    """In the viewer's language; `names` are those they may know."""
    way = found.arithmetic
    return Shown(
        began=_began(found, service, times),
        sum=_sum(way, times) if way else "",
        steps=[_step(step, way, times) for step in way.steps] if way else (),
        days=[_days(counts, times) for counts in _alike(found.trial_days)],
        # A day is a day, however long: only hours end otherwise by the wall.
        turned=[_turned(turned, found, way, times) for turned in way.turned] if way and way.days is None else (),
        unknown_years=way.unknown_years if way else (),
        recorded=() if way else found.recorded,
        warnings=[_warning(each, found, times) for each in found.warnings],
        course=[_turning(each, names, agencies, times) for each in found.course if each.what != "warned"],
        late=_late(found, times),
        noticed=list(_noticed(found, times)),
    )


def _began(found: Explained, service: str, times: Times) -> list[Line]:
    say, trigger = times.words.say, found.trigger
    event = times.words.word("began", trigger.name)
    entry = say("explain.entry", service=times.words.word("service", service), position=trigger.position)
    return [
        Line(say("explain.counts_from", time=times.full(found.since))),
        Line(say("explain.began", event=event), entry),
        Line(say("explain.recorded", time=times.full(trigger.recorded_at))),
    ]


def _sum(way: Arithmetic, times: Times) -> str:
    began, ends = times.full(way.began.at), times.full(way.ends.at)
    if way.business_days is not None:
        return times.words.count("explain.sum.business_days", way.business_days, since=began, due=ends)
    if way.days is not None:
        return times.words.count("explain.sum.days", way.days, since=began, due=ends)
    hours = _hours(timedelta(hours=way.hours or 0))
    if way.calendar == "elapsed":
        return times.words.say("explain.sum.elapsed", since=began, hours=hours, due=ends)
    return times.words.say("explain.sum.left_out", since=began, hours=hours, due=ends)


def _step(step: StepTold, way: Arithmetic, times: Times) -> Line:
    say, day = times.words.say, times.weekday_and_date(step.since)
    stretch = say("explain.from_to", since=times.full(step.since), until=times.full(step.until))
    match step.why:
        case "counted" if way.calendar == "business_days":
            return Line(say("explain.step.business_day", day=day))
        case "counted" if way.days is not None:
            days = timedelta(seconds=step.counted_seconds).days
            return Line(times.words.count("explain.step.days", days), stretch)
        case "counted":
            counted = timedelta(seconds=step.counted_seconds)
            return Line(say("explain.step.counted", length=_hours(counted)), stretch)
        case "holiday":
            return Line(say("explain.step.holiday", day=day, holiday=step.holiday), step.citation, counts=False)
        case left_out:
            return Line(say(f"explain.step.{left_out}", day=day), counts=False)


def _alike(days: Sequence[DaysOfCount]) -> Iterator[list[DaysOfCount]]:
    """Counts with the same days together: those of one indictment mostly have."""
    found: dict[DaysOfCount, list[DaysOfCount]] = {}
    for each in days:
        found.setdefault(msgspec.structs.replace(each, count=UUID(int=0)), []).append(each)
    yield from found.values()


def _days(counts: Sequence[DaysOfCount], times: Times) -> DaysShown:
    words, days = times.words, counts[0]
    sums = [words.say("explain.days.sum", counted=days.counted, allowed=days.allowed)]
    sums += [
        words.count("explain.days.not_counted", each.days, motion=_motion(each.motion, words)) for each in days.put_off
    ]
    if days.unplaced:
        sums.append(words.count("explain.days.unplaced", days.unplaced))
    if days.ended:
        sums.append(words.say(f"explain.days.{days.ended}", day=times.on(days.until)))
    elif days.left >= 0:
        sums.append(words.count("explain.days.left", days.left))
    else:
        sums.append(words.count("explain.days.over", -days.left))
    title = words.count("explain.days.counts", len(counts), day=times.on(days.arraigned_on))
    return DaysShown(title, [_span(each, times) for each in days.spans], sums)


def _span(span: DaySpan, times: Times) -> Line:
    words, stretch = times.words, times.on(span.since)
    if span.until > span.since:
        stretch = words.say("explain.days.from_to", since=stretch, until=times.on(span.until))
    if span.counts:
        return Line(words.count("explain.days.counted", span.days, stretch=stretch))
    motion = _motion(span.motion, words)
    sentence = words.count("explain.days.put_off", span.days, stretch=stretch, motion=motion)
    ground = words.word("continuance", span.ground)
    return Line(sentence, words.say("explain.days.ground", ground=ground), counts=False)


def _motion(motion: str, words: Words) -> str:
    return words.word("motion", motion) if motion else words.say("explain.days.motion_unknown")


def _turned(turned: ClocksTurned, found: Explained, way: Arithmetic, times: Times) -> str:
    return times.words.say(
        f"explain.turned.{turned.way}",
        day=times.day(turned.after),
        before=f"{turned.before:%H:%M}",
        after=f"{turned.after:%H:%M}",
        within=found.rule.within if way.business_days is not None else _hours(timedelta(hours=way.hours or 0)),
        ends=f"{way.ends.at:%H:%M} {way.ends.zone}",
    )


def _late(found: Explained, times: Times) -> str:
    """How long after the due time the miss came on record. Of a clock that ran by then, the house was late itself."""
    late = timedelta(seconds=found.late_seconds)
    if not late:
        return ""
    ran = any(each.what == "started" and each.recorded_at < found.due_at for each in found.course)
    length = times.length(late)
    if ran and late >= LATE_AFTER:
        return times.words.say("explain.late_by.stood_still", length=length)
    return times.words.say("explain.late_by", length=length)


def _warning(point: WarningPoint, found: Explained, times: Times) -> Line:
    given = (each for each in found.course if each.what == "warned" and each.happened_at == point.at)
    came = next((each.recorded_at for each in given), point.at)
    if came - point.at >= LATE_AFTER:
        late = times.length(came - point.at)
        return Line(times.full(point.at), times.words.say("explain.warning.late", time=times.full(came), length=late))
    if point.given:
        key = "given"
    elif point.at <= found.trigger.recorded_at:
        key = "passed"
    elif found.phase == "running" and point.at > times.now:
        key = "to_come"
    else:
        key = "not_given"
    return Line(times.full(point.at), times.words.say(f"explain.warning.{key}"))


def _turning(each: Turning, names: Mapping[UUID, str], agencies: Mapping[str, str], times: Times) -> Line:
    say = times.words.say
    sentence = say(f"explain.course.{each.what}", time=times.full(each.happened_at), due=times.full(each.due_at))
    return Line(sentence, " ".join(_beside(each, names, agencies, times)))


def _beside(each: Turning, names: Mapping[UUID, str], agencies: Mapping[str, str], times: Times) -> Iterator[str]:
    """Why, by whom, on what authority, and when it came on record where that was later."""
    words = times.words
    if each.reason and each.reason != each.authority:
        ground = each.reason.removeprefix("continuance_")
        family = "cause" if ground == each.reason else "continuance"
        yield words.say("explain.because", reason=words.word(family, ground))
    if each.authority:
        authority = words.word("authority", each.authority)
        law = each.citation or words.say("explain.no_citation")
        yield words.say("explain.authority", authority=authority, citation=law)
    if each.document:
        yield words.say("explain.by_paper", document=each.document)
    if each.by is not None:
        who, of = names.get(each.by, words.say("story.someone")), agencies.get(each.agency, each.agency)
        yield words.say("explain.by", who=who, agency=of)
    if each.recorded_at - each.happened_at >= LATE_AFTER:
        yield words.say("explain.entered", time=times.full(each.recorded_at))


def _noticed(found: Explained, times: Times) -> Iterator[Line]:
    """What the law asks for where the duty cannot be met in time, each with its moment or that it is missing."""
    noticed, say, words = found.noticed, times.words.say, times.words
    if noticed is None:
        return
    late = noticed.known_at - found.due_at
    beside = say("explain.noticed.after", length=times.length(late)) if late > timedelta() else ""
    yield Line(say("explain.noticed.known", time=times.full(noticed.known_at)), beside)
    for each in noticed.notices:
        told = say("contact.sent", time=times.full(each.sent_at)) if each.sent_at else say("contact.not_told")
        known = each.acknowledged_at
        answer = say("contact.acknowledged_at", time=times.full(known)) if known else say("contact.no_answer")
        yield Line(f"{words.word('role', each.role)}: {told}, {answer}.")
    attempts = words.count("contact.attempts", noticed.attempts)
    yield Line(say("explain.noticed.record", attempts=attempts, steps=noticed.planned_steps))
    yield Line(say("explain.noticed.complete" if noticed.complete else "explain.noticed.incomplete"))


def _hours(span: timedelta) -> str:
    """In hours and minutes, since a law that says hours is counted in hours; a second more is said, too."""
    whole = int(span.total_seconds())
    hours, minutes, seconds = whole // 3_600, whole % 3_600 // 60, whole % 60
    parts = [(hours, "h"), (minutes, "min"), (seconds, "s")]
    return " ".join(f"{n} {unit}" for n, unit in parts if n) or "0 h"
