"""Each step of a scenario, done over HTTP by the person it names, and the sentence that says so."""

import asyncio

import httpx

from deploy.demo.calling_doing import DoingByCalls
from deploy.demo.calling_steps import CallingStep
from deploy.demo.care_doing import DoingCare
from deploy.demo.care_steps import CareStep
from deploy.demo.census_doing import DoingCensus
from deploy.demo.census_steps import CensusStep
from deploy.demo.clinic_doing import DoingInClinic
from deploy.demo.clinic_steps import ClinicStep
from deploy.demo.court_doing import DoingInCourt
from deploy.demo.hands import (
    AGAIN_WHEN_STALE,
    LOOK_AGAIN_SECONDS,
    NEWS_SECONDS,
    STALE,
    TEAMS,
    TIPS,
    Hands,
    done,
    plain,
    seat_name,
)
from deploy.demo.interfaces import DemoStopped
from deploy.demo.rota_doing import DoingOnRotas
from deploy.demo.rota_steps import RotaStep
from deploy.demo.scarce_doing import DoingWhereScarce
from deploy.demo.scarce_steps import ScarceStep
from deploy.demo.steps import (
    Accept,
    AcknowledgeDuty,
    AnyDeed,
    ContactMade,
    ContactStep,
    CorrectTip,
    DecideDuplicate,
    DeclareConflict,
    Decline,
    DutyStep,
    Propose,
    ReceiveTip,
    ReferAdult,
    Release,
    ReportDuty,
    RuleOnClock,
    ScreenTip,
    StandDown,
    TeamStep,
    TipStep,
)


