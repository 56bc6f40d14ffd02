"""What all steps are done with: who is who, what has a reference by now, and a command on a page as it stands."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from deploy.demo.interfaces import DemoStopped, Interfaces, Person, sentence_of
from deploy.demo.lines import Time
from deploy.demo.post import Post
from deploy.demo.scenario import Scenario

TIPS = "tips"
TEAMS = "rapid_assessment"
CLINIC = "forensic_clinic"
COURTS = "prosecution"

AGAIN_WHEN_STALE = 4
STALE = 412
# News between services takes a moment, on a busy machine a longer one.
NEWS_SECONDS = 10.0
LOOK_AGAIN_SECONDS = 0.1


@dataclass
class Played:
    """The house's references by the labels the scenario gave. `cases` are by tip: it has one in a scenario.

    `pages` are receipt and PIN of survivors' pages, by kit. `before` is what was shown of cases when a drill began.
    """

    references: dict[str, str] = field(default_factory=dict)
    receipts: dict[str, str] = field(default_factory=dict)
    exams: dict[str, str] = field(default_factory=dict)
    kits: dict[str, str] = field(default_factory=dict)
    pages: dict[str, tuple[str, str]] = field(default_factory=dict)
    cases: dict[str, str] = field(default_factory=dict)
    accused: dict[str, str] = field(default_factory=dict)
    counts: dict[str, str] = field(default_factory=dict)
    hearings: dict[str, str] = field(default_factory=dict)
    rotas: dict[str, str] = field(default_factory=dict)
    drills: dict[str, str] = field(default_factory=dict)
    before: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Hands:
    """Acts over the public interfaces in the name of the scenario's people."""

    interfaces: Interfaces
    people: Mapping[str, Person]
    rooms: Mapping[str, str]
    scenario: Scenario
    played: Played
    post: Post

    async def page(self, by: str, service: str, place: str, tip: str) -> dict[str, Any]:
        """What `by` is shown there, once news of it has come. Raises `DemoStopped`."""
        who, loop = self.people[by], asyncio.get_running_loop()
        deadline = loop.time() + NEWS_SECONDS
        answer = await self.interfaces.get(who, service, place)
        while answer.status_code == httpx.codes.NOT_FOUND and loop.time() < deadline:
            await asyncio.sleep(LOOK_AGAIN_SECONDS)
            answer = await self.interfaces.get(who, service, place)
        return done(answer, tip)

    async def command(self, by: str, service: str, place: str, path: str, body: object, tip: str) -> dict[str, Any]:
        """Decided on the page of `place` as it stands; again when it moved on meanwhile. Raises `DemoStopped`."""
        answer = httpx.Response(STALE)
        for _ in range(AGAIN_WHEN_STALE):
            version = (await self.page(by, service, place, tip))["version"]
            answer = await self.interfaces.post(self.people[by], service, f"{place}/{path}", body, version=int(version))
            if answer.status_code != STALE:
                break
        return done(answer, tip)

    async def make(self, by: str, service: str, path: str, body: object, tip: str) -> str:
        """The reference of what the command made. Raises `DemoStopped`."""
        answer = await self.interfaces.post(self.people[by], service, path, body)
        return str(done(answer, tip)["reference"])

    def moment(self, time: Time) -> str:
        """As it is sent."""
        return self.scenario.moment(time).isoformat()

    def first(self, role: str, agency: str | None = None) -> str:
        """The label of the first account with the role. Raises `DemoStopped` where the scenario has none."""
        for line in self.scenario.accounts.values():
            if line.role == role and agency in {None, line.agency}:
                return line.account
        raise DemoStopped(f"The scenario has no account with the role {role}{f' at {agency}' if agency else ''}.")

    async def shown(self, by: str, service: str, place: str, params: Mapping[str, str] | None = None) -> Any:
        """What `by` is shown there now; None when there is nothing to be seen. Raises `DemoStopped`."""
        answer = await self.interfaces.get(self.people[by], service, place, params)
        if answer.status_code == httpx.codes.NOT_FOUND:
            return None
        if not answer.is_success:
            raise DemoStopped(f"A page was not shown: {sentence_of(answer)}")
        return answer.json()

    async def is_refused(
        self, by: str, service: str, place: str, path: str, body: object, because: str, citation: str | None = None
    ) -> bool:
        """Tries the command: whether it is refused for this cause, and changes nothing."""
        before = await self.shown(by, service, place)
        if before is None:
            return False
        answer = await self.interfaces.post(
            self.people[by], service, f"{place}/{path}", body, version=before["version"]
        )
        after = await self.shown(by, service, place)
        cited = citation is None or (answer.is_client_error and answer.json().get("citation") == citation)
        return refused_for(answer, because) and cited and bool(after["version"] == before["version"])

    async def team(self, tip: str) -> dict[str, Any] | None:
        """The tip's team as the CPS coordinator sees it."""
        place = f"/teams/of-tip/{self.played.references[tip]}"
        page: dict[str, Any] | None = await self.shown(self.first("cps_coordinator"), TEAMS, place)
        return page

    async def case(self, tip: str) -> dict[str, Any]:
        """The tip's case as a prosecutor of its office sees it. Raises `DemoStopped`."""
        for line in self.scenario.accounts.values():
            if line.role == "prosecutor":
                page: dict[str, Any] | None = await self.shown(line.account, COURTS, f"/cases/{self.played.cases[tip]}")
                if page is not None:
                    return page
        raise DemoStopped(f"No prosecutor of the scenario is shown the case of tip {tip}.")

    def who(self, label: str) -> str:
        """The person's name."""
        return self.scenario.person(label).person

    def slot(self, nurse: str, room: str, since: Time, until: Time) -> dict[str, str]:
        """As it is sent."""
        return {
            "nurse": self.people[nurse].account,
            "room": self.rooms[room],
            "since": self.moment(since),
            "until": self.moment(until),
        }


def done(answer: httpx.Response, tip: str) -> dict[str, Any]:
    """The answer's page. Raises `DemoStopped` for a refusal: a scenario's steps are meant to go through."""
    if not answer.is_success:
        raise DemoStopped(f"A step on tip {tip} was refused: {sentence_of(answer)}")
    page: dict[str, Any] = answer.json()
    return page


def refused_for(answer: httpx.Response, because: str) -> bool:
    """Whether a rule refused it, for this cause."""
    return answer.status_code == httpx.codes.CONFLICT and answer.json().get("code") == because


def plain(code: str) -> str:
    """A code in words."""
    return {"not_known": "not known", "sex": "sex trafficking", "labour": "labour trafficking"}.get(
        code, code.replace("_", " ")
    )


def seat_name(code: str) -> str:
    """A seat, as a sentence names it."""
    return plain(code).replace("cps", "CPS")
