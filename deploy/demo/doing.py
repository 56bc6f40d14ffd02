"""Each step of a scenario, done over HTTP by the person it names, and the sentence that says so."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from deploy.demo.interfaces import DemoStopped, Interfaces, Person, sentence_of
from deploy.demo.scenario import Scenario
from deploy.demo.steps import (
    Accept,
    AnyStep,
    ContactImpossible,
    ContactMade,
    CorrectTip,
    DecideDuplicate,
    DeclareConflict,
    Decline,
    Propose,
    ReceiveTip,
    ReferAdult,
    Release,
    ScreenTip,
    StandDown,
)

TIPS = "tips"
TEAMS = "rapid_assessment"
AGAIN_WHEN_STALE = 4
STALE = 412


@dataclass
class Played:
    """What the player knows of each tip by the label the scenario gave it."""

    references: dict[str, str] = field(default_factory=dict)
    receipts: dict[str, str] = field(default_factory=dict)


class Doing:
    """Does steps. What the house refuses stops the demonstration: a scenario's steps are meant to go through."""

    def __init__(
        self, interfaces: Interfaces, people: Mapping[str, Person], scenario: Scenario, played: Played
    ) -> None:
        self._interfaces = interfaces
        self._people = people
        self._scenario = scenario
        self._played = played

    async def do(self, step: AnyStep) -> str:
        """The sentence to print. Raises `DemoStopped`."""
        match step:
            case ReceiveTip() | ScreenTip() | CorrectTip() | DecideDuplicate() | ReferAdult():
                return await self._on_tip(step)
            case Propose() | Accept() | Decline() | Release() | DeclareConflict() | StandDown():
                return await self._on_team(step)
            case ContactMade() | ContactImpossible():
                return await self._on_contact(step)

    async def _on_tip(self, step: ReceiveTip | ScreenTip | CorrectTip | DecideDuplicate | ReferAdult) -> str:
        match step:
            case ReceiveTip():
                return await self._receive(step)
            case ScreenTip():
                body: dict[str, object] = {
                    "age": step.age,
                    "exploitation": step.exploitation,
                    "indicators": step.indicators,
                }
                await self._tip_command(step.by, step.tip, "screening", body)
                return f"{self._who(step.by)} screens tip {step.tip}: {_plain(step.age)}, {_plain(step.exploitation)}."
            case CorrectTip():
                changes = {"age": step.age, "county": step.county, "tribal_land": step.tribal_land}
                given = {name: value for name, value in changes.items() if value is not None}
                await self._tip_command(step.by, step.tip, "corrections", {"reason": step.reason, **given})
                changed = ", ".join(f"{_plain(name)} is {_plain(str(value))}" for name, value in given.items())
                return f"{self._who(step.by)} corrects tip {step.tip}: {changed}."
            case DecideDuplicate():
                same = step.decision == "linked"
                body = {"other": self._played.references[step.of], "same_person": same, "reason": step.reason}
                await self._tip_command(step.by, step.tip, "duplicate-decisions", body)
                what = "links" if same else "keeps apart"
                return f"{self._who(step.by)} {what} tips {step.tip} and {step.of}."
            case ReferAdult():
                body = {"agency": step.agency, "agreed": step.agreement}
                await self._tip_command(step.by, step.tip, "referrals", body)
                return (
                    f"{self._who(step.by)} refers the adult of tip {step.tip} to {step.agency}, as the person agreed."
                )

    async def _receive(self, step: ReceiveTip) -> str:
        persons = [{"part": "subject", "name": step.about, "narrative": step.narrative}]
        if step.reporter is not None:
            persons.append({"part": "reporter", "name": step.reporter})
        body = {
            "channel": step.channel,
            "county": step.county,
            "received_at": self._scenario.moment(step.received).isoformat(),
            "age": step.age,
            "tribal_land": step.tribal_land,
            "persons": persons,
        }
        answer = await self._interfaces.post(self._people[step.by], TIPS, "/tips", body)
        _done(answer, step.tip)
        self._played.references[step.tip] = answer.json()["reference"]
        self._played.receipts[step.tip] = answer.json()["receipt_code"]
        land = " on tribal land" if step.tribal_land else ""
        return (
            f"{self._who(step.by)} takes in tip {step.tip}: {_plain(step.age)}, {step.county} County{land}, "
            f"by {_plain(step.channel)}, received at {step.received}."
        )

    async def _on_team(self, step: Propose | Accept | Decline | Release | DeclareConflict | StandDown) -> str:
        match step:
            case Propose():
                body = {"responder": self._people[step.responder].account}
                await self._team_command(step.by, step.tip, f"seats/{step.seat}/proposal", body)
                asked = self._who(step.responder)
                return f"{self._who(step.by)} asks {asked} to be {_seat(step.seat)} for tip {step.tip}."
            case Accept():
                await self._team_command(step.responder, step.tip, f"seats/{step.seat}/acceptance")
                return f"{self._who(step.responder)} accepts the seat of {_seat(step.seat)} for tip {step.tip}."
            case Decline():
                body = {"reason": step.reason}
                await self._team_command(step.responder, step.tip, f"seats/{step.seat}/decline", body)
                return f"{self._who(step.responder)} declines the seat of {_seat(step.seat)} for tip {step.tip}."
            case Release():
                await self._team_command(step.by, step.tip, f"seats/{step.seat}/release", {"reason": step.reason})
                return (
                    f"{self._who(step.responder)} is released from the seat of {_seat(step.seat)} for tip {step.tip}."
                )
            case DeclareConflict():
                await self._team_command(step.responder, step.tip, "conflicts", {"reason": step.reason})
                return (
                    f"{self._who(step.responder)} declares a conflict of interest in tip {step.tip} and is out of it."
                )
            case StandDown():
                await self._team_command(step.by, step.tip, "stand-down", {"reason": step.reason})
                return f"{self._who(step.by)} stands the team for tip {step.tip} down."

    async def _on_contact(self, step: ContactMade | ContactImpossible) -> str:
        who = self._who(step.responder)
        if isinstance(step, ContactMade):
            body: dict[str, object] = {"made_at": self._scenario.moment(step.at).isoformat(), "place": step.place}
            await self._team_command(step.responder, step.tip, "contact", body)
            return f"{who} sees the child of tip {step.tip} in person."
        body = {"attempts": step.attempts, "planned_steps": step.planned_steps}
        await self._team_command(step.responder, step.tip, "contact-impossible", body)
        return (
            f"{who} cannot find the child of tip {step.tip}: {len(step.attempts)} attempts and "
            f"{len(step.planned_steps)} planned steps go on record."
        )

    async def _tip_command(self, by: str, tip: str, path: str, body: object) -> None:
        who, place = self._people[by], f"/tips/{self._played.references[tip]}"
        answer = httpx.Response(STALE)
        for _ in range(AGAIN_WHEN_STALE):
            page = _done(await self._interfaces.get(who, TIPS, place), tip)
            answer = await self._interfaces.post(who, TIPS, f"{place}/{path}", body, version=page["version"])
            if answer.status_code != STALE:
                break
        _done(answer, tip)

    async def _team_command(self, by: str, tip: str, path: str, body: object = None) -> None:
        who, answer = self._people[by], httpx.Response(STALE)
        for _ in range(AGAIN_WHEN_STALE):
            found = await self._interfaces.get(who, TEAMS, f"/teams/of-tip/{self._played.references[tip]}")
            page = _done(found, tip)
            version = page["contact_version"] if path.startswith("contact") else page["version"]
            place = f"/teams/{page['reference']}/{path}"
            answer = await self._interfaces.post(who, TEAMS, place, body, version=version)
            if answer.status_code != STALE:
                break
        _done(answer, tip)

    def _who(self, label: str) -> str:
        accounts, responders = self._scenario.accounts, self._scenario.responders
        return accounts[label].person if label in accounts else responders[label].person


def _done(answer: httpx.Response, tip: str) -> dict[str, Any]:
    if not answer.is_success:
        raise DemoStopped(f"A step on tip {tip} was refused: {sentence_of(answer)}")
    page: dict[str, Any] = answer.json()
    return page


def _plain(code: str) -> str:
    return {"not_known": "not known", "sex": "sex trafficking", "labour": "labour trafficking"}.get(
        code, code.replace("_", " ")
    )


def _seat(code: str) -> str:
    return _plain(code).replace("cps", "CPS")