class Doing:
    """Does steps. What the house refuses stops the demonstration: a scenario's steps are meant to go through."""

    def __init__(self, hands: Hands) -> None:
        self._hands = hands
        self._in_clinic = DoingInClinic(hands)
        self._where_scarce = DoingWhereScarce(hands)
        self._care = DoingCare(hands)
        self._census = DoingCensus(hands)
        self._in_court = DoingInCourt(hands)
        self._on_rotas = DoingOnRotas(hands)
        self._by_calls = DoingByCalls(hands)

    async def do(self, step: AnyDeed) -> str:  # noqa: C901, PLR0911 - one answer for each part of the house
        """The sentence to print. Raises `DemoStopped`."""
        if isinstance(step, TipStep):
            return await self._on_tip(step)
        if isinstance(step, DutyStep):
            return await self._on_duty(step)
        if isinstance(step, TeamStep):
            return await self._on_team(step)
        if isinstance(step, ContactStep):
            return await self._on_contact(step)
        if isinstance(step, RotaStep):
            return await self._on_rotas.do(step)
        if isinstance(step, CallingStep):
            return await self._by_calls.do(step)
        if isinstance(step, ClinicStep):
            return await self._in_clinic.do(step)
        if isinstance(step, ScarceStep):
            return await self._where_scarce.do(step)
        if isinstance(step, CareStep):
            return await self._care.do(step)
        if isinstance(step, CensusStep):
            return await self._census.do(step)
        return await self._in_court.do(step)

    async def _on_tip(self, step: TipStep) -> str:
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
                return (
                    f"{self._hands.who(step.by)} screens tip {step.tip}: {plain(step.age)}, {plain(step.exploitation)}."
                )
            case CorrectTip():
                changes = {
                    "age": step.age,
                    "county": step.county,
                    "tribal_land": step.tribal_land,
                    "setting": step.setting,
                }
                given = {name: value for name, value in changes.items() if value is not None}
                await self._tip_command(step.by, step.tip, "corrections", {"reason": step.reason, **given})
                changed = ", ".join(f"{plain(name)} is {plain(str(value))}" for name, value in given.items())
                return f"{self._hands.who(step.by)} corrects tip {step.tip}: {changed}."
            case DecideDuplicate():
                same = step.decision == "linked"
                body = {"other": self._hands.played.references[step.of], "same_person": same, "reason": step.reason}
                await self._tip_command(step.by, step.tip, "duplicate-decisions", body)
                what = "links" if same else "keeps apart"
                return f"{self._hands.who(step.by)} {what} tips {step.tip} and {step.of}."
            case ReferAdult():
                body = {"agency": step.agency, "agreed": step.agreement}
                await self._tip_command(step.by, step.tip, "referrals", body)
                who = self._hands.who(step.by)
                return f"{who} refers the adult of tip {step.tip} to {step.agency}, as the person agreed."

    async def _receive(self, step: ReceiveTip) -> str:
        persons = [{"part": "subject", "name": step.about, "narrative": step.narrative}]
        if step.reporter is not None:
            persons.append({"part": "reporter", "name": step.reporter})
        body = {
            "channel": step.channel,
            "county": step.county,
            "received_at": self._hands.moment(step.received),
            "age": step.age,
            "tribal_land": step.tribal_land,
            "state_lines": step.state_lines,
            "setting": step.setting,
            "persons": persons,
        }
        answer = await self._hands.interfaces.post(self._hands.people[step.by], TIPS, "/tips", body)
        page = done(answer, step.tip)
        self._hands.played.references[step.tip] = page["reference"]
        self._hands.played.receipts[step.tip] = page["receipt_code"]
        land = " on tribal land" if step.tribal_land else ""
        land += " across state lines" if step.state_lines == "crossed" else ""
        return (
            f"{self._hands.who(step.by)} takes in tip {step.tip}: {plain(step.age)}, {step.county} County{land}, "
            f"by {plain(step.channel)}, received at {step.received}."
        )

    async def _on_team(self, step: TeamStep) -> str:  # noqa: PLR0911 - one sentence for each step
        match step:
            case Propose():
                body = {"responder": self._hands.people[step.responder].account}
                await self._team_command(step.by, step.tip, f"seats/{step.seat}/proposal", body)
                asked = self._hands.who(step.responder)
                return f"{self._hands.who(step.by)} asks {asked} to be {seat_name(step.seat)} for tip {step.tip}."
            case Accept():
                await self._team_command(step.responder, step.tip, f"seats/{step.seat}/acceptance")
                return (
                    f"{self._hands.who(step.responder)} accepts the seat of {seat_name(step.seat)} for tip {step.tip}."
                )
            case Decline():
                body = {"reason": step.reason}
                await self._team_command(step.responder, step.tip, f"seats/{step.seat}/decline", body)
                return (
                    f"{self._hands.who(step.responder)} declines the seat of {seat_name(step.seat)} for tip {step.tip}."
                )
            case Release():
                await self._team_command(step.by, step.tip, f"seats/{step.seat}/release", {"reason": step.reason})
                who = self._hands.who(step.responder)
                return f"{who} is released from the seat of {seat_name(step.seat)} for tip {step.tip}."
            case DeclareConflict():
                await self._team_command(step.responder, step.tip, "conflicts", {"reason": step.reason})
                who = self._hands.who(step.responder)
                return f"{who} declares a conflict of interest in tip {step.tip} and is out of it."
            case RuleOnClock():
                await self._on_clock(step)
                return f"{self._hands.who(step.by)} records of tip {step.tip}: {plain(step.clock)} {plain(step.what)}."
            case StandDown():
                await self._team_command(step.by, step.tip, "stand-down", {"reason": step.reason})
                return f"{self._hands.who(step.by)} stands the team for tip {step.tip} down."

    async def _on_clock(self, step: RuleOnClock) -> None:
        tip = self._hands.played.references[step.tip]
        team = await self._hands.page(step.by, TEAMS, f"/teams/of-tip/{tip}", step.tip)
        ruling = {"what": step.what, "authority": step.authority, "document": step.document}
        place = f"/teams/{team['reference']}/clocks/{step.clock}"
        await self._hands.command(step.by, TEAMS, place, "rulings", ruling, step.tip)

    async def _on_contact(self, step: ContactStep) -> str:
        who = self._hands.who(step.responder)
        if isinstance(step, ContactMade):
            body: dict[str, object] = {"made_at": self._hands.moment(step.at), "place": step.place}
            await self._team_command(step.responder, step.tip, "contact", body)
            return f"{who} sees the child of tip {step.tip} in person."
        moment = self._hands.moment
        body = {
            "attempts": [
                {"attempted_at": moment(each.at), "how": each.how, "result": each.result, "what": each.what}
                for each in step.attempts
            ],
            "planned_steps": [
                {"planned_for": moment(each.by), "who": each.who, "what": each.what} for each in step.planned_steps
            ],
        }
        await self._team_command(step.responder, step.tip, "contact-impossible", body)
        return (
            f"{who} cannot find the child of tip {step.tip}: {len(step.attempts)} attempts and "
            f"{len(step.planned_steps)} planned steps go on record."
        )

    async def _on_duty(self, step: DutyStep) -> str:
        who = self._hands.who(step.by)
        tip = self._hands.played.references[step.tip]
        if isinstance(step, AcknowledgeDuty):
            duty = await self._duty_told(step, tip)
            place = f"/duties/{duty}/parts/{step.part}/acknowledgement"
            done(await self._hands.interfaces.post(self._hands.people[step.by], TIPS, place), step.tip)
            return f"{who} acknowledges having been told of tip {step.tip} ({step.rule})."
        body = {"done_at": self._hands.moment(step.done or step.at), "how": step.how, "told": step.told}
        for part in step.parts:
            await self._record_part(step, f"/tips/{tip}/duties", part, body)
        told = ", ".join(plain(part) for part in step.parts)
        return f"{who} records a reporting duty of tip {step.tip} as done ({step.rule}): {told}."

    async def _record_part(self, step: ReportDuty, place: str, part: str, body: object) -> None:
        who, answer = self._hands.people[step.by], httpx.Response(STALE)
        for _ in range(AGAIN_WHEN_STALE):
            duties = await self._hands.shown(step.by, TIPS, place) or []
            versions = {each["rule"]: int(each["version"]) for each in duties}
            path = f"{place}/{step.rule}/parts/{part}"
            # Version 0 for a rule that asks nothing: the house says so better than the player.
            answer = await self._hands.interfaces.post(who, TIPS, path, body, version=versions.get(step.rule, 0))
            if answer.status_code != STALE:
                break
        done(answer, step.tip)

    async def _duty_told(self, step: AcknowledgeDuty, tip: str) -> str:
        """The duty among those the agency was told of, once its list holds it. Raises `DemoStopped`."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + NEWS_SECONDS
        while loop.time() < deadline:
            for row in await self._hands.shown(step.by, TIPS, "/duties/told"):
                if (row["tip"], row["rule"], row["part"]) == (tip, step.rule, step.part):
                    return str(row["duty"])
            await asyncio.sleep(LOOK_AGAIN_SECONDS)
        raise DemoStopped(f"The agency of {step.by} was not told of tip {step.tip} ({step.rule}, {step.part}).")

    async def _tip_command(self, by: str, tip: str, path: str, body: object) -> None:
        await self._hands.command(by, TIPS, f"/tips/{self._hands.played.references[tip]}", path, body, tip)

    async def _team_command(self, by: str, tip: str, path: str, body: object = None) -> None:
        who, answer = self._hands.people[by], httpx.Response(STALE)
        for _ in range(AGAIN_WHEN_STALE):
            page = await self._hands.page(by, TEAMS, f"/teams/of-tip/{self._hands.played.references[tip]}", tip)
            version = page["contact_version"] if path.startswith("contact") else page["version"]
            place = f"/teams/{page['reference']}/{path}"
            answer = await self._hands.interfaces.post(who, TEAMS, place, body, version=version)
            if answer.status_code != STALE:
                break
        done(answer, tip)
