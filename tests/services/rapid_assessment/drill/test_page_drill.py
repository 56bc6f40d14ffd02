"""A drill pages the first of each rota, and the next where nothing reaches them, with a mark nobody can mistake."""

from pathlib import Path

from contracts.language import Personal
from services.rapid_assessment.ask.codes import AskCodes
from services.rapid_assessment.drill.drill import LASTS, page_named
from services.rapid_assessment.drill.events import DrillNotPaged, DrillPagedOnceMore
from services.rapid_assessment.processes.page_drill import ONCE_MORE, PageDrill
from services.rapid_assessment.processes.tell_asked import TEXT as OF_A_CASE
from services.rapid_assessment.reaching import Reach
from services.rapid_assessment.responder.events import ChannelStated, ResponderRegistered
from tests.services.rapid_assessment.drill.given import BEN_PAGED, DRILL, ENDED, STARTED
from tests.services.rapid_assessment.given import CPS, VICTIM
from tests.services.rapid_assessment.messages import DrillMessagesInMemory
from tests.services.rapid_assessment.rota.given import ANN, BEN, CAL
from tests.services.rapid_assessment.streams import Case, happening_of
from tests.services.rapid_assessment.test_deliver_notices import FakeCarrier
from tests.services.rapid_assessment.test_tell_asked import MAIL, codes_in, opening
from tests.support.running_service import NOON


def a_house(folder: Path, *, lost: bool = False) -> tuple[Case, FakeCarrier, PageDrill, AskCodes]:
    """Of Ann, Ben and Cal only Ben can be reached. `lost`: what came of each message is lost."""
    case, carrier = Case(), FakeCarrier()
    for who in (ANN, BEN, CAL):
        case.streams.add(who, ResponderRegistered(account=who, agency="CVP"), NOON)
    text = Personal(person=BEN, text="ben@example.org")
    case.streams.add(BEN, ChannelStated(account=BEN, kind="email", address=text), NOON)
    codes = codes_in(folder)
    reach = Reach(case.cases, opening(), {"email": MAIL}, carrier)
    messages = DrillMessagesInMemory(lost=lost)
    return case, carrier, PageDrill(case.cases, reach, codes, messages, "https://m.example", case.time), codes


async def test_the_next_is_paged_where_nothing_reaches_the_first_and_each_once(tmp_path: Path) -> None:
    case, carrier, process, codes = a_house(tmp_path)
    started = case.streams.add(DRILL, STARTED, NOON)

    followed = await case.tell(process, started)

    assert [each.event for each in followed] == [
        DrillNotPaged(drill=DRILL, seat=CPS.seat, responder=CAL, refused=()),
        DrillNotPaged(drill=DRILL, seat=VICTIM.seat, responder=ANN, refused=()),
        BEN_PAGED,
    ]
    code = codes.code(page_named(DRILL, VICTIM.seat, BEN))
    assert followed[-1].stream == codes.ask_of(code)
    assert await case.tell(process, started) == []
    ((_, title, said),) = carrier.given
    assert title == "DRILL / SIMULACRO"
    assert said.startswith("*** DRILL *** ")
    assert said.endswith(" *** DRILL / SIMULACRO ***")
    for told in ("there is no child and no case", "no hay ningún menor ni ningún caso"):
        assert told in said
    assert said.count(f"https://m.example/answer#{code}") == 2
    assert "DRILL" not in OF_A_CASE


async def test_what_a_crash_left_unknown_goes_out_once_more_marked_as_a_drill_first_and_never_a_third_time(
    tmp_path: Path,
) -> None:
    case, carrier, process, codes = a_house(tmp_path, lost=True)
    started = case.streams.add(DRILL, STARTED, NOON)

    # What it decided is lost with the process each time.
    decided = [await process(started) for _ in range(3)]

    ((_, _, once), (_, _, more)) = carrier.given
    assert more == f"{ONCE_MORE} {once}"
    assert more.startswith("*** DRILL / SIMULACRO *** ")
    page = codes.ask_of(codes.code(page_named(DRILL, VICTIM.seat, BEN)))
    again = DrillPagedOnceMore(drill=DRILL, seat=VICTIM.seat, responder=BEN, carrier="email")
    of_ben = [each.events for changes in decided if changes for each in changes.streams if each.stream == page]
    refused = DrillNotPaged(drill=DRILL, seat=VICTIM.seat, responder=BEN, refused=("email",))
    assert of_ben == [[BEN_PAGED], [BEN_PAGED, again], [refused]]


async def test_a_drill_that_is_over_when_it_is_heard_of_pages_nobody(tmp_path: Path) -> None:
    case, carrier, process, _ = a_house(tmp_path)
    started = case.streams.add(DRILL, STARTED, NOON)
    case.time.turn(LASTS)
    assert await case.tell(process, started) == []

    ended, carrier_of_it, process, _ = a_house(tmp_path)
    started = ended.streams.add(DRILL, STARTED, NOON)
    ended.streams.add(DRILL, ENDED, NOON)
    assert await ended.tell(process, started) == []

    assert await case.tell(process, happening_of(ENDED, stream=DRILL)) == []
    assert carrier.given == carrier_of_it.given == []
