"""The end of a case over HTTP: what a court or a prosecutor decided, and the closing of the case."""

from datetime import datetime
from uuid import UUID

from litestar import Controller, Response, post

from services.kernel.http.commands import Commands, Decided, Done, Intent, decided_on
from services.tips.duty.duties import Duties
from services.tips.tip import closing
from services.tips.tip.closing import Dispose
from services.tips.tip.tips import Tips


class ClosingController(Controller):
    """For whoever answers for the case. `If-Match` is the tip's version."""

    path = "/tips/{tip:uuid}"
    tags = ["Tips"]  # noqa: RUF012  # Litestar reads a class attribute

    @post("/dispositions", opt={"action": "close_tip"}, status_code=200)
    async def dispose(self, tip: UUID, data: Dispose, intent: Intent, commands: Commands, tips: Tips) -> Response[Done]:
        """An investigation was disposed of, by one to whom the law reserves that."""

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await tips.visible(intent.caller, "close_tip", tip))
            events = closing.dispose(loaded.state, data, tips.jurisdiction, now)
            return decided_on(loaded, events, data.disposed_at)

        return await commands.run(intent, decide)

    @post("/closing", opt={"action": "close_tip"}, status_code=200)
    async def close(self, tip: UUID, intent: Intent, commands: Commands, tips: Tips, duties: Duties) -> Response[Done]:
        """Closes the case. Refused, with all that is open named, while anything of it is owed."""

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await tips.visible(intent.caller, "close_tip", tip))
            found = [await duties.duty(tip, rule) for rule in duties.rules]
            waiting = [each.state.rule for each in found if each.state.standing == "open"]
            events = closing.close(loaded.state, waiting, tips.jurisdiction)
            return decided_on(loaded, events, now, rests_on=[each for each in found if each.exists])

        return await commands.run(intent, decide)
