"""Who is accused of what. Nobody who was under 18, or whose age is not known, of an offence marked so in the table.

That rule is asked on every path a count is made by, and again whenever an age is corrected. Pure.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID, uuid5

import msgspec

from contracts.jurisdictions import LOCAL, Charging, Offence
from contracts.language import Event, InvalidValue, Personal, Refused
from services.prosecution.case.decisions import CaseRefusal, is_accepted
from services.prosecution.case.events import (
    AccusedAdded,
    AgeCorrected,
    CountAgeCorrected,
    CountCleared,
    CountEnteredInError,
    CountFiled,
    CountSuperseded,
)
from services.prosecution.case.state import Case, Count

AgeAtAct = Literal["adult", "under_18", "not_known"]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]

# What is prosecuted now did not happen before; earlier years are slips of the keyboard.
EARLIEST_YEAR = 1950
EARLIEST_BIRTH_YEAR = 1900


class NewCount(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One offence against one victim of the case; without `victim`, the person the tip is about.

    Put in the place of a count, it is against that count's victim. `another_victim` is somebody the case does not have
    yet: the count gives them their reference. An accused of the case may be a victim of another's act, too.

    `act_on` is the day of the act, the first of several. `age_at_act` is the accused's, where no date of birth is on
    file. A count opens by charging affidavit (charged) or goes straight to the grand jury.
    """

    offence: str
    act_on: date
    victim: UUID | None = None
    another_victim: bool = False
    age_at_act: AgeAtAct | None = None
    stage: str = "charged"


def add_accused(
    case: Case,
    accused: UUID,
    name: str,
    born: date | None,
    counts: Sequence[tuple[UUID, NewCount]],
    charging: Charging,
    now: datetime,
) -> list[Event]:
    """The accused with what they are accused of, all or nothing."""
    is_accepted(case)
    _possible_birth(born, now)
    added = AccusedAdded(
        case=case.case,
        accused=accused,
        name=Personal(person=accused, text=name),
        born=_sealed(accused, born),
    )
    filed = [_filed(case, accused, count, new, born, charging, now) for count, new in counts]
    return [added, *filed]


def file_count(
    case: Case, accused: UUID, count: UUID, new: NewCount, born: date | None, charging: Charging, now: datetime
) -> list[Event]:
    """One count more. `born` is the date of birth on file."""
    is_accepted(case)
    return [_filed(case, accused, count, new, born, charging, now)]


def supersede(
    case: Case, old: Count, count: UUID, new: NewCount, born: date | None, charging: Charging, now: datetime
) -> list[Event]:
    """Puts another count in the place of one: at its stage, judged by the accused's age like any other."""
    is_accepted(case)
    _is_open(old)
    stated = new if born is not None or new.age_at_act is not None else _with_age_of(old, new)
    filed = _filed(case, old.accused, count, stated, born, charging, now, supersedes=old)
    return [filed, CountSuperseded(case=case.case, count=old.count, by=count)]


def correct_age(
    case: Case, accused: UUID, born: date | None, age: AgeAtAct | None, reason: str, charging: Charging, now: datetime
) -> list[Event]:
    """A date of birth, or an age at all of the acts. A count that may now not be becomes entered in error, on record.

    It is not refused: the accused's age is a fact, and a child would stand accused until someone thought of the counts.
    """
    if (born is None) == (age is None):
        raise InvalidValue("born", "Give either the date of birth or the age at the time of the acts.")
    _possible_birth(born, now)
    text = Personal(person=accused, text=reason)
    events: list[Event] = [
        AgeCorrected(case=case.case, accused=accused, born=_sealed(accused, born), reason=text),
    ]
    for count in case.counts.values():
        if count.accused == accused:
            events.extend(_aged(case, count, age_at(born, age, count.act_on, charging), charging))
    return events


def clear(
    case: Case,
    count: Count,
    petition: UUID,
    how: Literal["vacated", "expunged"],
    at: datetime,
    charging: Charging,
) -> list[Event]:
    """A court took the conviction back; the count stays on record as that. What is tried anew is no conviction.

    One that was entered in error after the judgment is one until then.
    """
    if count.phase in (how, "expunged"):
        return []
    convicted = count.stage in charging.safe_harbour.convicted_at and count.phase in ("open", "entered_in_error")
    if not (convicted or (how == "expunged" and count.phase == "vacated")):
        raise Refused(
            CaseRefusal.NO_CONVICTION,
            "By the record this count is no conviction that stands. Check its course, or withdraw the petition.",
        )
    return [CountCleared(case=case.case, count=count.count, petition=petition, how=how, cleared_at=at)]


def age_at(born: date | None, stated: AgeAtAct | None, act_on: date, charging: Charging) -> AgeAtAct:
    """From the date of birth where there is one. Born on 29 February, one is a year older on 1 March."""
    if born is None:
        return stated or "not_known"
    before_birthday = (act_on.month, act_on.day) < (born.month, born.day)
    years = act_on.year - born.year - before_birthday
    return "adult" if years >= charging.never_accused.under_age else "under_18"


