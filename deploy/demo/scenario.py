"""Reads a scenario: JSON Lines, one line per step, checked whole before anything is played."""

from collections.abc import Container, Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from contracts.jurisdictions import Jurisdiction, UnknownCounty, load_mississippi_charging
from deploy.demo.calling_steps import StartDrill
from deploy.demo.clinic_steps import CallPolice, OfferKit, OpenKit, RequestExam
from deploy.demo.court_steps import AddAccused, CourtStep, FileCount, ReferCase, SetHearing
from deploy.demo.expectations import (
    AccusedRefused,
    AnyExpectation,
    CaseIs,
    ClockExpectation,
    CourtExpectation,
    DutyExpectation,
    EscalationTold,
    KeptApart,
    Linked,
    NobodyLeft,
    NoticesTold,
    ReferralRefused,
    Referred,
    RotaGap,
    Routed,
)
from deploy.demo.lines import Time, offset
from deploy.demo.rota_steps import OpenRota
from deploy.demo.steps import (
    Account,
    AnySetup,
    AnyStep,
    CorrectTip,
    DecideDuplicate,
    DutyStep,
    Leap,
    Nurse,
    ReceiveTip,
    ReferAdult,
    Responder,
    Room,
    ScreenTip,
    Start,
)

Somebody = Account | Responder | Nurse

# Which line gives a label of which kind its meaning.
MADE_BY: Mapping[str, type[AnyStep]] = {
    "exam": RequestExam,
    "kit": OpenKit,
    "accused": AddAccused,
    "count": FileCount,
    "hearing": SetHearing,
    "rota": OpenRota,
    "drill": StartDrill,
}


class ScenarioRefused(ValueError):
    """The scenario cannot be played. The message is one sentence with the line's number."""

    def __init__(self, number: int, sentence: str) -> None:
        self.number = number
        super().__init__(f"Line {number} of the scenario: {sentence}")


class Entry(NamedTuple):
    """A step or an expectation, and where it stands in the file."""

    number: int
    line: AnyStep | AnyExpectation


class Scenario(msgspec.Struct, frozen=True, kw_only=True):
    """A whole scenario, in the order of its times. Every label used in it is known.

    `stands_in` is the line of each account, responder, nurse and room.
    """

    start: Start
    accounts: dict[str, Account]
    responders: dict[str, Responder]
    nurses: dict[str, Nurse]
    rooms: dict[str, Room]
    stands_in: dict[str, int]
    entries: tuple[Entry, ...]

    def moment(self, time: Time) -> datetime:
        """The told moment a time stands for."""
        return self.start.told + offset(time)

    def person(self, label: str) -> Somebody:
        """Whoever signs in under the word."""
        people: dict[str, Somebody] = {**self.accounts, **self.responders, **self.nurses}
        return people[label]

    @property
    def length(self) -> timedelta:
        """Told time from the start to the last line."""
        return offset(self.entries[-1].line.at)


def load_scenario(path: Path) -> Scenario:
    """Reads and checks a file. Raises `ScenarioRefused` at its first fault."""
    return read_scenario(path.read_bytes())


def read_scenario(text: bytes) -> Scenario:
    """As `load_scenario`, from the bytes of a file. Blank lines are passed over."""
    reader = _Reader()
    number = 0
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            reader.take(number, _parse(number, line))
    return reader.finish(number)


def check_words(scenario: Scenario, jurisdiction: Jurisdiction) -> None:
    """Refuses a county, agency, role, channel, indicator, credential, rule or offence the state does not have."""
    for name, person in (scenario.accounts | scenario.responders | scenario.nurses).items():
        _check_person(scenario.stands_in[name], person, jurisdiction)
    for name, room in scenario.rooms.items():
        _check(scenario.stands_in[name], "agency", (room.clinic,), jurisdiction.agencies)
    offences = load_mississippi_charging().offences
    for number, line in scenario.entries:
        _check_words_of(number, line, jurisdiction)
        for county in _counties_in(line):
            _check_county(number, county, jurisdiction)
        if isinstance(line, FileCount | AccusedRefused):
            _check(number, "offence", (line.offence,), offences)


def _counties_in(line: AnyStep | AnyExpectation) -> tuple[str, ...]:
    match line:
        case ReceiveTip() | CorrectTip() | RotaGap() | StartDrill():
            return (line.county,) if line.county is not None else ()
        case OpenRota():
            return line.counties
    return ()


def _check_person(number: int, person: Somebody, jurisdiction: Jurisdiction) -> None:
    _check(number, "agency", (person.agency,), jurisdiction.agencies)
    _check(number, "role", (person.role,), jurisdiction.roles)
    for county in () if isinstance(person, Nurse) else person.counties:
        _check_county(number, county, jurisdiction)
    for credential in person.credentials if isinstance(person, Responder) else ():
        _check(number, "credential", (credential.kind,), jurisdiction.credentials)
        _check(number, "issuer of it", (credential.issuer,), jurisdiction.credentials[credential.kind].issuers)
    for held in person.certificates if isinstance(person, Nurse) else ():
        known = {each.certificate: each.issuers for each in jurisdiction.exams.certificates}
        _check(number, "certificate", (held.certificate,), known)
        _check(number, "issuer of it", (held.issuer,), known[held.certificate])


