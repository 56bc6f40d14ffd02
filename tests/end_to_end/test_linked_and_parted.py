"""However tips are linked and parted: what is one case is what the standing links say, and each case has one team."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import cast
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.events.tips import AccountNamed, AccountReadmitted, TipLinked, TipParted
from contracts.language import Event, Refused
from services.kernel.store import EventStore, Loaded
from services.kernel.time_source import HeldTime
from services.rapid_assessment.cases import team_of
from services.rapid_assessment.opening import STANDS
from services.rapid_assessment.processes.exclude_named import ExcludeNamed
from services.rapid_assessment.processes.join_linked_tips import JoinLinkedTips
from services.rapid_assessment.processes.open_team import OpenTeam
from services.rapid_assessment.processes.part_tips import PartTips
from services.rapid_assessment.processes.readmit_accounts import ReadmitAccounts
from services.tips.tip.decisions import link, name_account, name_by_link
from services.tips.tip.parting import part
from services.tips.tip.state import Tip
from services.tips.tip.tips import Tips
from tests.services.rapid_assessment.given import MISSISSIPPI
from tests.services.rapid_assessment.streams import GATE, Case, Streams, happening_of, received
from tests.support.running_service import NOON

TIPS = [UUID(int=number) for number in range(1, 6)]
ACCOUNTS = [UUID(int=number) for number in (0xA, 0xB)]
REASON = "As it looks today."

Step = tuple[str, int, int]
TWO = st.tuples(st.sampled_from(range(5)), st.sampled_from(range(5)))
# Most change whether two tips are linked; the others are asked for whether they may be or not.
CHANGE = TWO.filter(lambda two: two[0] != two[1]).map(lambda two: ("change", *two))
STEPS = st.lists(
    st.one_of(
        CHANGE,
        CHANGE,
        CHANGE,
        st.builds(lambda kind, two: (kind, *two), st.sampled_from(("link", "part")), TWO),
        st.tuples(st.just("name"), st.sampled_from(range(5)), st.sampled_from(range(2))),
    ),
    max_size=14,
)


class County:
    """Five tips about five children, as the tips service keeps them, and the teams that follow."""

    def __init__(self) -> None:
        self.streams = Streams()
        self.tips = Tips(cast("EventStore", self.streams), GATE, MISSISSIPPI, HeldTime(NOON))
        self.teams = Case()
        cases = self.teams.cases
        self.reactions = {
            TipLinked: JoinLinkedTips(cases, self.teams.time),
            TipParted: PartTips(cases),
            AccountNamed: ExcludeNamed(cases),
            AccountReadmitted: ReadmitAccounts(cases),
        }

    async def begin(self, order: Sequence[int]) -> None:
        for tip, hours in zip(TIPS, order, strict=True):
            event = received("child", tip, at=NOON - timedelta(hours=hours))
            self.streams.add(tip, event, NOON)
            await self.teams.tell(OpenTeam(self.teams.cases, self.teams.time), event, tip)

    async def do(self, step: Step) -> bool:
        """Whether it was allowed; what it leads to is told in the order of the log, each twice."""
        kind, one, two = step
        tip = await self.tips.load(TIPS[one])
        group = await self.tips.group(tip)
        if kind == "name":
            account = ACCOUNTS[two]
            events = {each.id: (name_account if each is tip else name_by_link)(each.state, account) for each in group}
        else:
            other = await self.tips.load(TIPS[two])
            group = await self.tips.group(tip, other)
            decide = link if kind == "link" else part
            try:
                events = decide(tip.state, other.state, REASON, [each.state for each in group])
            except Refused:
                return False
        for stream, told in events.items():
            for event in told:
                self.streams.add(stream, event, NOON)
        for stream, told in events.items():
            for event in told:
                await self._react(stream, event)
        return True

    async def _react(self, stream: UUID, event: Event) -> None:
        reaction = self.reactions.get(type(event))
        if reaction is not None:
            happening = happening_of(event, stream=stream)
            await self.teams.tell(reaction, happening)
            assert await self.teams.tell(reaction, happening) == []

    async def all(self) -> Mapping[UUID, Loaded[Tip]]:
        return {tip: await self.tips.load(tip) for tip in TIPS}


def cases_by(links: set[frozenset[UUID]]) -> list[set[UUID]]:
    """What belongs together by these links, found the plain way."""
    cases = [{tip} for tip in TIPS]
    for one, two in links:
        (first,), (second,) = ([case for case in cases if tip in case] for tip in (one, two))
        if first is not second:
            cases.remove(second)
            first |= second
    return cases


@given(order=st.permutations(range(5)), steps=STEPS)
@settings(max_examples=150, deadline=None)
async def test_each_case_is_what_its_standing_links_say_and_has_exactly_one_team(
    order: list[int], steps: list[Step]
) -> None:
    county = County()
    await county.begin(order)
    links: set[frozenset[UUID]] = set()
    named: dict[UUID, set[UUID]] = {tip: set() for tip in TIPS}

    for step in steps:
        kind, one, two = step
        pair = frozenset((TIPS[one], TIPS[two])) if kind != "name" else frozenset()
        if kind == "change":
            kind = "part" if pair in links else "link"
        allowed = await county.do((kind, one, two))
        if kind == "name":
            named[TIPS[one]].add(ACCOUNTS[two])
            continue
        assert allowed == (len(pair) == 2 and (pair in links) == (kind == "part"))
        if allowed:
            links ^= {pair}

    tips = await county.all()
    teams = {tip: (await county.teams.cases.team(team_of(tip))).state for tip in TIPS}
    for case in cases_by(links):
        first = min(case, key=lambda tip: (tips[tip].state.received_at, tip))
        assert [tip for tip in sorted(case) if teams[tip].phase in STANDS] == [first]
        out = set().union(*(named[tip] for tip in case))
        for tip in case:
            assert {each.id for each in await county.tips.group(tips[tip])} == case
            assert (tips[tip].state.first or tip) == first
            assert set(tips[tip].state.named_accounts) == set(teams[tip].excluded) == out
