"""What a page of the past has beside what it showed then: a bar with other moments, and links that stay in it."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from html import escape, unescape
from typing import Literal, NamedTuple
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import UUID

import msgspec

from services.console.asking import Asking, Refusal, Unreachable
from services.console.frame.markup import only_looked_at
from services.console.frame.times import Times
from services.console.looking_back import BEFORE, Past, asked_as, compared_as, written
from services.console.timeline.line import Line, Stop, Told, draw_line, stops_of
from services.kernel.http.caller import Caller
from services.kernel.http.gate import Gate
from services.kernel.http.looking_back import AS_OF
from services.kernel.past.log import By

HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)
WIDE, NARROW = 1160, 358
Leads = Literal["past", "present", "nowhere"]
"""Where a link of such a page leads: to the same moment, to a page of the present, or to none that this person has."""

_LINK = re.compile(r'<a ([^>]*?)href="([^"]*)"([^>]*)>(.*?)</a>', re.DOTALL)
_ASKING = re.compile(r'<form [^>]*method="get"[^>]*>')
_MAIN = re.compile(r"(.*?<main[^>]*>)(.*)(</main>.*)", re.DOTALL)


class _Moments(msgspec.Struct, frozen=True):
    moments: list[Told]


class Steps(NamedTuple):
    """Where a moment stands among the `total` events of a case: `told` are the latest, from number `first` to `last`.

    They are of the moment `latest`; `before` and `after` are those next to it. Events of one moment are one step, and
    one of the `stops`.
    """

    told: Sequence[Told]
    first: int
    last: int
    total: int
    latest: datetime | None
    before: datetime | None
    after: datetime | None
    events: Sequence[Told]
    stops: Sequence[Stop]

    @property
    def place(self) -> int:
        """Which of the stops has come last, from 1; 0 before the first."""
        return sum(stop.last <= self.last for stop in self.stops)


class Here(NamedTuple):
    """The page: its path, what else its address asks, the case it is of, and the boards that this person has.

    `span` is the step of a page of no case: `HOUR`, or ten minutes.
    """

    path: str
    query: Sequence[tuple[str, str]]
    case: UUID | None
    boards: Sequence[str] = ()
    span: timedelta = HOUR

    @property
    def spanned(self) -> str:
        """The step in the words' keys."""
        return "hour" if self.span == HOUR else "ten_minutes"


class Bar(NamedTuple):
    """The head of such a page, in addresses; empty where there is nothing that way. `unread` where no service told.

    `spanned` is by what it goes where there are no steps, as the words have it.
    `line` are its moments, for desks and phones, and `options` those to compare it with, `hidden` what a form of it
    sends along. `compared` is with which moment it is compared, as its address says it.
    """

    as_of: str
    by: By
    recorded: str
    happened: str
    before: str
    after: str
    now: str
    boards: Sequence[tuple[str, str]]
    story: str
    steps: Steps | None
    spanned: str
    unread: bool
    line: tuple[Line, Line] | None
    options: Sequence[tuple[str, str]]
    hidden: Sequence[tuple[str, str]]
    compared: str
    to: Callable[[datetime], str]


async def ask_steps(asking: Asking, case: UUID, past: Past) -> Steps | None:
    """Of all events known today. Never keeps a page from being shown: None where they are not told."""
    try:
        told = await asking.get("audit", f"/cases/{case}/moments", _Moments)
    except (Refusal, Unreachable):
        return None
    return steps_at(told.moments, past.moment, past.by)


def steps_at(events: Sequence[Told], moment: datetime, by: By) -> Steps:
    """In order of recording, or of what happened."""
    ordered = sorted(events, key=lambda event: (event.at(by), event.number))
    past = [event for event in ordered if event.at(by) <= moment]
    told = [event for event in past if event.at(by) == past[-1].at(by)]
    earlier = len(past) - len(told)
    return Steps(
        told=told,
        first=earlier + 1,
        last=len(past),
        total=len(ordered),
        latest=told[-1].at(by) if told else None,
        before=ordered[earlier - 1].at(by) if earlier else None,
        after=ordered[len(past)].at(by) if len(past) < len(ordered) else None,
        events=ordered,
        stops=stops_of(ordered, by),
    )


