"""What a kit's page shows: who answers for it, its custody in sentences, its clocks, and what this viewer can do."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from contracts.jurisdictions import Jurisdiction
from services.console.frame.deadlines import Deadline, sum_of
from services.console.frame.times import Times
from services.console.pages.clinic.answers import Handover, Holder, Kit, KitClock, Legacy, Paper, agency_name
from services.kernel.http.caller import Caller
from services.kernel.http.looking_back import ROLE

KEEPERS = frozenset({"forensic_nurse", "clinic_coordinator"})
FINDERS: Mapping[str, str] = {
    "clinic_coordinator": "clinic",
    "law_enforcement": "law_enforcement",
    "trafficking_investigator": "law_enforcement",
    "laboratory": "laboratory",
}
"""Who says where the kit of somebody who left was found, and where the kit is then."""

HOLD_TO_DESTROY = frozenset({"law_enforcement", "trafficking_investigator", "laboratory"})

POLICE_ROLES = frozenset({"law_enforcement", "trafficking_investigator"})
POLICE_WORK = frozenset({"emergency_response", "investigate_state"})
HOLDS_AS: Mapping[str, tuple[str, ...]] = {
    "forensic_exam": ("forensic_nurse", "clinic_coordinator"),
    "emergency_response": ("law_enforcement",),
    "investigate_state": ("trafficking_investigator",),
    "test_kits": ("laboratory",),
}
"""By what an agency does: the roles in it that can hold a kit."""


class Step(NamedTuple):
    """One moment of the chain. `number` is the handover's, 0 for what is none; `doubt` is what is wrong with a seal,
    `exception` why only one of two hands is there, `gaps` what a side did not say.
    """

    at: datetime | None
    sentence: str
    tone: str
    number: int = 0
    doubt: str = ""
    exception: str = ""
    gaps: str = ""


class Acts(NamedTuple):
    """What the page offers this viewer. The service decides; nothing is offered that it must refuse."""

    accept: bool
    withdraw: bool
    seal: bool
    set_aside: bool
    report: bool
    call: bool
    correct_call: bool
    offer: bool
    recover: bool
    reseal: bool
    results: Sequence[str]
    heard_on: Sequence[int]
    read_texts: bool
    see_exam: bool
    begin_test: bool = False
    upload: bool = False
    tell_other: bool = False
    propose: Sequence[str] = ()
    withdraw_decision: int = 0
    destroy: bool = False
    survivor: bool = False
    find_paper: bool = False
    take_paper_back: int = 0


NOTHING = Acts(
    accept=False,
    withdraw=False,
    seal=False,
    set_aside=False,
    report=False,
    call=False,
    correct_call=False,
    offer=False,
    recover=False,
    reseal=False,
    results=(),
    heard_on=(),
    read_texts=False,
    see_exam=True,
)
"""To be looked at, and the exam it is of."""


def people_of(kit: Kit) -> set[UUID]:
    """Whose names the page needs."""
    hands = {who for each in kit.chain for who in _hands(each) if who is not None}
    hands |= {who for each in (kit.legacy.papers if kit.legacy else ()) for who in (each.by, each.taken_back_by) if who}
    return hands | ({kit.legacy.by} if kit.legacy else {kit.nurse}) | ({kit.held_by.account} if kit.held_by else set())


def _hands(each: Handover) -> tuple[UUID | None, ...]:
    return (each.by, each.in_place_of, each.ended_by, each.account)


def acts_of(kit: Kit, caller: Caller) -> Acts:
    """By who holds the kit, to whom it is offered, and what is done with it already.

    Of the past none, even to whoever held it then: they look at it as an auditor.
    """
    if ROLE in caller.roles:
        return NOTHING
    me, roles = caller.account, frozenset(caller.roles)
    if kit.phase == "destroyed":
        return NOTHING
    keeps = bool(roles & KEEPERS) and (kit.clinic == caller.agency or me == kit.nurse)
    offer, holder = kit.offer, kit.held_by
    mine = holder is not None and holder.account == me and offer is None
    stage = "clinic" if holder is None else holder.stage
    of_laboratory = "laboratory" in roles and _received(kit, caller.agency)
    return Acts(
        accept=offer is not None and offer.by != me and _asked(offer, caller),
        withdraw=offer is not None and offer.by == me,
        seal=kit.phase == "open" and me == kit.nurse,
        set_aside=kit.phase == "open" and keeps,
        report=kit.consent != "reported" and kit.phase != "set_aside" and keeps,
        call=kit.consent == "reported" and kit.phase != "set_aside" and keeps and not kit.went_on_before,
        correct_call=kit.called_at is not None and keeps,
        offer=mine,
        recover=kit.holder_left and holder is not None and _may_find(holder, caller),
        reseal=mine,
        results=_results(kit) if of_laboratory else (),
        heard_on=[each.number for each in kit.chain if each.doubted and _unheard(each, me)],
        read_texts=(holder is not None and holder.account == me)
        or (stage == "clinic" and keeps)
        or (stage == "laboratory" and of_laboratory),
        # Of a nurse who relieved another, the kit is in her hand; the exam is the other's.
        see_exam=kit.legacy is None
        and (me == kit.nurse or ("clinic_coordinator" in roles and kit.clinic == caller.agency)),
        **_decided_acts(kit, caller, mine=mine, keeps=keeps, of_laboratory=of_laboratory),
        **_paper_acts(kit, caller),
    )


def _decided_acts(kit: Kit, caller: Caller, *, mine: bool, keeps: bool, of_laboratory: bool) -> dict[str, Any]:
    """What comes after the laboratory has it, what two decide, and the survivor's page."""
    roles, answers = frozenset(caller.roles), {each.decision: each.answer for each in kit.decisions}
    waiting = next((each for each in kit.decisions if not each.answer), None)
    not_tested = answers.get("no_test") == "assented"
    police = bool(roles & POLICE_ROLES)
    reported = kit.consent == "reported" and kit.phase == "sealed"
    begun = kit.test_begun_at is not None or kit.tested_at is not None
    may_propose = reported and waiting is None and (police or of_laboratory)
    return {
        "begin_test": of_laboratory and reported and not begun and not not_tested,
        "upload": of_laboratory and kit.tested_at is not None and kit.uploaded_at is None,
        "tell_other": reported and (keeps or police),
        "propose": [
            each
            for each, fits in (
                ("no_test", not begun and not kit.outsourced and not not_tested),
                ("destruction", (kit.tested_at is not None or not_tested) and answers.get("destruction") != "assented"),
            )
            if may_propose and fits
        ],
        "withdraw_decision": waiting.number if waiting is not None and waiting.by == caller.account else 0,
        "destroy": mine and answers.get("destruction") == "assented" and bool(roles & HOLD_TO_DESTROY),
        "survivor": keeps and kit.phase != "set_aside",
    }