def _check_words_of(  # noqa: C901 - one case for each kind of word
    number: int, line: AnyStep | AnyExpectation, jurisdiction: Jurisdiction
) -> None:
    match line:
        case ReceiveTip(channel=channel):
            _check(number, "channel", (channel,), jurisdiction.channels)
        case ScreenTip(indicators=indicators):
            _check(number, "indicator", indicators, jurisdiction.indicators)
        case ReferAdult(agency=agency) | Referred(agency=agency) | CallPolice(agency=agency):
            _check(number, "agency", (agency,), jurisdiction.agencies)
        case CaseIs(office=office) | ReferCase(office=str(office)):
            _check(number, "agency", (office,), jurisdiction.agencies)
        case Routed(agencies=agencies):
            _check(number, "agency", agencies, jurisdiction.agencies)
        case NoticesTold(roles=roles) | NobodyLeft(told=roles):
            _check(number, "role", roles, jurisdiction.roles)
        case EscalationTold(role=role):
            _check(number, "role", (role,), jurisdiction.roles)
        case OfferKit(agency=agency, role=role):
            _check(number, "agency", (agency,), jurisdiction.agencies)
            _check(number, "role", (role,), jurisdiction.roles)
    if isinstance(line, DutyStep | DutyExpectation):
        _check(number, "reporting duty", (line.rule,), [duty.rule for duty in jurisdiction.reporting])
    if isinstance(line, ClockExpectation):
        _check(number, "clock rule", (line.rule,), [clock.rule for clock in jurisdiction.clocks])


class _Reader:
    """Takes lines one after another, holding each to what stood before it."""

    def __init__(self) -> None:
        self._start: Start | None = None
        self._accounts: dict[str, Account] = {}
        self._responders: dict[str, Responder] = {}
        self._nurses: dict[str, Nurse] = {}
        self._rooms: dict[str, Room] = {}
        self._stands_in: dict[str, int] = {}
        self._tips: set[str] = set()
        self._made: dict[str, dict[str, str]] = {kind: {} for kind in MADE_BY}
        self._referred: set[str] = set()
        self._latest: Time = "T+00:00"
        self._entries: list[Entry] = []

    def take(self, number: int, line: AnySetup | AnyStep | AnyExpectation) -> None:
        match line:
            case Start():
                self._take_start(number, line)
            case Account() | Responder() | Nurse() | Room():
                self._take_standing(number, line)
            case _:
                self._take_timed(number, line)

    def finish(self, number: int) -> Scenario:
        if self._start is None or not self._entries:
            raise ScenarioRefused(number, "the file ends before anything is done.")
        return Scenario(
            start=self._start,
            accounts=self._accounts,
            responders=self._responders,
            nurses=self._nurses,
            rooms=self._rooms,
            stands_in=self._stands_in,
            entries=tuple(self._entries),
        )

    def _take_start(self, number: int, start: Start) -> None:
        if self._start is not None:
            raise ScenarioRefused(number, "there is one start line, and it is the first.")
        if start.told.tzinfo is None:
            raise ScenarioRefused(number, 'the start needs a zone, as in "2026-11-02T18:00:00-06:00".')
        self._start = start

    def _take_standing(self, number: int, line: Somebody | Room) -> None:
        name = name_of(line)
        if self._start is None or self._entries:
            raise ScenarioRefused(number, f"{name!r} must stand after the start line and before the first step.")
        if name in self._stands_in:
            raise ScenarioRefused(number, f"there is already somebody called {name!r}; choose another word.")
        self._stands_in[name] = number
        match line:
            case Account():
                self._accounts[name] = line
            case Responder():
                self._responders[name] = line
            case Nurse():
                self._nurses[name] = line
            case Room():
                self._rooms[name] = line

    def _take_timed(self, number: int, line: AnyStep | AnyExpectation) -> None:
        if self._start is None:
            raise ScenarioRefused(number, 'the first line must be {"do":"start",…}.')
        if offset(line.at) < offset(self._latest):
            raise ScenarioRefused(
                number, f"{line.at} stands after {self._latest}; put the lines in the order of their times."
            )
        if isinstance(line, ReceiveTip):
            self._take_tip(number, line)
        self._take_made(number, line)
        self._refuse_unknown_labels(number, line)
        _refuse_nonsense(number, line)
        self._latest = line.to if isinstance(line, Leap) else line.at
        self._entries.append(Entry(number, line))

    def _take_made(self, number: int, line: AnyStep | AnyExpectation) -> None:
        for kind, maker in MADE_BY.items():
            if isinstance(line, maker):
                label = getattr(line, kind)
                if label in self._made[kind]:
                    raise ScenarioRefused(number, f"there is already {kind} {label!r}; choose another word.")
                self._made[kind][label] = line.tip
        if isinstance(line, ReferCase):
            self._referred.add(line.tip)

    def _take_tip(self, number: int, tip: ReceiveTip) -> None:
        if tip.tip in self._tips:
            raise ScenarioRefused(number, f"tip {tip.tip!r} was received already; give this one another label.")
        if offset(tip.received) > offset(tip.at):
            raise ScenarioRefused(number, f"tip {tip.tip!r} is typed in at {tip.at}, before it is received.")
        self._tips.add(tip.tip)

    def _refuse_unknown_labels(self, number: int, line: AnyStep | AnyExpectation) -> None:
        for tip in (line.tip, _other_tip(line)):
            if tip and tip not in self._tips:
                raise ScenarioRefused(number, f"no tip {tip!r} has been received before this line.")
        for field in ("by", "holder", "hidden_from"):
            who = getattr(line, field, None)
            if who is not None and (who not in self._stands_in or who in self._rooms):
                raise ScenarioRefused(number, f"there is nobody called {who!r}; add an account line at the top.")
        for kind, known in (("responder", self._responders), ("nurse", self._nurses), ("room", self._rooms)):
            for label in _labels(line, kind):
                if label not in known:
                    raise ScenarioRefused(number, f"there is no {kind} {label!r}; add a {kind} line at the top.")
        self._refuse_unmade(number, line)

    def _refuse_unmade(self, number: int, line: AnyStep | AnyExpectation) -> None:
        for kind, made in self._made.items():
            for label in _labels(line, kind):
                if label not in made:
                    raise ScenarioRefused(number, f"no line before this one makes {kind} {label!r}.")
                if made[label] != line.tip:
                    raise ScenarioRefused(number, f"{kind} {label!r} is of tip {made[label]!r}.")
        needs_case = isinstance(line, CourtStep | CourtExpectation) and not isinstance(line, ReferralRefused)
        if needs_case and line.tip not in self._referred:
            raise ScenarioRefused(number, f"tip {line.tip!r} has not been referred before this line.")


