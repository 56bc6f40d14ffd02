"""Logs with a case in them, proved as services prove theirs, and case files made of them."""

import base64
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from contracts.events.rapid_assessment import TeamFormed
from contracts.events.tips import CaseShared, TipScreened
from contracts.language import Code, Event, Personal, Reference, Seal
from services.audit.case_file.making import Made, Rights, Wanted, make, reasons_of
from services.audit.case_file.profiles import Profile, load_profiles
from services.audit.case_file.proofs import Proofs, proofs_needed
from services.audit.case_file.reading import Material
from services.audit.replay.telling import CopiedRow, Known, RightsGiven
from services.kernel.http.proofs import InclusionProof
from services.kernel.operations import PageRead
from services.kernel.proof.chains import Chains
from services.kernel.proof.leaves import Row
from services.kernel.proof.notes import COSIGNS, SIGNS_CHECKPOINTS, Checkpoint, Note, Signer
from services.kernel.proof.tree import Frontier, Node, hash_of, inclusion, kept_for
from services.prosecution.safe_harbour.events import ReferralMade
from tests.services.audit.given import EVENING, a_tip, row, words

MINUTE = timedelta(minutes=1)
MADE_AT = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
ADVOCATE = UUID("ad000000-0000-4000-8000-00000000000a")
OTHER_ADVOCATE = UUID("ad111111-0000-4000-8000-00000000000b")
"""Who was never asked for the seat, and looked at the case."""
SERVING = {f"account:{OTHER_ADVOCATE}": [RightsGiven(EVENING, ("rapid_response_advocate",), "CVP")]}
WITHHELD_SEATS = frozenset({"victim_advocate"})


class Proposed(Event, frozen=True, kw_only=True):
    """As rapid assessment stores it."""

    NAME = "team.seat_proposed"

    team: Reference
    seat: Code
    responder: Reference


class Described(Event, frozen=True, kw_only=True):
    """As tips stores it."""

    NAME = "tip.person_described"

    tip: Reference
    part: Code
    name: Personal


class LookedAlike(Event, frozen=True, kw_only=True):
    """As tips stores it."""

    NAME = "likeness.found"

    tip: Reference
    other: Reference


def signer(name: str, kind: int = SIGNS_CHECKPOINTS) -> Signer:
    """A key that is the same in every run."""
    return Signer(name, kind, Ed25519PrivateKey.from_private_bytes(name.encode().ljust(32, b".")[:32]))


AUDIT = signer("muster/test/audit")
WITNESS = signer("muster/test/audit/witness", COSIGNS)
SECOND = signer("agency.invalid/witness", COSIGNS)


class OneLog:
    """The log of one service, as it grows."""

    def __init__(self, service: str) -> None:
        self.service = service
        self.signer = signer(f"muster/test/{service}")
        self.rows: list[Row] = []
        self.of_case: list[CopiedRow] = []

    def add(self, stream: UUID, event: Event, case: UUID, mine: UUID, **told: Any) -> None:
        """The next row; of the case where `case` is `mine`."""
        position = len(self.rows) + 1
        version = 1 + sum(each.stream == stream for each in self.rows)
        at = EVENING + position * MINUTE
        made = row(event, source=self.service, position=position, recorded_at=at, case=case, **told)
        self.rows.append(Row(position, stream, version, made.name, made.state))
        if case == mine:
            self.of_case.append(CopiedRow(self.service, position, stream, made.name, made.state))

    def proofs(self, positions: Sequence[int]) -> Proofs:
        """Of these, in one head that the log and both witnesses signed."""
        chains, frontier, kept = Chains(), Frontier(), dict[Node, bytes]()
        leaves = chains.leaves(self.rows)
        chains.close()
        for leaf in leaves:
            kept.update(frontier.add(leaf))
        size = frontier.size
        head = Checkpoint(self.signer.verifier.name, size, frontier.root())
        lines = [self.signer.sign(head), WITNESS.cosign(head, EVENING), SECOND.cosign(head, EVENING)]
        note = Note(head, lines)
        found = {}
        for each in positions:
            spans = inclusion(each - 1, size)
            assert kept_for(spans) <= kept.keys()
            proof = [base64.b64encode(hash_of(span, kept)).decode() for span in spans]
            found[each] = InclusionProof(each, base64.b64encode(leaves[each - 1]).decode(), size, proof, note.written)
        return Proofs(found, {size: note}, size)