def _paper_acts(kit: Kit, caller: Caller) -> dict[str, Any]:
    """Of a legacy kit: to record a paper that was found, or that one was misread."""
    roles, holder = frozenset(caller.roles), kit.held_by
    police = bool(roles & POLICE_ROLES) and holder is not None and holder.agency == caller.agency
    if kit.legacy is None or not (police or ("clinic_coordinator" in roles and kit.clinic == caller.agency)):
        return {}
    paper = kit.legacy.paper
    return {"find_paper": paper is None, "take_paper_back": paper.number if paper is not None else 0}


def _results(kit: Kit) -> Sequence[str]:
    """What may still be said of its testing."""
    if kit.tested_at is not None:
        return ()
    return ("tested",) if kit.outsourced else ("tested", "outsourced")


def _may_find(holder: Holder, caller: Caller) -> bool:
    return holder.agency == caller.agency and holder.stage in {FINDERS.get(role) for role in caller.roles}


def _asked(offer: Handover, caller: Caller) -> bool:
    return offer.agency == caller.agency and offer.role in caller.roles and offer.account in {None, caller.account}


def _received(kit: Kit, agency: str) -> bool:
    return any(each.outcome == "accepted" and each.role == "laboratory" and each.agency == agency for each in kit.chain)


def _unheard(handover: Handover, me: UUID | None) -> bool:
    side = "giver" if me == handover.by else "receiver" if me == handover.ended_by else ""
    return bool(side) and side not in handover.doubted and side not in handover.heard