def _labels(line: AnyStep | AnyExpectation, kind: str) -> tuple[str, ...]:
    one = getattr(line, kind, None)
    return (*getattr(line, f"{kind}s", ()), *(() if one is None else (one,)))


def name_of(line: Somebody | Room) -> str:
    """The word by which the scenario speaks of them."""
    match line:
        case Account(account=name) | Responder(responder=name) | Nurse(nurse=name) | Room(room=name):
            return name


def _other_tip(line: AnyStep | AnyExpectation) -> str | None:
    match line:
        case DecideDuplicate(of=other) | Linked(to=other) | KeptApart(other=other):
            return other
    return None


def _refuse_nonsense(number: int, line: AnyStep | AnyExpectation) -> None:
    if line.tip and _other_tip(line) == line.tip:
        raise ScenarioRefused(number, "a tip cannot be compared with itself.")
    if isinstance(line, CorrectTip) and not _changes(line):
        raise ScenarioRefused(number, "a correction must change age, county, tribal_land or setting.")
    if isinstance(line, Leap) and offset(line.to) <= offset(line.at):
        raise ScenarioRefused(number, "time leaps ahead only.")
    if isinstance(line, ReferAdult) and not line.agreement:
        raise ScenarioRefused(number, "without the person's agreement there is no referral; leave the line out.")


def _changes(line: CorrectTip) -> bool:
    return any(each is not None for each in (line.age, line.county, line.tribal_land, line.setting))


def _parse(number: int, line: bytes) -> AnySetup | AnyStep | AnyExpectation:
    try:
        fields: dict[str, Any] = msgspec.json.decode(line, type=dict[str, Any])
        if ("do" in fields) == ("expect" in fields):
            raise ScenarioRefused(number, 'give either "do" or "expect".')
        if "do" in fields:
            return msgspec.convert(fields, AnySetup | AnyStep)  # type: ignore[no-any-return]  # convert knows no unions
        return msgspec.convert(fields, AnyExpectation)  # type: ignore[no-any-return]  # convert knows no unions
    except msgspec.MsgspecError as error:
        raise ScenarioRefused(number, _sentence(error)) from error


def _sentence(error: msgspec.MsgspecError) -> str:
    # Of all fields only times have a pattern, and a pattern is no sentence.
    if "matching regex" in str(error):
        return f'write a time as "T+02:30", "T+12d 09:00" or "T-09:00" ({str(error).rpartition(" - ")[2]}).'
    return f"{error}."


def _check(number: int, what: str, words: Iterable[str], known: Container[str]) -> None:
    for word in words:
        if word not in known:
            raise ScenarioRefused(number, f"there is no {what} {word!r}.")


def _check_county(number: int, county: str, jurisdiction: Jurisdiction) -> None:
    try:
        jurisdiction.county(county)
    except UnknownCounty as error:
        raise ScenarioRefused(number, f"{error}") from error
