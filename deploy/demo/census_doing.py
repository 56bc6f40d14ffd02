"""Lists of legacy kits, papers about them, and statements of the census, over HTTP."""

from base64 import b64encode

from deploy.demo.census_steps import BringInList, CensusStep, FindKitPaper, StateCensus
from deploy.demo.hands import CLINIC, Hands, done


class DoingCensus:
    """By whoever keeps an evidence room."""

    def __init__(self, hands: Hands) -> None:
        self._hands = hands

    async def do(self, step: CensusStep) -> str:
        """The sentence to print. Raises `DemoStopped`."""
        hands, who = self._hands, self._hands.who(step.by)
        match step:
            case BringInList():
                return f"{who} brings in {await self._bring_in(step)} kits from before this record, by a list."
            case FindKitPaper():
                place = f"/kits/{await kit_numbered(hands, step.by, step.number)}"
                body = {"consent": step.consent, "paper": step.paper, "found_at": hands.moment(step.at)}
                await hands.command(step.by, CLINIC, place, "papers", body, step.tip)
                return f"{who} finds a paper: the patient of a kit from before this record chose: {step.consent}."
            case StateCensus():
                stated: dict[str, object] = {
                    "place": step.place,
                    "county": step.county,
                    "counted_at": hands.moment(step.at),
                    "numbers": step.numbers,
                }
                answer = await hands.interfaces.post(hands.people[step.by], CLINIC, "/census/statements", stated)
                done(answer, step.tip)
                return f"{who} counts what lies there: {len(step.numbers)} kits."

    async def _bring_in(self, step: BringInList) -> int:
        """How many came in."""
        by, post = self._hands.people[step.by], self._hands.interfaces.post
        file = b64encode("\r\n".join((step.columns, *step.rows, "")).encode()).decode()
        seen = done(await post(by, CLINIC, "/legacy-kits/preview", {"file": file}), step.tip)
        brought = done(await post(by, CLINIC, "/legacy-kits", {"file": file, "digest": seen["digest"]}), step.tip)
        return int(brought["kits"])


async def kit_numbered(hands: Hands, by: str, number: str) -> str:
    """The reference of the kit with this number on its box. Raises `DemoStopped`."""
    answer = await hands.interfaces.post(hands.people[by], CLINIC, "/kits/find", {"number": number})
    return str(done(answer, "")["reference"])
