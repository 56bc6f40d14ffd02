"""Sends the code that proves a channel, by that channel alone. A second message after a crash holds the same code."""

from services.kernel.store import Change, Changes
from services.kernel.stored_form import Happening
from services.kernel.time_source import TimeSource
from services.rapid_assessment.cases import PROOF, RESPONDER, Cases
from services.rapid_assessment.reaching import Reach
from services.rapid_assessment.responder.codes import ProofCodes
from services.rapid_assessment.responder.events import ProofAsked, ProofNotSent, ProofSent

# Whoever is asked has no language of ours: the message is short enough for both.
TEXT = (
    "Your code for Muster is {code}. Type it on your page within ten minutes. If you asked for none, do nothing."
    " / Su código de Muster es {code}. Escríbalo en su página en diez minutos. Si no pidió ninguno, no haga nada."
)


class SendProof:
    """Reacts to a code that was asked for. One that is over or overtaken meanwhile goes nowhere."""

    def __init__(self, cases: Cases, reach: Reach, codes: ProofCodes, time: TimeSource) -> None:
        self._cases = cases
        self._reach = reach
        self._codes = codes
        self._time = time

    async def __call__(self, happening: Happening) -> Changes | None:
        asked = happening.event
        if not isinstance(asked, ProofAsked):
            return None
        proof = await self._cases.store.load(PROOF, asked.proof)
        code = (await self._cases.store.load(RESPONDER, asked.account)).state.code
        waits = code is not None and code.proof == asked.proof and self._time.now() < code.until
        if proof.exists or not waits:
            return None
        reached = await self._reach.tell(
            asked.account, TEXT.format(code=self._codes.code(asked.proof)), only=asked.kind
        )
        told = ProofSent if reached.by else ProofNotSent
        event = told(account=asked.account, proof=asked.proof, kind=asked.kind)
        return Changes([Change(proof.id, proof.version, [event])])
