"""A day in which people type a planted word into every field that is free to be typed into."""

import asyncio
import re
from base64 import b64encode, urlsafe_b64decode
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pyotp

from deploy.demo.authenticator import Authenticator
from deploy.demo.interfaces import Interfaces, Person
from deploy.topology import SERVICES
from tests.end_to_end.planting import Plants
from tests.end_to_end.town import (
    AGENCIES,
    Town,
    Visit,
    administrator_of,
    ok,
    origin_of,
    register_agency,
)
from tests.support.running_service import NOON
from tests.support.waiting import as_it_stands, eventually

HOUR = timedelta(hours=1)
WEEK_OVER = NOON + 3 * HOUR
"""When the first week of the house is over. Who was released to whom is shown for longer than that."""

KITS_COUNTED = WEEK_OVER - 0.5 * HOUR
"""When the kits of the day before are counted, of which more is stated on the day."""

CLINIC, OFFICE, OTHER_OFFICE = "BRIDGE", "DA-07", "DA-20"
STRANGERS: Mapping[str, tuple[str, str]] = {
    "forensic_nurse": ("forensic_nurse", CLINIC),
    "clinic_coordinator": ("clinic_coordinator", CLINIC),
    "leaver": ("forensic_nurse", CLINIC),
    "laboratory": ("laboratory", "MS-LAB"),
    "prosecutor": ("prosecutor", OFFICE),
    "colleague": ("prosecutor", OFFICE),
    "other_office": ("prosecutor", OTHER_OFFICE),
}
"""Who joins the people of the town under a planted name: role and agency."""

PERSON = ("name", "contact", "narrative")
OFFENCE = "MS-97-3-54.1-1c-MINOR"


