"""Why over HTTP: each event of a case with what led to it and what came of it. That it was told is put on record."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, get

from services.audit.replay.access import may_see_of, put_on_record
from services.audit.replay.causes import Causes
from services.audit.replay.deciding import is_decision
from services.audit.replay.events import WhyTold
from services.audit.replay.http import Replays
from services.audit.replay.readers import reads_on_record
from services.audit.replay.reading import Reading, outside_of, read_case
from services.audit.replay.telling import Sentence, Told, read, tell
from services.audit.replay.why import Outside, Seen, Why, because, outside, seen_by
from services.audit.replay.words import WITHHELD, Language
from services.audit.sources import NAMES
from services.kernel.http.commands import caller_of
from services.kernel.http.problems import NotFound


class WhyController(Controller):
    """Each fact opens into its cause."""

    path = "/cases/{case:uuid}/events/{event:uuid}"
    tags = ["Replay"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/why", opt={"action": "replay_case"})
    async def why(
        self, case: UUID, event: UUID, request: Request[Any, Any, Any], replays: Replays, language: Language = "en"
    ) -> Why:
        """What led to the event, back to the tip or to what is not of the case; what came of it at once; and of a
        decision, what its maker had opened before. As told in the present: what led to something is older than it.
        """
        caller, now = caller_of(request), replays.time.now()
        may_see = may_see_of(replays.gate, caller, case, "replay_case")
        reading = await read_case(replays.pool, case, now, "recorded", replays.words.keeps_out, may_see)
        if reading is None:
            raise NotFound
        events = [read(row) for row in reading.rows]
        links = Causes(events, reading.known.elsewhere)
        if event not in links.events:
            raise NotFound
        sentences = _sentences(replays, reading, events, language)
        chain = links.back_from(event)
        answer = Why(
            case=case,
            cases=sorted(reading.cases),
            causes=[because(each, links, sentences) for each in chain],
            outside=await _outside(replays, chain[-1].event, chain[-1].link.why),
            led_to=[because(each, links, sentences) for each in links.led_to(event)],
            seen=await _seen(replays, reading, links.events[event], events, sentences),
        )
        told = WhyTold(
            case=case,
            told=tuple(answer.cases),
            event=event,
            sentences=len(answer.causes) + len(answer.led_to),
            looks=len(answer.seen.looks) if answer.seen else 0,
        )
        await put_on_record(replays.store, replays.gate, caller, case, told, now)
        return answer


def _sentences(replays: Replays, reading: Reading, events: list[Told], language: Language) -> dict[UUID, Sentence]:
    """Of all that the copy holds, by event: clocks of two services may differ by more than nothing."""
    told = tell(
        reading.rows,
        as_of=max(each.recorded_at for each in events),
        by="recorded",
        order=NAMES,
        known=reading.known,
        words=replays.languages[language],
        withheld=replays.withheld,
    )
    return {each.event: each for each in told}


async def _outside(replays: Replays, last: Told, why: str) -> list[Outside]:
    if why != "elsewhere" or last.causation_id is None:
        return []
    return outside(await outside_of(replays.pool, last.causation_id))


async def _seen(
    replays: Replays, reading: Reading, decision: Told, events: list[Told], sentences: dict[UUID, Sentence]
) -> Seen | None:
    reads: list[Told] = []
    # Of whom it is not told who they are, nothing is asked either.
    if is_decision(decision) and decision.account and sentences[decision.event_id].actor != WITHHELD:
        reads = list(await reads_on_record(replays.pool, reading.cases, decision.account))
    return seen_by(decision, reads, events, sentences)