class Custody:
    """Says the chain in one language, with the names this viewer may know."""

    def __init__(self, names: Mapping[UUID, str], agencies: Mapping[str, str], times: Times) -> None:
        self._names = names
        self._agencies = agencies
        self._words = times.words
        self._times = times

    def person(self, account: UUID | None, agency: str) -> str:
        """By name where it may be known, and always by agency."""
        name = self._names.get(account) if account else None
        who = name or self._words.say("kit.somebody")
        return self._words.say("kit.of_agency", who=who, agency=agency_name(self._agencies, agency))

    def steps(self, kit: Kit) -> list[Step]:
        """In order, both hands of each handover."""
        say, nurse = self._words.say, self.person(kit.nurse, kit.clinic)
        chosen_later = kit.reported_at if kit.reported_at != kit.opened_at else None
        moments = (
            (kit.opened_at, say("kit.opened", who=nurse), ""),
            (kit.sealed_at, self._words.count("kit.sealed", kit.items, who=nurse), "done"),
            (chosen_later, say("kit.reported"), ""),
            (kit.called_at, say("kit.called"), "done"),
            (kit.test_begun_at, say("kit.test_begun"), ""),
            (kit.tested_at, say("kit.tested"), "done"),
            (kit.uploaded_at, say("kit.uploaded"), "done"),
            (kit.destroyed_at, say("kit.destroyed"), "late"),
            *((told_at, say("kit.told_elsewhere"), "") for told_at in kit.told_elsewhere),
        )
        found = [(at, Step(at, sentence, tone)) for at, sentence, tone in moments if at is not None]
        if kit.legacy is not None:
            found.append((kit.legacy.brought_in_at, self._brought_in(kit.legacy)))
            found.extend((each.found_at, self._paper_found(each)) for each in kit.legacy.papers)
        for handover in kit.chain:
            # What nobody knows the moment of came after the offer it ended.
            found.extend((step.at or handover.offered_at, step) for step in self._handover(handover, kit))
        return [step for _, step in sorted(found, key=lambda pair: pair[0])]

    def _brought_in(self, legacy: Legacy) -> Step:
        """From where its custody is told, and what a paper says of before."""
        say = self._words.say
        who = self.person(legacy.by, legacy.agency)
        return Step(legacy.brought_in_at, say("legacy.brought_in", who=who), "", gaps=say("legacy.before"))

    def _paper_found(self, paper: Paper) -> Step:
        """Who found it, and what it says; that it was misread stands beside it."""
        say, word = self._words.say, self._words.word
        said = [say("legacy.found", who=self.person(paper.by, paper.agency), said=word("kit_consent", paper.consent))]
        if paper.reported_on is not None:
            said.append(say("legacy.paper.reported", day=self._times.on(paper.reported_on)))
        if paper.consent == "reported":
            said.append(self._called(paper))
        misread = paper.taken_back_by
        # Whoever took it back may be of another agency than whoever found it.
        who = self._names.get(misread) or say("kit.somebody") if misread is not None else ""
        exception = say("legacy.misread", who=who) if who else ""
        return Step(paper.found_at, " ".join(said), "", exception=exception)

    def _called(self, paper: Paper) -> str:
        if paper.call != "called":
            return self._words.word("paper_call", paper.call)
        say, unknown = self._words.say, self._words.say("legacy.not_on_file")
        return say(
            "legacy.called",
            agency=agency_name(self._agencies, paper.police) if paper.police else unknown,
            when=self._times.short(paper.called_at)
            if paper.called_at is not None
            else say("legacy.no_hour", day=self._times.on(paper.called_on))
            if paper.called_on is not None
            else unknown,
        )

    def paper(self, legacy: Legacy) -> list[str]:
        """Where it lay and since when, who collected it, when it was reported: each by the paper, or not on file."""
        say, unknown = self._words.say, self._words.say("legacy.not_on_file")

        def day(of: date | None) -> str:
            return self._times.on(of) if of is not None else unknown

        return [
            say("legacy.paper.lay", agency=agency_name(self._agencies, legacy.agency), day=day(legacy.held_since)),
            say("legacy.paper.county", county=legacy.county or unknown),
            say(
                "legacy.paper.collected",
                agency=agency_name(self._agencies, legacy.collected_by) if legacy.collected_by else unknown,
                day=day(legacy.collected_on),
            ),
            say("legacy.paper.reported", day=day(legacy.reported_on)),
        ]

    def _handover(self, each: Handover, kit: Kit) -> list[Step]:
        say, word = self._words.say, self._words.word
        giver = self.person(each.by, each.from_agency)
        to = self.receiver(each)
        purpose, seal = word("kit_purpose", each.purpose), word("kit_seal", each.seal_given)
        offered = Step(
            each.offered_at,
            say("kit.offered", giver=giver, to=to, purpose=purpose, seal=seal) + self._said(each, "giver"),
            "",
            each.number,
            self._doubt(each, "giver"),
            self._exception(each),
            self._gaps(each, kit, "giver"),
        )
        if each.outcome == "offered":
            return [offered]
        who = self.person(each.ended_by, each.agency)
        if each.outcome == "accepted":
            found = word("kit_seal", each.seal_found)
            taken = say("kit.accepted", who=who, seal=found)
            taken += self._said(each, "receiver")
            doubt, gaps = self._doubt(each, "receiver"), self._gaps(each, kit, "receiver")
            return [offered, Step(each.accepted_at, taken, "done", each.number, doubt, gaps=gaps)]
        if each.outcome == "refused":
            said = say("kit.denied" if each.denied else "kit.refused", who=who, giver=giver)
            return [offered, Step(None, said, "late", each.number)]
        withdrawn = say("kit.withdrawn", who=self.person(each.ended_by, each.from_agency))
        return [offered, Step(None, withdrawn, "", each.number)]

    def _said(self, each: Handover, side: str) -> str:
        """The box, and that there is a photograph."""
        said = next((one for one in each.confirmed if one.side == side), None)
        if said is None:
            return ""
        box = self._words.say("kit.box", condition=self._words.word("kit_condition", said.condition or "unsaid"))
        photograph = self._words.say("kit.photographed", hash=said.photograph[:12]) if said.photograph else ""
        return f" {box} {photograph}".rstrip()

    def _gaps(self, each: Handover, kit: Kit, side: str) -> str:
        """What this side did not say."""
        gaps = [
            self._words.word("kit_gap", one.what)
            for one in kit.exceptions
            if (one.handover, one.side) == (each.number, side) and one.what in {"place_unsaid", "number_unsaid"}
        ]
        return " ".join(gaps)

    def receiver(self, each: Handover) -> str:
        """One person, or whoever has the role there."""
        agency = agency_name(self._agencies, each.agency)
        if each.account is not None:
            return self.person(each.account, each.agency)
        return self._words.say("kit.role_at", role=self._words.word("role", each.role), agency=agency)

    def _exception(self, each: Handover) -> str:
        if each.in_place_of is None:
            return ""
        return self._words.say("kit.exception", who=self.person(each.in_place_of, each.from_agency))

    def _doubt(self, each: Handover, side: str) -> str:
        if side not in each.doubted:
            return ""
        other = "receiver" if side == "giver" else "giver"
        heard = other in each.heard or other in each.doubted
        return self._words.say("kit.doubt_heard" if heard else "kit.doubt")


