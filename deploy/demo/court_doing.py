"""The steps before the courts, done over HTTP."""

from collections.abc import Callable, Iterable
from typing import Any

from deploy.demo.court_steps import (
    AcceptCase,
    AddAccused,
    ChargeStep,
    ConferWithVictim,
    CourseStep,
    CourtStep,
    DeclineCase,
    DemandHearing,
    EnterStage,
    GrantContinuance,
    HoldHearing,
    RecordOutcome,
    ReferCase,
    ReferralStep,
    ReleaseAccused,
    SetHearing,
    StepAside,
)
from deploy.demo.hands import COURTS, Hands, plain


class DoingInCourt:
    """The referral, the charges and their course, by the office that has the case."""

    def __init__(self, hands: Hands) -> None:
        self._hands = hands

    async def do(self, step: CourtStep) -> str:
        """The sentence to print. Raises `DemoStopped`."""
        if isinstance(step, ReferralStep):
            return await self._on_referral(step)
        if isinstance(step, ChargeStep):
            return await self._on_charge(step)
        if isinstance(step, ConferWithVictim):
            return await self._conferred(step)
        return await self._on_course(step)

    async def _on_referral(self, step: ReferralStep) -> str:
        who = self._hands.who(step.by)
        match step:
            case ReferCase():
                body = {"tip": self._hands.played.references[step.tip], "office": step.office}
                self._hands.played.cases[step.tip] = await self._hands.make(step.by, COURTS, "/cases", body, step.tip)
                office = step.office or "the district attorney of the county's circuit"
                return f"{who} refers tip {step.tip} to {office}."
            case AcceptCase():
                await self._command(step, "acceptance", {})
                return f"{who} accepts the case of tip {step.tip}."
            case DeclineCase():
                await self._command(step, "decline", {"reason": step.reason})
                return f"{who} declines the case of tip {step.tip}: {plain(step.reason)}."
            case StepAside():
                await self._command(step, "conflicts", {"reason": step.reason})
                return f"{who} declares a conflict of interest in the case of tip {step.tip} and is out of it."

    async def _on_charge(self, step: ChargeStep) -> str:
        who, played = self._hands.who(step.by), self._hands.played
        if isinstance(step, AddAccused):
            body: dict[str, object] = {"name": step.name, "born": step.born.isoformat() if step.born else None}
            played.accused[step.accused] = await self._made(step, "accused", body, _accused)
            return f"{who} adds accused {step.accused} to the case of tip {step.tip}."
        body = {
            "accused": played.accused[step.accused],
            "offence": step.offence,
            "act_on": step.act_on.isoformat(),
        }
        played.counts[step.count] = await self._made(step, "counts", body, _counts)
        return f"{who} charges accused {step.accused} in count {step.count} with {step.offence}."

    async def _on_course(self, step: CourseStep) -> str:
        who, played, at = self._hands.who(step.by), self._hands.played, self._hands.moment(step.at)
        match step:
            case EnterStage():
                body: dict[str, object] = {
                    "stage": step.stage,
                    "at": at,
                    "counts": [played.counts[each] for each in step.counts],
                }
                await self._command(step, f"accused/{played.accused[step.accused]}/stages", body)
                return f"{who} records for accused {step.accused}: {plain(step.stage)}."
            case RecordOutcome():
                count = played.counts[step.count]
                body = {"outcome": step.outcome, "at": at, "without_support_seen": await self._gaps(step, count)}
                await self._command(step, f"counts/{count}/outcomes", body)
                return f"{who} records the outcome of count {step.count}: {plain(step.outcome)}."
            case SetHearing() | HoldHearing():
                return await self._on_hearing(step)
            case DemandHearing():
                await self._command(step, f"accused/{played.accused[step.accused]}/hearing-demands", {"at": at})
                return f"{who} records that accused {step.accused} demands a preliminary hearing."
            case ReleaseAccused():
                await self._command(step, f"accused/{played.accused[step.accused]}/releases", {"at": at})
                return f"{who} records that accused {step.accused} is out of custody."
            case GrantContinuance():
                body = {"ground": step.ground, "days": step.days, "at": at}
                await self._command(step, f"accused/{played.accused[step.accused]}/continuances", body)
                return f"{who} records a continuance of {step.days} days: {plain(step.ground)}."

    async def _gaps(self, step: RecordOutcome, count: str) -> list[str]:
        """What nothing on file supports, as whoever records it is shown."""
        page = await self._hands.page(step.by, COURTS, self._place(step), step.tip)
        (found,) = (of for each in page["accused"] for of in each["counts"] if of["count"] == count)
        return [gap["element"] for gap in found["without_support"]]

    async def _conferred(self, step: ConferWithVictim) -> str:
        """The proposal, and the conferral on it."""
        played, at = self._hands.played, self._hands.moment(step.at)
        count = played.counts[step.count]
        page = await self._hands.page(step.by, COURTS, self._place(step), step.tip)
        victim = next(of["victim"] for each in page["accused"] for of in each["counts"] if of["count"] == count)
        place = f"{self._place(step)}/victims/{victim}"
        proposed = {"count": count, "outcome": step.outcome, "at": at}
        await self._hands.command(step.by, COURTS, place, "proposals", proposed, step.tip)
        known = (await self._hands.page(step.by, COURTS, place, step.tip))["proposals"]
        proposal = next(each["proposal"] for each in known if each["count"] == count and each["waits"])
        held = {"way": step.way, "position": step.position, "at": at}
        await self._hands.command(step.by, COURTS, place, f"proposals/{proposal}/conferral", held, step.tip)
        return f"{self._hands.who(step.by)} confers with the victim of count {step.count} on: {plain(step.outcome)}."

    async def _on_hearing(self, step: SetHearing | HoldHearing) -> str:
        who, played = self._hands.who(step.by), self._hands.played
        if isinstance(step, HoldHearing):
            path = f"hearings/{played.hearings[step.hearing]}/holding"
            await self._command(step, path, {"at": self._hands.moment(step.at)})
            return f"{who} records that hearing {step.hearing} began."
        body = {
            "kind": step.kind,
            "court": step.court,
            "accused": [played.accused[step.accused]],
            "set_for": self._hands.moment(step.set_for),
            # The first hour of a demonstration is whatever day it is begun.
            "although_closed": True,
        }
        played.hearings[step.hearing] = await self._made(step, "hearings", body, _hearings)
        return f"{who} records a hearing, {plain(step.kind)}, set for {step.set_for}."

    async def _made(
        self, step: CourtStep, path: str, body: object, of: Callable[[dict[str, Any]], Iterable[str]]
    ) -> str:
        """The reference of what the command added: what is on the case's page now and was not before."""
        place = self._place(step)
        before = set(of(await self._hands.page(step.by, COURTS, place, step.tip)))
        await self._command(step, path, body)
        after = set(of(await self._hands.page(step.by, COURTS, place, step.tip)))
        (made,) = after - before
        return made

    async def _command(self, step: CourtStep, path: str, body: object) -> None:
        await self._hands.command(step.by, COURTS, self._place(step), path, body, step.tip)

    def _place(self, step: CourtStep) -> str:
        return f"/cases/{self._hands.played.cases[step.tip]}"


def _accused(page: dict[str, Any]) -> Iterable[str]:
    return (each["accused"] for each in page["accused"])


def _counts(page: dict[str, Any]) -> Iterable[str]:
    return (count["count"] for each in page["accused"] for count in each["counts"])


def _hearings(page: dict[str, Any]) -> Iterable[str]:
    return (each["hearing"] for each in page["hearings"])