class Town:
    """A case in the logs of two services, between rows of other cases."""

    def __init__(self) -> None:
        self.case, self.other, self.team = uuid4(), uuid4(), uuid4()
        self.tips, self.teams = OneLog("tips"), OneLog("rapid_assessment")
        tip = self.tips.add
        tip(self.other, a_tip(self.other), self.other, self.case)
        tip(self.case, a_tip(self.case), self.case, self.case)
        tip(self.case, _described(self.case), self.case, self.case)
        tip(self.other, a_tip(self.other), self.other, self.case)
        tip(uuid4(), LookedAlike(tip=self.case, other=self.other), self.case, self.case)
        screened = TipScreened(
            tip=self.case, person=uuid4(), received_at=EVENING, county="Hinds", age="child", exploitation="sex"
        )
        tip(self.case, screened, self.case, self.case, happened_at=EVENING - 3 * MINUTE)
        tip(uuid4(), _described(self.case, part="subject"), self.case, self.case, actor=f"account:{ADVOCATE}")
        share = uuid4()
        for role, purpose in (("rapid_response_advocate", "victim_services"), ("cps_investigator", "placement")):
            shared = CaseShared(
                tip=self.case,
                share=share,
                agency="CVP",
                role=role,
                account=None,
                purpose=purpose,
                people=False,
                until=EVENING,
            )
            tip(uuid4(), shared, self.case, self.case)
            share = uuid4()
        team = self.teams.add
        for seat, responder in (("cps_investigator", uuid4()), ("victim_advocate", ADVOCATE)):
            proposed = Proposed(team=self.team, seat=seat, responder=responder)
            team(self.team, proposed, self.case, self.case)
        team(uuid4(), a_tip(self.other), self.other, self.case)
        formed = TeamFormed(team=self.team, tip=self.case, formed_at=EVENING, late=False)
        team(self.team, formed, self.case, self.case, actor=f"account:{ADVOCATE}")
        team(self.team, formed, self.case, self.case)
        read = PageRead(question="tip", records=(self.case,), positions=(2,))
        team(uuid4(), read, self.case, self.case, actor=f"account:{OTHER_ADVOCATE}", agency="CVP")
        referred = ReferralMade(case=self.case, accused=uuid4(), to="victim_advocate", made_at=EVENING)
        team(uuid4(), referred, self.case, self.case)

    def material(self) -> Material:
        """As it is read from the copy."""
        logs = (self.tips, self.teams)
        streams = {log.service: self._streams_of(log) for log in logs}
        rows = [each for log in logs for each in log.of_case]
        positions = {log.service: len(log.rows) for log in logs}
        return Material(frozenset({self.case}), rows, streams, Known(rights=SERVING), positions)

    def make(self, profile: Profile = "court", authority: str = "youth_court_order", **told: Any) -> Made:
        """A file of the case."""
        wanted = Wanted(profile=profile, authority=authority, number="2026-0417", **told)
        material, rights = self.material(), self.rights()
        reasons = reasons_of(material, wanted, rights)
        needed = proofs_needed(reasons.keys())
        proofs = {log.service: log.proofs(needed.get(log.service, ())) for log in (self.tips, self.teams)}
        return make(self.case, wanted, material, reasons, proofs, rights, MADE_AT)

    def rights(self) -> Rights:
        """Of a house with two witnesses."""
        logs = {log.service: log.signer.verifier for log in (self.tips, self.teams)}
        return Rights(
            profiles=load_profiles(),
            withheld_seats=WITHHELD_SEATS,
            words={"en": words("en"), "es": words("es")},
            signer=AUDIT,
            logs=logs,
            witnesses=[WITNESS.verifier, SECOND.verifier],
        )

    def _streams_of(self, log: OneLog) -> Sequence[Row]:
        streams = {each.stream for each in log.of_case}
        return [each for each in log.rows if each.stream in streams]


@cache
def a_file(profile: Profile = "court") -> Made:
    """Made once for all that only look at it."""
    return Town().make(profile)


def _described(tip: UUID, part: str = "reporter") -> Described:
    sealed = Seal(key=uuid4(), nonce=bytes(12), ciphertext=b"not readable", commitment=bytes(32))
    return Described(tip=tip, part=part, name=Personal(person=uuid4(), seal=sealed))