def forbidden(offence: Offence, age: str) -> bool:
    """Whether nobody of that age is accused of it."""
    return offence.minor_never_accused == "yes" and age != "adult"


def _aged(case: Case, count: Count, age: AgeAtAct, charging: Charging) -> list[Event]:
    events: list[Event] = []
    if age != count.age_at_act:
        events.append(CountAgeCorrected(case=case.case, count=count.count, age_at_act=age))
    stands = not count.in_error and count.phase not in ("vacated", "expunged")
    if stands and forbidden(charging.offences[count.offence], age):
        rule = charging.never_accused
        events.append(CountEnteredInError(case=case.case, count=count.count, rule=rule.rule, citation=rule.citation))
    return events


def _filed(
    case: Case,
    accused: UUID,
    count: UUID,
    new: NewCount,
    born: date | None,
    charging: Charging,
    now: datetime,
    supersedes: Count | None = None,
) -> CountFiled:
    offence = _offence(new.offence, charging)
    _possible_act(new.act_on, born, now)
    age = age_at(born, new.age_at_act, new.act_on, charging)
    if new.age_at_act is not None and new.age_at_act != age:
        raise InvalidValue("age_at_act", "This does not fit the date of birth on file. Correct one of the two.")
    _may_be_accused(offence, age, charging)
    return CountFiled(
        case=case.case,
        count=count,
        accused=accused,
        victim=_victim(case, count, new, supersedes),
        offence=offence.offence_id,
        act_on=new.act_on.isoformat(),
        age_at_act=age,
        stage=supersedes.stage if supersedes else _opening(new.stage, charging),
        filed_at=now,
        supersedes=supersedes.count if supersedes else None,
    )


def _victim(case: Case, count: UUID, new: NewCount, supersedes: Count | None) -> UUID:
    """The reference of another victim comes of the count's, which is random, and of nothing about the person."""
    if new.another_victim:
        if new.victim is not None:
            raise InvalidValue("victim", "Name a victim of the case, or say that it is another; not both.")
        return uuid5(count, "victim")
    if new.victim is None:
        return supersedes.victim if supersedes else case.person
    if new.victim not in case.victims and new.victim not in case.accused:
        raise Refused(
            CaseRefusal.VICTIM_NOT_OF_CASE,
            "This person is no victim of this case. Choose one of its victims, or file it against another victim.",
        )
    return new.victim


def _may_be_accused(offence: Offence, age: AgeAtAct, charging: Charging) -> None:
    if not forbidden(offence, age):
        return
    rule = charging.never_accused
    if age == "under_18":
        code = CaseRefusal.MINOR_NEVER_ACCUSED
        why = f"This person was under {rule.under_age} at the time of the act and is not accused of this offence."
    else:
        code = CaseRefusal.AGE_NOT_KNOWN
        why = (
            f"Nobody under {rule.under_age} is accused of this offence, and this person's age at the time of the act "
            "is not known. Find it out first; until then it is a child."
        )
    raise Refused(code, f"{why} {rule.instead}", rule=rule.rule, citation=rule.citation)


def _offence(offence_id: str, charging: Charging) -> Offence:
    offence = charging.offences.get(offence_id)
    if offence is None:
        raise InvalidValue("offence", "There is no such offence in the table. Read the table again.")
    if offence.is_federal:
        raise Refused(
            CaseRefusal.OTHER_JURISDICTION,
            "This is a federal offence, and the stages kept here are those of a state court. "
            "Refer it to the United States Attorney.",
        )
    return offence


def _opening(stage: str, charging: Charging) -> str:
    opens = [each.stage for each in charging.stages.values() if each.opens]
    if stage not in opens:
        raise InvalidValue("stage", f"A count opens at {' or '.join(opens)}.")
    return stage


def _possible_act(act_on: date, born: date | None, now: datetime) -> None:
    if act_on > now.astimezone(LOCAL).date():
        raise InvalidValue("act_on", "This day has not come yet. Check the date.")
    if act_on.year < EARLIEST_YEAR or (born is not None and act_on < born):
        raise InvalidValue("act_on", "This is too long ago to be right. Check the year.")


def _possible_birth(born: date | None, now: datetime) -> None:
    if born is not None and (born.year < EARLIEST_BIRTH_YEAR or born > now.astimezone(LOCAL).date()):
        raise InvalidValue("born", "This cannot be a date of birth. Check the year.")


def _with_age_of(old: Count, new: NewCount) -> NewCount:
    """The age stated for an act of the same day holds for what takes the count's place."""
    return msgspec.structs.replace(new, age_at_act=old.age_at_act) if new.act_on == old.act_on else new


def _sealed(accused: UUID, born: date | None) -> Personal | None:
    return None if born is None else Personal(person=accused, text=born.isoformat())


def _is_open(count: Count) -> None:
    if count.phase != "open":
        raise Refused(CaseRefusal.COUNT_CLOSED, "This count is over, so it stays as it is.")
