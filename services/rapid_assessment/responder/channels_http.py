"""Channels over HTTP: each responder states their own, and shows that they work."""

from datetime import datetime
from uuid import UUID, uuid4

from litestar import Controller, Response, post

from contracts.language import InvalidValue
from services.kernel.http.commands import POSITION_HEADER, Commands, Decided, Done, Intent, decided_on
from services.rapid_assessment.cases import Cases
from services.rapid_assessment.responder import channels
from services.rapid_assessment.responder.channels import StateChannel, TypedCode
from services.rapid_assessment.responder.codes import ProofCodes
from services.rapid_assessment.responder.http import visible_responder

WRONG = 422
"""The status that is kept with a try that failed: it changed something, and is answered as a wrong value."""


class ChannelController(Controller):
    """Nobody states another's; where somebody is reached is shown to nobody."""

    path = "/responders/{responder:uuid}/channels"
    tags = ["Responders"]  # noqa: RUF012  # Litestar reads a class attribute

    @post("/", opt={"action": "state_channel"}, status_code=200)
    async def state(
        self, responder: UUID, data: StateChannel, intent: Intent, commands: Commands, cases: Cases
    ) -> Response[Done]:
        """A way to be reached, one of a kind. It is sealed, and counts once it is proven."""

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await visible_responder(cases, intent.caller, "state_channel", responder))
            return decided_on(loaded, channels.state_channel(loaded.state, data), now)

        return await commands.run(intent, decide)

    @post("/{kind:str}/withdrawal", opt={"action": "state_channel"}, status_code=200)
    async def withdraw(
        self, responder: UUID, kind: str, intent: Intent, commands: Commands, cases: Cases
    ) -> Response[Done]:
        """Not this way any more."""

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await visible_responder(cases, intent.caller, "state_channel", responder))
            return decided_on(loaded, channels.withdraw_channel(loaded.state, kind), now)

        return await commands.run(intent, decide)

    @post("/{kind:str}/proof", opt={"action": "state_channel"}, status_code=200)
    async def ask_proof(
        self, responder: UUID, kind: str, intent: Intent, commands: Commands, cases: Cases
    ) -> Response[Done]:
        """A code goes out by this channel, good for ten minutes and five tries."""

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await visible_responder(cases, intent.caller, "state_channel", responder))
            rules = cases.jurisdiction.responders
            return decided_on(loaded, channels.ask_proof(loaded.state, kind, uuid4(), rules, now), now)

        return await commands.run(intent, decide)

    @post("/{kind:str}/proof/code", opt={"action": "state_channel"}, status_code=200)
    async def answer_proof(
        self,
        responder: UUID,
        kind: str,
        data: TypedCode,
        intent: Intent,
        commands: Commands,
        cases: Cases,
        proof_codes: ProofCodes,
    ) -> Response[Done]:
        """The code as it came proves the channel. Another is an invalid value, and one of the tries is gone."""

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await visible_responder(cases, intent.caller, "state_channel", responder))
            waits = channels.code_that_waits(loaded.state, kind, now)
            right = waits is not None and proof_codes.is_code_of(waits.proof, data.code)
            events = channels.answer_proof(loaded.state, kind, right, cases.jurisdiction.responders, now)
            return decided_on(loaded, events, now, status=200 if right else WRONG)

        done, status = await commands.perform(intent, decide)
        if status == WRONG:
            raise InvalidValue("code", "This is not the code that was sent. Look again, or ask for a new one.")
        return Response(done, headers={"ETag": f'"{done.version}"', POSITION_HEADER: str(done.position)})