def deadlines_of(kit: Kit, times: Times) -> list[Deadline]:
    """The kit's clocks. What ends a duty is on the kit itself."""
    return [_deadline(kit, clock, times) for clock in kit.clocks]


def _deadline(kit: Kit, clock: KitClock, times: Times) -> Deadline:
    accepted = {each.role for each in kit.chain if each.outcome == "accepted"}
    at_laboratory = "laboratory" in accepted
    done: Mapping[str, bool] = {
        "C54": kit.called_at is not None,
        "C55": bool(accepted & {"law_enforcement", "trafficking_investigator"}) or at_laboratory,
        "C56": at_laboratory,
        "C57": kit.tested_at is not None,
        "C89": kit.offer is None,
    }
    return Deadline(
        rule=clock.rule,
        phase=clock.phase,
        found=clock.found,
        since=clock.started_at,
        due_at=clock.due_at,
        citation=clock.citation,
        sum=(sum_of(clock.started_at, clock.due_at, times),),
        done=done.get(clock.rule, False),
        sure=min(clock.confidence, clock.period_confidence, key="USV".index),
        page=f"/kits/{kit.reference}/clocks/{clock.rule}",
    )


def offices_of(jurisdiction: Jurisdiction) -> list[tuple[str, str]]:
    """The prosecutors' offices something can be proposed to."""
    return [
        (each.agency_id, each.name)
        for each in jurisdiction.agencies.values()
        if each.workflow_role == "prosecute_state"
    ]


def police_of(jurisdiction: Jurisdiction) -> list[tuple[str, str]]:
    """Whom a clinic can call for a kit."""
    return [(each.agency_id, each.name) for each in jurisdiction.agencies.values() if each.workflow_role in POLICE_WORK]


def receivers_of(jurisdiction: Jurisdiction, kit: Kit, times: Times) -> list[tuple[str, str]]:
    """To whom a kit can be offered: a role of an agency, those that come next in the law's order first."""
    stage = kit.held_by.stage if kit.held_by else "clinic"
    order = {"clinic": ("law_enforcement",), "law_enforcement": ("laboratory",)}.get(stage, ())
    found = [
        (role, each)
        for each in jurisdiction.agencies.values()
        for role in HOLDS_AS.get(each.workflow_role, ())
        if kit.consent == "reported" or role != "laboratory"
    ]
    found.sort(key=lambda pair: pair[0] not in order)
    say, word = times.words.say, times.words.word
    return [
        (f"{role} {each.agency_id}", say("kit.role_at", role=word("role", role), agency=each.name))
        for role, each in found
    ]


def purposes_of(kit: Kit) -> list[str]:
    """For what a kit can be given from where it is, the usual first; an unreported one is only kept."""
    if kit.consent != "reported":
        return ["storage", "relief", "return"]
    stage = kit.held_by.stage if kit.held_by else "clinic"
    first = {"clinic": "pickup", "law_enforcement": "laboratory"}.get(stage, "return")
    return [first, *(each for each in ("pickup", "laboratory", "storage", "relief", "return") if each != first)]