def bar_of(past: Past, here: Here, steps: Steps | None, times: Times, *, whole: bool) -> Bar:
    """`times` are of the present. A page of no case goes by its span. `whole` where the page itself could be shown."""

    def to(moment: datetime | None, by: By = past.by) -> str:
        if moment is None:
            return ""
        # Stepping back beyond the moment that all is compared with leaves nothing to compare.
        stays = not isinstance(past.against, datetime) or past.against < moment
        kept = compared_as(past.against) if stays else {}
        return then(here.path, moment, by, [*here.query, *kept.items()])

    before, after = (steps.before, steps.after) if steps else (None, None)
    if here.case is None:
        before, after = past.moment - here.span, past.moment + here.span
    place = f"#s{steps.told[-1].number}" if steps and steps.told else ""
    at_moment = Times(past.moment, times.words)
    drawn = (
        [draw_line(steps.events, past.by, at_moment, width) for width in (WIDE, NARROW)]
        if steps and steps.total
        else []
    )
    return Bar(
        as_of=times.exact(past.moment),
        by=past.by,
        recorded=to(past.moment, "recorded"),
        happened=to(past.moment, "happened"),
        before=to(before),
        after=to(after if after and after <= times.now else None),
        now=to(times.now),
        boards=[(board, then(board, past.moment, past.by)) for board in here.boards if board != here.path],
        story=f"/audit/cases/{here.case}{place}" if here.case else "",
        steps=steps,
        spanned=here.spanned,
        unread=whole and here.case is not None and steps is None,
        line=(drawn[0], drawn[1]) if drawn else None,
        options=_options(past, here, steps, times),
        hidden=[*here.query, *past.asked.items()],
        compared=compared_as(past.against).get("compared_with", ""),
        to=to,
    )


def _options(past: Past, here: Here, steps: Steps | None, times: Times) -> Sequence[tuple[str, str]]:
    """Moments to compare with, as an address says them and in words."""
    say = times.words.say
    if steps is None:
        spans = (("day", DAY), ("week", WEEK))
        earlier = [(written(past.moment - span), say(f"compared.{name}_before")) for name, span in spans]
        options = [] if here.case else [(BEFORE, say(f"compared.{here.spanned}_before")), *earlier]
    else:
        stops = enumerate(steps.stops, 1)
        options = [
            (BEFORE, say("compared.event_before")),
            *(
                (written(stop.at), say("line.stop", number=stop.last, time=times.exact(stop.at)))
                for place, stop in stops
                if place != steps.place
            ),
        ]
    if isinstance(past.against, datetime) and written(past.against) not in dict(options):
        options.append((written(past.against), times.exact(past.against)))
    return options


def compared_moment(past: Past, here: Here, steps: Steps | None) -> datetime | None:
    """With which moment the page is compared; None with none, or before the first."""
    if past.against != BEFORE:
        return past.against
    if here.case is None:
        return past.moment - here.span
    return steps.before if steps else None


def elsewhere(past: Past, here: Here, steps: Steps | None, step: str) -> str:
    """Where to go instead: to the step that was chosen on the line, or to the later of two moments, with what it says
    otherwise than the earlier. Empty where the page is the one.
    """
    if step and steps is not None and step.isascii() and step.isdigit() and 1 <= int(step[:9]) <= len(steps.stops):
        at = steps.stops[int(step[:9]) - 1].at
        stays = not isinstance(past.against, datetime) or past.against < at
        kept = compared_as(past.against) if stays else {}
        return f"{then(here.path, at, past.by, [*here.query, *kept.items()])}#step"
    if isinstance(past.against, datetime) and past.against > past.moment:
        return then(here.path, past.against, past.by, [*here.query, *compared_as(past.moment).items()])
    return ""


def then(path: str, moment: datetime, by: By, query: Sequence[tuple[str, str]] = ()) -> str:
    """A page's address as of a moment."""
    return f"{path}?{urlencode([*query, *asked_as(moment, by).items()])}"


def leads_to(
    path: str, gate: Gate, ways: Sequence[tuple[re.Pattern[str], str]], caller: Caller, themselves: Caller
) -> Leads:
    """By what the gate says of the pages an address can mean, to whoever looks back and to them in the present."""
    actions = {action for page, action in ways if page.fullmatch(path)}
    if actions and all(gate.may_use(caller, each) for each in actions):
        return "past"
    return "present" if actions and all(gate.may_use(themselves, each) for each in actions) else "nowhere"


def main_of(text: str) -> tuple[str, str, str]:
    """A page as what comes before its main part, that, and what comes after."""
    found = _MAIN.fullmatch(text)
    return (found[1], found[2], found[3]) if found else (text, "", "")


def kept_in(main: str, kept: Mapping[str, str], here: str, leads: Callable[[str], Leads]) -> str:
    """The main part with its links and questions at the same moment, and with nothing that is sent.

    A link that names a moment of its own keeps it. What leads nowhere is said without a link. Done to the page as it is
    written, so that no template has to think of it, and none can forget it.
    """
    hidden = "".join(f'<input type="hidden" name="{name}" value="{escape(each)}">' for name, each in kept.items())

    def link(found: re.Match[str]) -> str:
        before, address, after, words = found.groups()
        parts = urlsplit(unescape(address))
        if not address.startswith(("/", "?")):
            return found[0]
        match leads(parts.path or here):
            case "past" if AS_OF in parse_qs(parts.query):
                return found[0]
            case "past":
                query = "&".join([*([parts.query] if parts.query else []), urlencode(kept)])
                return f'<a {before}href="{escape(parts._replace(query=query).geturl())}"{after}>{words}</a>'
            case "present":
                return found[0]
            case _:
                return words

    return _ASKING.sub(lambda found: found[0] + hidden, _LINK.sub(link, only_looked_at(main)))