class PlantedDay:
    """What was made, by its reference; each part plants the fields of one service."""

    def __init__(self, town: Town, client: httpx.AsyncClient, plants: Plants) -> None:
        self.town = town
        self._client = client
        urls = {each.name: town.stack.url(each.name) for each in SERVICES}
        self._interfaces = Interfaces(urls, origin_of(town.stack), client)
        self.visit = Visit(town, self._interfaces)
        self.plants = plants
        self.tip = self.team = self.exam = self.kit = self.review = self.incident = self.opening = self.matter = ""
        self.case = self.victim = self.item = self.paper = ""
        self.tips: list[str] = []

    async def until_the_child_is_safe(self) -> None:
        """From the first account to custody. What the clinic does then is in planted_clinic.py."""
        self.town.turn_to(self.town.now + HOUR)
        await self.people()
        await self.tips_taken()
        await self.handed_on()
        await self.told_publicly()
        await self.opened_to_others()
        await self.reporter_asked_for()
        await self.duties()
        await self.team_and_contact()
        await self.taken_into_custody()
        await self.destruction_asked_for()

    async def afterwards(self) -> None:
        """The court, the week's review of reading, a matter of the census, and an incident."""
        await self.court()
        await self.week_reviewed()
        await self.census_settled()
        await self.incident_dealt_with()

    async def people(self) -> None:
        """Accounts under planted names, with planted passphrases, apps and passkeys."""
        operator = self.town.people["operator"]
        for agency in sorted({agency for _, agency in STRANGERS.values()} - set(AGENCIES.values())):
            administrator = await register_agency(self._interfaces, operator, agency)
            self.town.people[administrator.label] = administrator

        async def one(label: str) -> None:
            role, agency = STRANGERS[label]
            sign_in_name = f"{self.plants.word('account.described sign_in_name')}@example.org"
            name = self.plants.text("account.described name")
            body = {"name": name, "sign_in_name": sign_in_name, "agency": agency, "roles": [role]}
            administrator = self.town.people[administrator_of(agency)]
            opened = ok(await self._interfaces.post(administrator, "identity", "/accounts", body)).json()
            who = Person(label, opened["reference"], sign_in_name, Authenticator(self._interfaces.origin))
            await self._set_up(who, opened["invitation"])
            self.town.people[label] = who

        await asyncio.gather(*(one(label) for label in STRANGERS))

    async def _set_up(self, who: Person, invitation: str) -> None:
        """All there is to sign in with, and each of it used."""
        passphrase, used = self.plants.text("passphrase"), {"invitation": invitation}
        options = await self._identity("/invitation/options", used)
        app, device = pyotp.TOTP(options["totp"]["secret"]), who.device or Authenticator(self._interfaces.origin)
        now = datetime.now(UTC)
        passkey = device.create(options["passkey"])
        made = {"passphrase": passphrase, "totp_code": app.at(now), "passkey": passkey}
        codes = (await self._identity("/invitation", used | made | {"challenge": options["challenge"]}))[
            "recovery_codes"
        ]
        names = {"sign_in_name": who.sign_in_name, "passphrase": passphrase}
        # The code of now is used up: the one that comes next fits already.
        for code in (app.at(now + timedelta(seconds=30)), codes[0]):
            signed = await self._identity("/sign-in", names | {"code": code})
            self.plants.made[signed["session"]] = "the secret of a session"
        self.plants.made |= {
            app.secret: "account.app_set secret",
            b64encode(urlsafe_b64decode(f"{passkey['id']}=")).decode(): "account.passkey_added kept",
            **dict.fromkeys([each for code in codes for each in (code, code.replace("-", ""))], "a recovery code"),
        }
        await self._interfaces.sign_in(who)
        self.plants.made[who.session] = "the secret of a session"

    async def _identity(self, path: str, body: object) -> dict[str, Any]:
        answer: dict[str, Any] = ok(await self._interfaces.post(None, "identity", path, body)).json()
        return answer

    async def tips_taken(self) -> None:
        """Four tips: one to work on, one that looks like it, and two linked and parted. One is a day late."""
        self.tip = await self._tip()
        other, third, fourth = [await self._tip(self.town.now - offset * HOUR) for offset in (1, 2, 25)]
        self.tips = [self.tip, other, third, fourth]
        correction = {"county": "Rankin", "reason": self.text("tip.correction_explained reason")}
        await self._on_tip(other, "corrections", correction)
        apart = {"other": other, "same_person": False, "reason": self.text("tip.kept_apart reason")}
        await self._on_tip(self.tip, "duplicate-decisions", apart)
        same = {"other": third, "same_person": True, "reason": self.text("tip.link_explained reason")}
        await self._on_tip(fourth, "duplicate-decisions", same)
        two = {"other": third, "reason": self.text("tip.parting_explained reason")}
        await self._on_tip(fourth, "partings", two)

    async def handed_on(self) -> None:
        """The tip goes from hand to hand, each time with a note."""
        place, intake, coordinator = f"/tips/{self.tip}/hand", "cps_intake", "cps_coordinator"
        to = self.town.people[coordinator].account
        steps: list[tuple[str, str, dict[str, Any]]] = [
            (intake, "taking", {}),
            (intake, "handing-over", {"to": to, "note": self.text("hand.handed_over note")}),
            (coordinator, "taking", {}),
            (intake, "taking-over", {"note": self.text("hand.taken_over note")}),
            (intake, "putting-back", {"note": self.text("hand.put_back note")}),
        ]
        for who, step, body in steps:
            ok(await self.visit.post(who, "tips", f"{place}/{step}", body))

    async def told_publicly(self) -> None:
        """Somebody without an account sends a tip by the page for it, and comes back with its code to say more."""
        said = {
            "what": self.text("tip.person_described narrative"),
            "when": self.text("tip.person_described narrative"),
            "where": self.text("tip.person_described contact"),
            "who": self.text("tip.person_described name"),
            "by_whom": self.text("tip.person_described narrative"),
            "reach": self.text("tip.person_described contact"),
        }
        page = await self.filled_in("/welcome", said)
        (code,) = re.findall(r'class="code">([A-Z2-7-]+)<', page)
        self.plants.made |= dict.fromkeys((code, code.replace("-", "")), "a receipt code")
        await self.filled_in("/welcome/back", {"code": code})
        written = {"text": self.text("tip.written_to_reporter narrative")}
        ok(await self.visit.post("cps_intake", "tips", f"/tips/{self.tip}/messages", written))
        await self.filled_in("/welcome/back", {"code": code, "what": self.text("tip.more_told narrative")})

    async def filled_in(self, path: str, fields: Mapping[str, str], to: str = "") -> str:
        """A form of the console's, as a browser sends it; `to` is where, if not to itself. The page it answers."""
        place = f"{origin_of(self.town.stack)}{path}"
        target = f"{origin_of(self.town.stack)}{to or path}"
        hidden = dict(re.findall(r'name="(form_token|key)" value="([^"]+)"', ok(await self._client.get(place)).text))
        sent = {"Origin": origin_of(self.town.stack)}
        return ok(await self._client.post(target, data=hidden | dict(fields), headers=sent)).text

    async def opened_to_others(self) -> None:
        """A tip is shared with an office, and opened by a nurse in an emergency, which is reviewed."""
        until = (self.town.now + 24 * HOUR).isoformat()
        shared = {"purpose": "prosecution", "agency": OFFICE, "role": "prosecutor", "until": until}
        place = f"/tips/{self.tip}/shares"
        ok(await self.visit.post("cps_coordinator", "tips", place, shared | self.reason("sharing.explained")))
        place, why = f"/tips/{self.tips[2]}/openings", self.reason("break_glass.explained")
        self.opening = ok(await self.visit.post("forensic_nurse", "tips", place, why)).json()["reference"]
        review = {"outcome": "justified", "note": self.text("break_glass.reviewed note")}
        ok(await self.visit.post("cps_coordinator", "tips", f"{place}/{self.opening}/review", review))

    async def reporter_asked_for(self) -> None:
        """Whom it is shared with asks twice who reported it: once refused, once agreed to."""
        place = f"/tips/{self.tip}/reporter"
        for answer in ("refusal", "agreement"):
            asked: dict[str, Any] = {"purpose": "protect_the_reporter"} | {
                each: self.text(f"reporter.release_asked {each}") for each in ("reason", "to_whom", "authority")
            }
            ordered = {each: self.text(f"reporter.court_order_stated {each}") for each in ("court", "number")}
            asked |= {"order": ordered | {"ordered_on": (self.town.now - 24 * HOUR).date().isoformat()}}
            release = ok(await self.visit.post("prosecutor", "tips", f"{place}/releases", asked)).json()["reference"]
            body = {"reason": self.text("reporter.release_refused reason")} if answer == "refusal" else {}
            ok(await self.visit.post("cps_coordinator", "tips", f"{place}/releases/{release}/{answer}", body))

    async def destruction_asked_for(self) -> None:
        """A court's order is entered, held up, and taken back, so that all that was typed can be looked for."""
        coordinator, place = "cps_coordinator", f"/tips/{self.tip}"
        page = ok(await self.visit.get(coordinator, "tips", place)).json()
        order = {
            "person": page["state"]["person"],
            "court": self.text("destruction.requested court"),
            "number": self.text("destruction.requested number"),
            "ordered_at": self.town.now.isoformat(),
        }
        entered = ok(await self.visit.post(coordinator, "tips", f"{place}/destructions", order)).json()["reference"]
        held = {"authority": self.text("destruction.hold_placed authority")}
        hold = ok(await self.visit.post(coordinator, "tips", f"{place}/holds", held)).json()["reference"]
        lifted = {"authority": self.text("destruction.hold_lifted authority")}
        ok(await self.visit.post(coordinator, "tips", f"{place}/holds/{hold}/lifting", lifted))
        dropped = self.reason("destruction.dropped")
        ok(await self.visit.post(coordinator, "tips", f"{place}/destructions/{entered}/dropping", dropped))

    async def duties(self) -> None:
        """One reporting duty is done, acknowledged and found to have been done earlier."""
        started, place = self.town.now, f"/tips/{self.tip}/duties/C09/parts/youth_court_intake"
        self.town.turn_to(started + HOUR)
        done = {
            "done_at": (started + 0.5 * HOUR).isoformat(),
            "how": "telephone",
            "told": self.text("duty.part_done told"),
            "number": self.text("duty.part_done number"),
        }
        seen = {
            "acknowledged_at": (started + 0.7 * HOUR).isoformat(),
            "acknowledged_by": self.text("duty.part_acknowledged acknowledged_by"),
        }
        found = {
            "done_at": (started + 0.4 * HOUR).isoformat(),
            "reason": self.text("duty.part_found reason"),
        }
        for path, body in ((place, done), (f"{place}/acknowledgement", seen), (f"{place}/true-time", found)):
            ok(await self._on_duty(path, body))

    async def _on_duty(self, path: str, body: dict[str, Any]) -> httpx.Response:
        async def send() -> httpx.Response:
            page = ok(await self.visit.get("cps_intake", "tips", f"/tips/{self.tip}/duties")).json()
            version = next(each["version"] for each in page if each["rule"] == "C09")
            return await self.visit.post("cps_intake", "tips", path, body, version=version)

        return await as_it_stands(send)

    async def team_and_contact(self) -> None:
        """A seat declined, released and left for a conflict; contact not possible, then made; a team ended."""
        page = await self.visit.until_team(self.tip, lambda page: page["phase"] == "open")
        self.team = page["reference"]
        investigator, advocate = (self.town.people[who].account for who in ("cps_investigator", "victim_advocate"))
        address = {"kind": "email", "address": f"{self.word('responder.channel_stated address')}@example.org"}
        await self._stated("cps_investigator", address)
        steps: list[tuple[str, str, dict[str, Any]]] = [
            ("cps_coordinator", "seats/cps_investigator/proposal", {"responder": investigator}),
            ("cps_investigator", "seats/cps_investigator/decline", self.reason("team.seat_declined")),
            ("cps_coordinator", "seats/cps_investigator/proposal", {"responder": investigator}),
            ("cps_investigator", "seats/cps_investigator/acceptance", {}),
            ("cps_investigator", "seats/cps_investigator/release", self.reason("team.seat_released")),
            ("cps_coordinator", "seats/victim_advocate/proposal", {"responder": advocate}),
            ("victim_advocate", "conflicts", self.reason("team.conflict_declared")),
            ("cps_coordinator", "contact-impossible", self._tried()),
            ("cps_coordinator", "contact", self._seen()),
        ]
        for role, path, body in steps:
            ok(await self.visit.act(self.tip, role, path, body))
        await self._revoked("victim_advocate", self.reason("responder.credential_revoked"))
        other = self.tips[1]
        await self.visit.until_team(other, lambda page: page["phase"] == "open")
        await self._taken_over(other)
        disposed = {"of": "cps_investigation", "by": "youth_court", "disposed_at": self.town.now.isoformat()} | {
            "document": self.text("tip.disposed document")
        }
        who = "cps_coordinator"
        ok(await self.visit.on_page(who, who, "tips", f"/tips/{self.tip}", "dispositions", disposed))
        ok(await self.visit.act(other, "cps_coordinator", "stand-down", self.reason("team.stand_down_explained")))

    async def _taken_over(self, tip: str) -> None:
        """Another state has the child, so that it need not be seen here any more."""
        page = ok(await self.visit.get("cps_coordinator", "rapid_assessment", f"/teams/of-tip/{tip}/clocks/C02")).json()
        team = ok(await self.visit.get("cps_coordinator", "rapid_assessment", f"/teams/of-tip/{tip}")).json()
        path = f"/teams/{team['reference']}/clocks/C02/rulings"
        ruling = {
            "what": "excused",
            "authority": "taken_over_elsewhere",
            "document": self.text("clock.ruled document"),
        }
        ok(await self.visit.post("cps_coordinator", "rapid_assessment", path, ruling, version=page["version"]))

    async def taken_into_custody(self) -> None:
        """Without an order: the judge is told and authorises it, and the child goes to a relative."""
        now = self.town.now.isoformat()
        steps: list[tuple[str, dict[str, Any]]] = [
            ("taken", {"taken_at": now, "county": "Hinds", "place": self.text("custody.child_taken place")}),
            (
                "judge-notified",
                {"notified_at": now, "how": "telephone", "whom": self.text("custody.judge_notified whom")},
            ),
            ("authorised", {"authorised_at": now, "form": "written", "by": self.text("custody.authorised by")}),
            ("release", {"released_at": now, "to": "relative", "whom": self.text("custody.child_released whom")}),
        ]
        for path, body in steps:
            ok(await self.visit.act(self.tip, "cps_coordinator", f"custody/{path}", body))

    async def court(self) -> None:
        """A case accepted, with an accused whose age is corrected, and another that is declined."""
        self.case = await self._referred(self.tip)
        await self._court("prosecutor", self.case, "acceptance", {"note": self.text("case.decision_explained note")})
        accused = {
            "name": self.text("accused.added name"),
            "born": self.plants.day("accused.added born"),
            "counts": [{"offence": OFFENCE, "act_on": "2026-08-14"}],
        }
        await self._court("prosecutor", self.case, "accused", accused)
        page = ok(await self.visit.get("prosecutor", "prosecution", f"/cases/{self.case}")).json()
        corrected = {"born": self.plants.day("accused.age_corrected born")} | self.reason("accused.age_corrected")
        path = f"accused/{page['accused'][0]['accused']}/age-corrections"
        await self._court("prosecutor", self.case, path, corrected)
        self.victim = page["person"]
        await self._of_victim(self.victim)
        await self._evidence_and_a_subpoena()
        cause = {"court": "circuit", "number": self.plants.word("accused.cause_number_entered number")}
        await self._court("prosecutor", self.case, f"accused/{page['accused'][0]['accused']}/cause-numbers", cause)
        await self._court("colleague", self.case, "conflicts", self.reason("case.conflict_declared"))
        offer = {"office": OTHER_OFFICE, "reason": "venue"}
        note = {"note": self.text("case.transfer_explained note")}
        await self._court("prosecutor", self.case, "transfers", offer | note)
        refused = {"transfer": 1} | self.reason("case.transfer_refused")
        ok(await self.visit.post("other_office", "prosecution", f"/cases/{self.case}/transfers/refusal", refused))
        await self._court("prosecutor", self.case, "transfers", offer)
        await self._court("prosecutor", self.case, "transfers/withdrawal", self.reason("case.transfer_withdrawn"))
        declined = {"reason": "insufficient_evidence", "note": self.text("case.decision_explained note")}
        await self._court("prosecutor", await self._referred(self.tips[2]), "decline", declined)

    async def week_reviewed(self) -> None:
        """An auditor opens who read what in the week, judges what of it was unusual, and signs it off."""
        self.town.turn_to(WEEK_OVER)
        # Their account is closed: from here on they ask without being let in.
        self.town.people["leaver"].device = None
        await asyncio.gather(*(self.visit.sign_in(who) for who in self.town.people if who != "leaver"))
        found: list[dict[str, Any]] = []

        async def over() -> bool:
            found[:] = ok(await self.visit.get("auditor", "audit", "/reviews")).json()
            return bool(found)

        await eventually(over)
        self.review = found[0]["review"]
        week = ok(await self.visit.get("auditor", "audit", f"/reviews/{self.review}")).json()
        # Of the nurse whose account was closed, what they read at that moment.
        assert week["unusual"]
        for each in week["unusual"]:
            judged = {"outcome": "false_alarm", "note": self.text("audit.unusual_reading_judged note")}
            path = f"/reviews/{self.review}/unusual/{each['finding']}"
            ok(await self.visit.post("auditor", "audit", path, judged))
        note = {"note": self.text("audit.reading_reviewed note")}
        ok(await self.visit.post("auditor", "audit", f"/reviews/{self.review}/sign-off", note))

    async def census_settled(self) -> None:
        """The count of yesterday found the number that nobody knows, and somebody says what came of it."""
        who, clinic = "laboratory", "forensic_clinic"
        found: list[dict[str, Any]] = []

        async def counted() -> bool:
            found[:] = ok(await self.visit.get(who, clinic, "/census/matters")).json()
            return bool(found)

        await eventually(counted)
        self.matter = found[0]["matter"]
        body = {"outcome": "kept_from_before"} | self.reason("census.matter_settled")
        # Not as its page says, which would show the number to whoever may know it.
        ok(await self.visit.post(who, clinic, f"/census/matters/{self.matter}/settlement", body, version=1))

    async def incident_dealt_with(self) -> None:
        """Somebody reports one, and the operator closes it."""
        self.incident = await self.visit.incident("forensic_nurse", self.text("incident.reported text"))
        note = {"note": self.text("incident.closed note")}
        ok(await self.visit.post("operator", "identity", f"/incidents/{self.incident}/closing", note))

    def word(self, where: str) -> str:
        return self.plants.word(where)

    def text(self, where: str) -> str:
        return self.plants.text(where)

    def reason(self, event: str) -> dict[str, Any]:
        return {"reason": self.text(f"{event} reason")}

    def _tried(self) -> dict[str, Any]:
        now = self.town.now
        tried = {"attempted_at": now.isoformat(), "how": "visit", "result": "nobody_there"}
        planned = {"planned_for": (now + timedelta(days=1)).isoformat(), "who": "law_enforcement"}
        return {
            "attempts": [tried | {"what": self.text("contact.attempted what")} for _ in range(2)],
            "planned_steps": [planned | {"what": self.text("contact.step_planned what")} for _ in range(2)],
        }

    def _seen(self) -> dict[str, Any]:
        return {"made_at": self.town.now.isoformat(), "place": self.text("contact.made place")}

    async def _tip(self, received_at: datetime | None = None) -> str:
        """About four people. Its Idempotency-Key is a plant too."""
        persons = [self._described(part) for part in ("subject", "reporter", "suspect", "other")]
        body = {
            "channel": "cps_hotline",
            "county": "Hinds",
            "received_at": (received_at or self.town.now).isoformat(),
            "age": "child",
            "persons": persons,
        }
        key = {"Idempotency-Key": self.word("Idempotency-Key of a tip")}
        return await self._sent_as("cps_intake", f"{self.town.stack.url('tips')}/tips", body, key)

    def _described(self, part: str) -> dict[str, Any]:
        first = len(self.plants.where) + 1
        person = {"part": part} | {each: self.text(f"tip.person_described {each}") for each in PERSON}
        if part == "reporter":
            self.plants.told_apart |= dict.fromkeys(range(first, len(self.plants.where) + 1), "who reported")
        return person

    async def _sent_as(self, role: str, url: str, body: object, headers: dict[str, str]) -> str:
        headers = headers | {"Authorization": f"Bearer {(await self.visit.sign_in(role)).token}"}
        return str(ok(await self._client.post(url, json=body, headers=headers)).json()["reference"])

    async def _on_tip(self, tip: str, path: str, body: object) -> None:
        await self._on_page("cps_intake", "cps_intake", "tips", f"/tips/{tip}", path, body)

    async def _referred(self, tip: str) -> str:
        body = {"tip": tip, "note": self.text("case.referral_explained note")}
        return await self.once_heard_of("trafficking_investigator", "prosecution", "/cases", body)

    async def once_heard_of(self, role: str, service: str, path: str, body: object) -> str:
        """The reference of what a command on a tip made, sent until its service knows of the tip."""
        answer = httpx.Response(httpx.codes.NOT_FOUND)

        async def known() -> bool:
            nonlocal answer
            answer = await self.visit.post(role, service, path, body)
            return answer.status_code != httpx.codes.NOT_FOUND

        await eventually(known)
        return str(ok(answer).json()["reference"])

    async def _stated(self, role: str, address: dict[str, str]) -> None:
        place = f"/responders/{self.town.people[role].account}"
        ok(await self.visit.on_page(role, role, "rapid_assessment", place, "channels", address))

    async def _revoked(self, role: str, reason: dict[str, str]) -> None:
        """By its issuer, in whose name it was granted."""
        issuer, service = "credential_issuer", "rapid_assessment"
        place = f"/responders/{self.town.people[role].account}/credentials"
        (held,) = ok(await self.visit.get(issuer, service, place)).json()["credentials"]
        body = {"revoked_at": self.town.now.isoformat(), **reason}
        ok(await self.visit.on_page(issuer, issuer, service, place, f"{held['credential']}/revocation", body))

    async def _of_victim(self, person: str) -> None:
        """A safe contact with wishes, and what the victim says of a proposal."""
        place = f"/cases/{self.case}/victims/{person}"

        async def done(path: str, body: object) -> None:
            await self._on_page("prosecutor", "prosecutor", "prosecution", place, path, body)

        contact = {
            "channel": "letter",
            "contact": self.text("victim.contact_stated contact"),
            "wishes": self.text("victim.contact_stated wishes"),
            "reaches_accused": "no",
        }
        await done("contact", contact)
        shown = ok(await self.visit.get("prosecutor", "prosecution", place)).json()
        at = {"at": self.town.now.isoformat()}
        await done("proposals", {"count": shown["counts"][0], "outcome": "nolle_prosequi"} | at)
        shown = ok(await self.visit.get("prosecutor", "prosecution", place)).json()
        held = {"way": "telephone", "position": "objects", "view": self.text("victim.conferred_with view")} | at
        await done(f"proposals/{shown['proposals'][0]['proposal']}/conferral", held)

    async def _evidence_and_a_subpoena(self) -> None:
        """Where something is found, and who is to be served."""
        place = f"/cases/{self.case}"
        listed = {"kind": "device", "locator": self.text("evidence.listed locator")}
        ok(await self.visit.post("prosecutor", "prosecution", f"{place}/evidence", listed, version=0))
        shown = ok(await self.visit.get("prosecutor", "prosecution", f"{place}/evidence")).json()
        self.item = shown["items"][0]["item"]
        subpoena = {"kind": "subpoena", "for_whom": "witness", "at": self.town.now.isoformat()}
        subpoena["addressee"] = self.text("paper.issued addressee")
        ok(await self.visit.post("prosecutor", "prosecution", f"{place}/papers", subpoena, version=0))
        await self._a_document(place)

    async def _a_document(self, place: str) -> None:
        """The subpoena, looked at and taken out: what was typed of whom it is for stands in it."""
        shown = ok(await self.visit.get("prosecutor", "prosecution", f"{place}/papers")).json()
        self.paper = shown["papers"][0]["paper"]
        which = {"template": "subpoena", "about": self.paper, "court": "circuit"}
        path = f"{place}/documents/drafts/subpoena/{self.paper}"
        draft = ok(await self.visit.get("prosecutor", "prosecution", path, court="circuit")).json()
        position = draft["content"]["position"]
        ok(await self.visit.post("prosecutor", "prosecution", f"{place}/documents", which, version=position))

    async def _court(self, role: str, case: str, path: str, body: object) -> None:
        await self._on_page(role, "prosecutor", "prosecution", f"/cases/{case}", path, body)

    async def _on_page(self, role: str, reader: str, service: str, place: str, path: str, body: object) -> None:
        """A command on a page as `reader` sees it now."""
        ok(await self.visit.on_page(role, reader, service, place, path, body))
