"""What a page of the past has beside what it showed then: a bar with other moments, and links that stay in it."""

import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from html import escape, unescape
from typing import Literal, NamedTuple
from urllib.parse import urlencode, urlsplit
from uuid import UUID

import msgspec

from services.console.asking import Asking, Refusal, Unreachable
from services.console.frame.times import Times
from services.console.looking_back import Past, asked_as
from services.kernel.past.log import By

HOUR = timedelta(hours=1)
Leads = Literal["past", "present", "nowhere"]
"""Where a link of such a page leads: to the same moment, to a page of the present, or to none that this person has."""

_LINK = re.compile(r'<a ([^>]*?)href="([^"]*)"([^>]*)>(.*?)</a>', re.DOTALL)
_ASKING = re.compile(r'<form [^>]*method="get"[^>]*>')


class Told(msgspec.Struct, frozen=True):
    """An event of the case by its number in the auditor's story.

    Not its sentence: that says who did what, of the advocate's seat, too.
    """

    number: int
    recorded_at: datetime
    happened_at: datetime


class _Story(msgspec.Struct, frozen=True):
    sentences: list[Told]


class Steps(NamedTuple):
    """Where a moment stands among the `total` events of a case: `told` are the latest, from number `first` to `last`.

    They are of the moment `latest`; `before` and `after` are those next to it. Events of one moment are one step.
    """

    told: Sequence[Told]
    first: int
    last: int
    total: int
    latest: datetime | None
    before: datetime | None
    after: datetime | None


class Here(NamedTuple):
    """The page: its path, what else its address asks, and the case it is of."""

    path: str
    query: Sequence[tuple[str, str]]
    case: UUID | None


class Bar(NamedTuple):
    """The head of such a page, in addresses; empty where there is nothing that way. `unread` where no service told."""

    as_of: str
    by: By
    recorded: str
    happened: str
    before: str
    after: str
    now: str
    board: str
    story: str
    steps: Steps | None
    unread: bool


async def ask_steps(asking: Asking, case: UUID, past: Past) -> Steps | None:
    """Of all events known today. Never keeps a page from being shown: None where they are not told."""
    try:
        story = await asking.get("audit", f"/cases/{case}/replay", _Story)
    except (Refusal, Unreachable):
        return None
    return steps_at(story.sentences, past.moment, past.by)


def steps_at(events: Sequence[Told], moment: datetime, by: By) -> Steps:
    """In order of recording, or of what happened."""

    def at(event: Told) -> datetime:
        return event.recorded_at if by == "recorded" else event.happened_at

    ordered = sorted(events, key=lambda event: (at(event), event.number))
    past = [event for event in ordered if at(event) <= moment]
    told = [event for event in past if at(event) == at(past[-1])]
    earlier = len(past) - len(told)
    return Steps(
        told=told,
        first=earlier + 1,
        last=len(past),
        total=len(ordered),
        latest=at(told[-1]) if told else None,
        before=at(ordered[earlier - 1]) if earlier else None,
        after=at(ordered[len(past)]) if len(past) < len(ordered) else None,
    )


def bar_of(past: Past, here: Here, steps: Steps | None, times: Times, *, whole: bool) -> Bar:
    """`times` are of the present. A page of no case goes by hours. `whole` where the page itself could be shown."""

    def to(moment: datetime | None, by: By = past.by) -> str:
        return then(here.path, moment, by, here.query) if moment else ""

    before, after = (steps.before, steps.after) if steps else (None, None)
    if here.case is None:
        before, after = past.moment - HOUR, past.moment + HOUR
    place = f"#s{steps.told[-1].number}" if steps and steps.told else ""
    return Bar(
        as_of=times.exact(past.moment),
        by=past.by,
        recorded=to(past.moment, "recorded"),
        happened=to(past.moment, "happened"),
        before=to(before),
        after=to(after if after and after <= times.now else None),
        now=to(times.now),
        board=then("/board", past.moment, past.by),
        story=f"/audit/cases/{here.case}{place}" if here.case else "",
        steps=steps,
        unread=whole and here.case is not None and steps is None,
    )


def then(path: str, moment: datetime, by: By, query: Sequence[tuple[str, str]] = ()) -> str:
    """A page's address as of a moment."""
    return f"{path}?{urlencode([*query, *asked_as(moment, by).items()])}"


def kept_in(text: str, past: Past, here: str, leads: Callable[[str], Leads]) -> str:
    """The page with its links and questions at the same moment. What leads nowhere is said without a link.

    Done to the page as it is written, so that no template has to think of it, and none can forget it.
    """
    head, begin, rest = text.partition("<main")
    main, end, foot = rest.rpartition("</main>")
    hidden = "".join(f'<input type="hidden" name="{name}" value="{escape(each)}">' for name, each in past.asked.items())

    def link(found: re.Match[str]) -> str:
        before, address, after, words = found.groups()
        parts = urlsplit(unescape(address))
        if not address.startswith(("/", "?")):
            return found[0]
        match leads(parts.path or here):
            case "past":
                query = "&".join([*([parts.query] if parts.query else []), urlencode(past.asked)])
                return f'<a {before}href="{escape(parts._replace(query=query).geturl())}"{after}>{words}</a>'
            case "present":
                return found[0]
            case _:
                return words

    main = _ASKING.sub(lambda found: found[0] + hidden, _LINK.sub(link, main))
    return f"{head}{begin}{main}{end}{foot}"
