"""Two tips that may be about one person: by which clauses, by what score, and found without keeping a name readable."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.jurisdictions.tip import LikenessRules
from services.tips.likeness.decisions import (
    MOST,
    Plain,
    Told,
    find,
    most_alike,
    numbers_in,
    open_clauses,
    sealed_clauses,
    sound,
    told,
)
from services.tips.likeness.events import AlikeFound
from services.tips.likeness.state import Pair, evolve
from services.tips.processes.find_alike import pair_of
from tests.services.tips.given import FIRST, MISSISSIPPI, SECOND
from tests.services.tips.house import COORDINATOR, INTAKE, act
from tests.services.tips.test_to_do import ago, to_do
from tests.services.tips.test_to_do import named as tips_of
from tests.support.running_service import NOON, Person, RunningService
from tests.support.waiting import eventually

RULES: LikenessRules = MISSISSIPPI.likeness
HOTLINE = "8002228000"
DAY = timedelta(days=1)


def of(name: str = "", *texts: str) -> Told:
    return told([name] if name else [], texts, RULES, {HOTLINE})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Kathy", "Cathie"),
        ("Jon", "John"),
        ("Muñoz", "Munos"),
        ("Stephen", "Steven"),
        ("García", "Garcia"),
        ("Smith", "Smyth"),
        ("Jackson", "Jaxson"),
    ],
)
def test_words_that_sound_alike_have_one_key(one: str, other: str) -> None:
    assert sound(one) == sound(other)


@pytest.mark.parametrize(("one", "other"), [("Maria", "Carla"), ("Ann", "Tina"), ("Brown", "Green")])
def test_words_that_do_not_sound_alike_have_two(one: str, other: str) -> None:
    assert sound(one) != sound(other)


@given(st.text(alphabet=st.characters(categories=["L"]), min_size=1, max_size=30))
def test_every_word_has_a_key_and_its_case_does_not_matter(word: str) -> None:
    assert sound(word) == sound(word.casefold())


@pytest.mark.parametrize(
    ("mine", "theirs", "clauses"),
    [
        (of("Kathy Munoz"), of("MUÑOZ, Cathie"), ("name",)),
        (of("Kathy"), of("Cathie Munoz"), ("part_of_name",)),
        (of("Kathy Brown"), of("Cathie Munoz"), ()),
        (of("unknown girl"), of("unknown girl"), ()),
        (of("", "ring 601-555-0142"), of("", "her number: (601) 555 0142"), ("phone",)),
        (of("Kathy Munoz", "1 601 555 0142"), of("Kathie Munos", "+1 6015550142"), ("name", "phone")),
        (of("", "I rang 1-800-222-8000"), of("", "the hotline, 8002228000"), ()),
        (of(), of(), ()),
    ],
)
def test_the_clauses_of_what_is_sealed(mine: Told, theirs: Told, clauses: tuple[str, ...]) -> None:
    assert sealed_clauses(mine, theirs) == sealed_clauses(theirs, mine) == clauses


def test_a_number_is_ten_digits_however_it_is_written_and_no_part_of_a_longer_one() -> None:
    assert numbers_in("(601) 555-0142, 601.555.0142 and +1 601 555 0142") == {"6015550142"}
    assert numbers_in("case 4111111111111111, at 3:45, 555-0142") == frozenset()


@pytest.mark.parametrize(
    ("theirs", "clauses", "score"),
    [
        (Plain(NOON + 7 * DAY, "Hinds", "child"), ("county", "age", "time"), 5),
        (Plain(NOON + 7 * DAY + timedelta(seconds=1), "Hinds", "adult"), ("county",), 2),
        (Plain(NOON, "Rankin", "not_known"), ("time",), 2),
        (Plain(NOON + 30 * DAY, "", "child"), ("age",), 1),
    ],
)
def test_the_clauses_of_what_is_not_sealed_and_their_score(theirs: Plain, clauses: tuple[str, ...], score: int) -> None:
    assert open_clauses(Plain(NOON, "Hinds", "child"), theirs, RULES) == clauses
    assert RULES.score(clauses) == score


def test_what_nobody_knows_is_like_nothing() -> None:
    unknown = Plain(NOON, "", "not_known")
    assert open_clauses(unknown, unknown, RULES) == ("time",)


def test_what_is_found_is_recorded_once_with_its_score_and_the_version_of_the_rules() -> None:
    (found,) = find(Pair(), FIRST, SECOND, ("part_of_name",), RULES)
    assert found == AlikeFound(tip=FIRST, other=SECOND, clauses=("part_of_name",), score=2, rules=1)
    pair = evolve(Pair(), found)
    assert find(pair, FIRST, SECOND, ("part_of_name",), RULES) == []
    (more,) = find(pair, SECOND, FIRST, ("phone",), RULES)
    assert more == AlikeFound(tip=SECOND, other=FIRST, clauses=("part_of_name", "phone"), score=7, rules=1)


@given(st.uuids(), st.uuids())
def test_a_pair_is_one_whichever_is_named_first(one: UUID, other: UUID) -> None:
    assert pair_of(one, other) == pair_of(other, one)


def about(name: str, contact: str | None = None, reach: str | None = None) -> dict[str, Any]:
    subject = {"part": "subject", "name": name, "contact": contact}
    return {"persons": [subject, {"part": "reporter", "name": "Example Neighbor", "contact": reach}]}


async def alike(tips: RunningService, tip: str, *, by: Person = INTAKE) -> list[tuple[str, list[str], int]]:
    answer = await tips.get(f"/tips/{tip}/alike", by=by)
    assert answer.status_code == 200, answer.text
    return [(row["tip"], row["clauses"], row["score"]) for row in answer.json()]


async def test_names_that_sound_alike_are_found_in_any_county_within_half_a_year_and_put_to_be_decided(
    tips: RunningService,
) -> None:
    earlier = await ago(tips, 100 * 24, county="Jackson", **about("Zqkathy Munoz", reach="601 555 0199"))
    await ago(tips, 200 * 24, county="Hinds", **about("Zqkathy Munoz"))
    by_phone = await ago(tips, 50 * 24, county="Rankin", **about("Nobody Else", "ring (601) 555-0142"))
    later = await ago(tips, 1, county="Hinds", **about("MUÑOZ Zqcathie", "601.555.0142", reach="601 555 0199"))

    async def found() -> bool:
        return len(await alike(tips, later)) == 2

    await eventually(found)
    assert await alike(tips, later) == [
        (by_phone, ["phone", "age"], 6),
        (earlier, ["name", "age"], 6),
    ]
    assert [(row["tip"], row["alike"]) for row in await to_do(tips, "alike")] == [(later, 2)]
    # Nothing readable of what was compared is in any row, nor anything derived of it.
    rows = [state for _, _, name, state in tips.rows() if name == AlikeFound.NAME]
    assert {tuple(row["data"]) for row in rows} == {("tip", "other", "clauses", "score", "rules")}

    decided = {"other": earlier, "same_person": False, "reason": "Invented: two girls of one name."}
    assert (await act(tips, later, "duplicate-decisions", decided)).status_code == 200
    assert [tip for tip, _, _ in await alike(tips, later)] == [by_phone]
    # It turned out otherwise: the decision stands on record and another one follows it.
    again = decided | {"same_person": True}
    assert (await act(tips, later, "duplicate-decisions", again, by=COORDINATOR)).status_code == 200
    state = (await tips.get(f"/tips/{later}", by=INTAKE)).json()["state"]
    assert (state["linked"], state["kept_apart"]) == ([earlier], [])
    kept = [name for _, _, name, _ in tips.rows() if name in {"tip.kept_apart", "tips.tip_linked"}]
    assert kept == ["tip.kept_apart"] * 2 + ["tips.tip_linked"] * 2


async def test_what_is_told_later_is_compared_too_and_what_is_hidden_is_like_nothing(tips: RunningService) -> None:
    kept_out = Person(("cps_intake",))
    hidden = await ago(
        tips, 40 * 24, county="Jackson", **about("Zq", "601 555 0177"), named_accounts=[str(kept_out.account)]
    )
    sent = await tips.post("/public-tips", {"what": "Invented."})
    assert sent.status_code == 201
    code = sent.json()["receipt_code"]
    more = {"receipt_code": code, "what": "Invented: they can be rung at 601-555-0177."}
    assert (await tips.post("/receipts/additions", more)).status_code == 200
    (public,) = set(tips_of(await to_do(tips, "added_to")))

    async def found() -> bool:
        return bool(await alike(tips, public))

    await eventually(found)
    assert await alike(tips, public) == [(hidden, ["phone"], 5)]
    assert await alike(tips, public, by=kept_out) == []
    assert (await tips.get(f"/tips/{hidden}/alike", by=kept_out)).status_code == 404
    assert (await tips.get(f"/tips/{public}/alike", by=Person(("prosecutor",), agency="DA-07"))).status_code == 403


def test_a_name_that_many_have_puts_no_more_than_a_few_beside_each_the_most_alike_and_then_the_nearest() -> None:
    mine = of("Ana Example", "601-555-0100")
    many = [(UUID(int=number), of("Anna Exampel")) for number in range(1, MOST + 10)]
    same = UUID(int=99), of("Ana Example", "Call 601 555 0100.")
    other = UUID(int=100), of("Somebody Else")

    found = most_alike(mine, [*many, same, other], RULES)

    assert list(found) == [same[0], *(UUID(int=number) for number in range(1, MOST))]
    assert found[same[0]] == ("name", "phone")
