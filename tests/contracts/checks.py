"""What must hold for events and their readers. Each answers a sentence for every fault; none for what is in order."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from contracts.fields import CLASSES, UNCLASSIFIED, fields_of
from contracts.language import Event, Personal, Seal
from contracts.needs import Need
from deploy.topology import Listener
from services.kernel.messages import CONTRACT, subject_of

NEVER_PUBLISHED = frozenset({"personal", "victim_service"})
NAME = re.compile(r"[a-z]+(_[a-z]+)*\.[a-z]+(_[a-z]+)*")
SHORTEST_NEED = 30

Published = Mapping[str, Sequence[type[Event]]]


def unclassified(event: type[Event]) -> Iterator[str]:
    """Fields without a class, with one nobody knows, or with two."""
    for field in fields_of(event):
        if UNCLASSIFIED in field.classes:
            yield f"{event.NAME}: {field.path} has no class"
        elif unknown := field.classes - CLASSES:
            yield f"{event.NAME}: {field.path} has the unknown class {min(unknown)}"
        elif len(field.classes) > 1:
            yield f"{event.NAME}: {field.path} has several classes"


def sealed_but_not_marked(event: type[Event]) -> Iterator[str]:
    """A field that holds a person's text says so; otherwise a reader of the schema would be misled."""
    for field in fields_of(event):
        if field.inside & {Personal, Seal} and not field.classes & NEVER_PUBLISHED:
            yield f"{event.NAME}: {field.path} holds a person's text and is not marked so"


def personal(event: type[Event]) -> Iterator[str]:
    """Fields of a contract event that tell of a person or of victim services, at any depth."""
    for field in fields_of(event):
        if field.classes & NEVER_PUBLISHED or field.inside & {Personal, Seal}:
            yield f"{event.NAME}: {field.path} is personal and must not leave its service"


def badly_named(service: str, event: type[Event]) -> Iterator[str]:
    """Stored names are two words; a contract event's first is its service."""
    if not NAME.fullmatch(event.NAME):
        yield f"{event.NAME} is not two words of small letters"
    if not event.NAME.startswith(f"{service}."):
        yield f"{event.NAME} does not begin with {service}"
    if event.VERSION < 1:
        yield f"{event.NAME} has no version"


def named_twice(events: Iterable[type[Event]]) -> Iterator[str]:
    """Different events of one stored name: the audit's copy holds all of them side by side."""
    first: dict[str, type[Event]] = {}
    for event in events:
        if first.setdefault(event.NAME, event) is not event:
            yield f"two events are named {event.NAME}"


def subject_says_more(service: str, event: type[Event], contract: Iterable[type[Event]]) -> Iterator[str]:
    """A subject is made of names: `evt` or `log`, the service, and words of the event's name."""
    subject = subject_of(service, event.NAME, frozenset(each.NAME for each in contract))
    channel, _, rest = subject.partition(".")
    if channel not in {"evt", "log"} or not re.fullmatch(r"[a-z_]+(\.[a-z_]+){1,2}", rest):
        yield f"the subject {subject} is not made of names"
    if not rest.startswith(f"{service}."):
        yield f"the subject {subject} is another service's"


def undeclared(service: str, contract: Iterable[type[Event]], published: Published) -> Iterator[str]:
    """What a service sends under `evt.` and the contracts do not list, or the other way round."""
    sent, listed = set(contract), set(published.get(service, ()))
    for event in sorted(sent - listed, key=lambda each: each.NAME):
        yield f"{service} publishes {event.NAME}, which contracts/published.py does not list"
    for event in sorted(listed - sent, key=lambda each: each.NAME):
        yield f"contracts/published.py lists {event.NAME}, which {service} does not publish"


class Reading(NamedTuple):
    """What a service says it knows of one upstream's events, and what it reacts to."""

    reader: str
    upstream: str
    known: Sequence[type[Event]]
    handled: Sequence[type[Event]]


def misread(reading: Reading, published: Published) -> Iterator[str]:
    """A name not published never comes; a published one not known is parked at once, for ever."""
    listed, known = set(published.get(reading.upstream, ())), set(reading.known)
    for event in known - listed:
        yield f"{reading.reader} knows {event.NAME}, which {reading.upstream} does not publish"
    for event in listed - known:
        yield f"{reading.reader} does not know {event.NAME} and would park it"
    for event in set(reading.handled) - known:
        yield f"{reading.reader} handles {event.NAME} and does not list it as known"


def locating_readers(
    service: str, events: Iterable[type[Event]], contract: Iterable[type[Event]], listeners: Iterable[Listener]
) -> set[tuple[str, str, str]]:
    """Who receives which field that can point to a child: reader, event, field."""
    names = frozenset(event.NAME for event in contract)
    return {
        (listener.service, event.NAME, field.path)
        for event in events
        for field in fields_of(event)
        if "locating" in field.classes
        for listener in listeners
        if listener.upstream == service and covers(listener.subject, subject_of(service, event.NAME, names))
    }


def covers(pattern: str, subject: str) -> bool:
    """Whether a NATS subscription receives the subject. Patterns here end with `>` or name all tokens."""
    asked, given = pattern.split("."), subject.split(".")
    if asked[-1] == ">":
        asked, given = asked[:-1], given[: len(asked) - 1]
    return len(asked) == len(given) and all(one in {"*", other} for one, other in zip(asked, given, strict=True))


def need_faults(received: set[tuple[str, str, str]], needs: Sequence[Need]) -> Iterator[str]:
    """A locating field received without a stated need, a need of what nobody receives, or no sentence."""
    stated = {(need.reader, need.event, need.field) for need in needs}
    for reader, event, field in sorted(received - stated):
        yield f"{reader} receives {field} of {event}: say in contracts/needs.py what for"
    for reader, event, field in sorted(stated - received):
        yield f"contracts/needs.py states a need of {reader} for {field} of {event}, which it does not receive"
    if len(stated) < len(needs):
        yield "contracts/needs.py states a need twice"
    for need in needs:
        if len(need.sentence) < SHORTEST_NEED or not need.sentence.endswith("."):
            yield f"the need of {need.reader} for {need.field} of {need.event} is no sentence"


def is_contract_subject(subject: str) -> bool:
    """Under `evt.`, where other services may read."""
    return subject.startswith(f"{CONTRACT}.")
