"""A tip that somebody without an account sends, perhaps a child: nothing is required but what happened. Pure."""

from datetime import datetime
from typing import Annotated

import msgspec

from contracts.events.tips import AdditionArrived
from contracts.jurisdictions import Jurisdiction
from contracts.language import Event, InvalidValue, Personal
from services.tips.tip.decisions import Identifiers, Name, Narrative, PersonInTip, ReceiveTip, receive
from services.tips.tip.events import MoreTold
from services.tips.tip.screening import Age
from services.tips.tip.state import Tip

CHANNEL = "public_page"
MOST_PERSONS = 3

Short = Annotated[str, msgspec.Meta(max_length=200)]
Words = Annotated[str, msgspec.Meta(max_length=5_000)]


class TellPublicly(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What happened, in the sender's own words; all the rest may stay empty, the county too.

    `who` is the person it is about and `where` the place they can be found, `by_whom` is said of whoever does it, and
    `reach` is how the sender can be reached without danger. It is received now: nobody gives another time.
    """

    what: Narrative
    when: Short = ""
    county: Short = ""
    where: Name | None = None
    who: Name | None = None
    age: Age = "not_known"
    by_whom: Words = ""
    reach: Name | None = None


def receive_publicly(command: TellPublicly, new: Identifiers, jurisdiction: Jurisdiction, now: datetime) -> list[Event]:
    """The events of any tip, received now. `new` has a reference for each who may be spoken of.

    Raises `InvalidValue`.
    """
    if not command.what.strip():
        raise InvalidValue("what", "Say what happened, in a few words.")
    persons = _persons(command)
    tip = ReceiveTip(channel=CHANNEL, county=command.county, received_at=now, age=command.age, persons=tuple(persons))
    used = Identifiers(tip=new.tip, persons=new.persons[: len(persons)])
    return receive(tip, used, jurisdiction, now, county_known=bool(command.county.strip()))


def tell_more(tip: Tip, narrative: str) -> list[Event]:
    """What else the sender says: it may name anyone, and is sealed under the person the tip is about.

    The house is told that something came, so that it does not lie unread.
    """
    if not narrative.strip():
        raise InvalidValue("what", "Say what happened, in a few words.")
    text = Personal(person=tip.person, text=narrative)
    return [MoreTold(tip=tip.tip, person=tip.person, narrative=text), AdditionArrived(tip=tip.tip)]


def _persons(command: TellPublicly) -> list[PersonInTip]:
    """The person it is about; then who does it, and who sent it, as far as something is said of them."""
    story = f"{command.what}\n\nWhen: {command.when}" if command.when.strip() else command.what
    persons = [PersonInTip(part="subject", name=command.who, contact=command.where, narrative=story)]
    if command.by_whom.strip():
        persons.append(PersonInTip(part="suspect", narrative=command.by_whom))
    if command.reach:
        persons.append(PersonInTip(part="reporter", contact=command.reach))
    return persons
