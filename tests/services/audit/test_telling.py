"""A case told from given rows: order, as-of, who, late entries, causes, links."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.events import prosecution
from contracts.events.rapid_assessment import AccountKeptOut
from contracts.events.tips import AccountNamed, AccountReadmitted, TipLinked, TipParted
from contracts.language import Code, Event, Reference
from services.audit.replay.telling import (
    By,
    CopiedRow,
    Known,
    RightsGiven,
    Sentence,
    kept_out_by,
    linked_with,
    links_standing,
    read,
    tell,
)
from services.audit.replay.words import Language
from services.audit.sources import NAMES
from tests.services.audit.given import ACCOUNT, EVENING, a_tip, row, words

WORDS = words()
MINUTE = timedelta(minutes=1)


class NotYetKnown(Event, frozen=True, kw_only=True):
    """An event of a service newer than these words."""

    NAME = "tips.not_yet_known"

    note: str


class Asked(Event, frozen=True, kw_only=True):
    """As rapid assessment stores it."""

    NAME = "team.seat_proposed"

    team: Reference
    seat: Code
    responder: Reference


def told(
    *rows: CopiedRow,
    as_of: datetime = EVENING + timedelta(days=9),
    by: By = "recorded",
    known: Known | None = None,
    withheld: Collection[str] = (),
) -> list[Sentence]:
    return list(tell(rows, as_of=as_of, by=by, order=NAMES, known=known or Known(), words=WORDS, withheld=withheld))


def test_a_sentence_says_what_happened_where_and_by_whom() -> None:
    tip = UUID("7b1d2c3e-0000-4000-8000-000000000000")
    (sentence,) = told(row(a_tip(tip)))

    assert sentence.sentence == (
        "Child Protection Services received tip 7b1d2c3e at Mon 2026-11-02 18:00 CST (call to the CPS hotline), about"
        " a child in Hinds County. By account 3f2a0000 at Mississippi Department of Child Protection Services."
    )
    assert (sentence.number, sentence.service, sentence.name) == (1, "tips", "tips.tip_received")
    assert sentence.cause is None


def test_the_role_is_the_one_held_when_it_was_recorded() -> None:
    rights = [
        RightsGiven(EVENING - 9 * MINUTE, ("cps_intake",)),
        RightsGiven(EVENING - MINUTE, ("cps_intake", "cps_coordinator")),
        RightsGiven(EVENING + MINUTE, ()),
    ]
    (sentence,) = told(row(a_tip()), known=Known(rights={f"account:{ACCOUNT}": rights}))

    assert sentence.role == "cps_intake, cps_coordinator"
    assert "By account 3f2a0000, CPS hotline worker and CPS Coordinator at Mississippi" in sentence.sentence


def test_a_late_entry_is_said_plainly() -> None:
    (late,) = told(row(a_tip(), happened_at=EVENING - timedelta(hours=9)))
    assert late.sentence.endswith("Entered 9 hours later.")


def test_what_was_typed_in_within_minutes_is_not_called_late() -> None:
    (sentence,) = told(row(a_tip(), happened_at=EVENING - 4 * MINUTE))
    assert "later" not in sentence.sentence


def test_what_the_system_does_by_itself_is_not_called_entered() -> None:
    (sentence,) = told(row(a_tip(), actor="service:tips", agency="", happened_at=EVENING - timedelta(hours=30)))
    assert sentence.sentence.endswith("Done by the system itself. Recorded 30 hours later.")


def test_what_follows_from_a_late_entry_is_not_called_late_again() -> None:
    received, happened = uuid4(), EVENING - timedelta(hours=25)
    entry = row(a_tip(), event_id=received, happened_at=happened)
    opened = row(a_tip(), position=2, cause=received, actor="service:tips", happened_at=happened)
    missed = row(a_tip(), position=3, cause=received, actor="service:tips", happened_at=EVENING - timedelta(hours=1))

    endings = [sentence.sentence.rpartition(". ")[2] for sentence in told(entry, opened, missed)]

    assert endings == ["Entered 25 hours later.", "Done by the system itself.", "Recorded 1 hour later."]


def test_who_was_ever_asked_for_a_withheld_seat_is_in_no_sentence_and_no_fact_and_did_nothing() -> None:
    advocate, investigator = uuid4(), uuid4()

    def asked(seat: str, who: UUID, position: int) -> CopiedRow:
        event = Asked(team=uuid4(), seat=seat, responder=who)
        return row(event, source="rapid_assessment", position=position, recorded_at=EVENING + position * MINUTE)

    rights = {f"account:{advocate}": [RightsGiven(EVENING - MINUTE, ("victim_advocate",))]}
    rows = (
        row(a_tip(), actor=f"account:{advocate}", agency="CVP"),
        asked("cps_investigator", investigator, 1),
        asked("victim_advocate", advocate, 2),
    )

    def concealed(as_of: datetime) -> list[Sentence]:
        sentences = told(*rows, as_of=as_of, known=Known(rights=rights), withheld=["victim_advocate"])
        assert str(advocate)[:8] not in msgspec.json.encode(sentences).decode()
        assert (sentences[0].actor, sentences[0].agency, sentences[0].role) == ("withheld", "", "")
        assert sentences[0].sentence.endswith("By somebody who is not told.")
        return sentences

    assert len(concealed(EVENING)) == 1, "before they were asked, too"
    sentences = concealed(EVENING + 9 * MINUTE)
    assert f"Responder {str(investigator)[:8]} was asked to take the seat" in sentences[1].sentence
    assert sentences[2].facts["responder"] is None
    assert sentences[2].sentence.startswith("Responder (not told) was asked to take the seat of certified victim")
    assert str(advocate)[:8] in msgspec.json.encode(told(*rows)).decode()


def test_a_cause_is_named_by_the_number_of_its_sentence() -> None:
    first, case = uuid4(), uuid4()
    cause = row(a_tip(), event_id=first, case=case)
    effect = row(a_tip(), position=2, cause=first, actor="service:tips", case=case)

    sentence = told(effect, cause)[1]

    assert sentence.cause is not None
    assert (sentence.cause.sentence, sentence.cause.name) == (1, "tips.tip_received")
    assert sentence.cause.text == "because of 1"


def test_a_command_of_a_person_has_no_other_cause() -> None:
    command = uuid4()
    (sentence,) = told(row(a_tip(), cause=command, command=command))
    assert sentence.cause is None


def test_a_cause_outside_the_case_is_named() -> None:
    outside, lost = uuid4(), uuid4()
    known = Known({outside: "responder.credential_lapsed"})
    sentences = told(row(a_tip(), cause=outside), row(a_tip(), position=2, cause=lost), known=known)

    causes = [sentence.cause.text for sentence in sentences if sentence.cause]

    assert causes == [
        "because of an event not told here: responder.credential_lapsed",
        "because of an event that the copy does not hold",
    ]


def test_what_a_court_had_destroyed_is_said_at_every_moment_and_of_nothing_beside_it() -> None:
    """Also of a moment before the order: nobody reads it at any."""
    order, case = uuid4(), uuid4()
    gone = prosecution.KeysDestroyed(order=order, tip=case, keys=1, fields=1, positions=(4,))
    rows = [
        row(a_tip(), source="prosecution", position=4, case=case),
        row(a_tip(), source="prosecution", position=5, case=case),
        row(a_tip(), source="tips", position=4, case=case),
        row(gone, source="prosecution", position=9, case=case, recorded_at=EVENING + timedelta(days=900)),
    ]
    said: dict[Language, str] = {"en": "Sealed by order of a court", "es": "Sellado por orden judicial"}
    for language, says in said.items():
        then = tell(rows, as_of=EVENING, by="recorded", order=NAMES, known=Known(), words=words(language))
        assert [(each.service, says in each.sentence) for each in then] == [
            ("tips", False),
            ("prosecution", True),
            ("prosecution", False),
        ]


def test_an_event_without_words_is_named_and_not_hidden() -> None:
    (sentence,) = told(row(NotYetKnown(note="x")))
    assert sentence.sentence.startswith(
        "An event named tips.not_yet_known (version 1) was recorded; there are no words for it here yet."
    )


def test_a_newer_version_of_a_known_event_is_named_and_not_told_wrongly() -> None:
    newer = row(a_tip())
    state = msgspec.json.decode(newer.state)
    changed = msgspec.structs.replace(newer, state=msgspec.json.encode(state | {"version": 2, "new_field": 1}))
    (sentence,) = told(changed)
    assert sentence.sentence.startswith("An event named tips.tip_received (version 2) was recorded")


def test_true_then_tells_what_happened_before_though_typed_in_later() -> None:
    moment = EVENING - timedelta(hours=3)
    late = row(a_tip(), happened_at=EVENING - timedelta(hours=9))
    after = row(a_tip(), position=2)

    assert told(late, after, as_of=moment) == []
    assert [sentence.number for sentence in told(late, after, as_of=moment, by="happened")] == [1]


def test_at_one_moment_the_log_that_comes_first_in_the_house_is_told_first() -> None:
    rows = [row(a_tip(), source=source) for source in reversed(NAMES)]
    assert [sentence.service for sentence in told(*rows)] == list(NAMES)


def test_links_lead_to_every_case_either_way() -> None:
    a, b, c, d, alone, with_it = (uuid4() for _ in range(6))
    links = [(a, b), (c, b), (c, d), (alone, with_it)]
    assert linked_with(a, links) == linked_with(d, links) == {a, b, c, d}
    assert linked_with(uuid4(), links) & {a, b, c, d} == set()


MOMENTS = st.integers(0, 20).map(lambda minutes: EVENING + minutes * MINUTE)


@st.composite
def logs(draw: st.DrawFn) -> list[CopiedRow]:
    """Some logs: in each, positions rise and `recorded_at` never falls, as the store promises."""
    rows = []
    for source in NAMES:
        recorded = sorted(draw(st.lists(MOMENTS, max_size=8)))
        for position, moment in enumerate(recorded, 1):
            happened = draw(MOMENTS)
            rows.append(row(a_tip(), source=source, position=position, recorded_at=moment, happened_at=happened))
    return draw(st.permutations(rows))


def place(sentence: Sentence, rows: list[CopiedRow]) -> tuple[str, int]:
    (found,) = [each for each in rows if f"tip {read(each).data['tip'][:8]} " in sentence.sentence]
    return found.source, found.position


@given(logs())
@settings(max_examples=60)
def test_the_order_is_total_whatever_order_the_rows_come_in(rows: list[CopiedRow]) -> None:
    one = told(*rows)
    assert told(*reversed(rows)) == one
    assert [sentence.number for sentence in one] == list(range(1, len(rows) + 1))
    assert sorted(sentence.recorded_at for sentence in one) == [sentence.recorded_at for sentence in one]
    for source in NAMES:
        positions = [position for name, position in (place(sentence, rows) for sentence in one) if name == source]
        assert positions == sorted(positions)


@given(logs(), MOMENTS)
@settings(max_examples=60)
def test_known_then_is_the_beginning_of_what_is_known_now(rows: list[CopiedRow], as_of: datetime) -> None:
    now, then = told(*rows), told(*rows, as_of=as_of)
    assert then == now[: len(then)]
    assert all(sentence.recorded_at > as_of for sentence in now[len(then) :])


@given(logs(), MOMENTS)
@settings(max_examples=60)
def test_true_then_tells_all_that_had_happened_and_nothing_else(rows: list[CopiedRow], as_of: datetime) -> None:
    then = told(*rows, as_of=as_of, by="happened")
    expected = [each for each in rows if read(each).happened_at <= as_of]
    assert len(then) == len(expected)
    assert all(sentence.happened_at <= as_of for sentence in then)


def a_link(tip: UUID, other: UUID) -> TipLinked:
    return TipLinked(tip=tip, other=other, first=tip)


def a_parting(tip: UUID, other: UUID) -> TipParted:
    return TipParted(tip=tip, other=other, first=tip, person=uuid4(), received_at=EVENING, age="child")


def test_of_links_made_and_taken_back_those_stand_whose_last_word_was_to_link() -> None:
    a, b, c = uuid4(), uuid4(), uuid4()
    said = [a_link(a, b), a_link(b, a), a_link(b, c), a_parting(b, a), a_parting(a, b), a_parting(c, b), a_link(c, b)]
    rows = [row(event, position=position) for position, event in enumerate(said, 1)]

    assert {frozenset(each) for each in links_standing(map(read, reversed(rows)))} == {frozenset((b, c))}
    assert {frozenset(each) for each in links_standing(map(read, rows[:4]))} == {frozenset((b, c))}
    assert len(links_standing(map(read, rows[:3]))) == 2


def test_who_is_let_in_again_by_one_service_stays_out_where_another_keeps_them_out() -> None:
    tip, other, account = uuid4(), uuid4(), uuid4()
    named = row(AccountNamed(tip=tip, account=account), case=tip, position=1)
    again = row(AccountReadmitted(tip=tip, account=account), case=tip, position=2)
    elsewhere = row(AccountNamed(tip=other, account=account), case=other, position=3)
    conflict = row(AccountKeptOut(tip=tip, account=account), case=tip, source="rapid_assessment")
    conflict = msgspec.structs.replace(conflict, stream=uuid4())

    def out(*rows: CopiedRow) -> set[tuple[UUID, UUID]]:
        return set(kept_out_by(map(read, rows), WORDS.keeps_out))

    assert out(named) == {(tip, account)}
    assert out(again, named) == set()
    assert out(again, named, elsewhere) == {(other, account)}
    assert out(conflict, again, named) == {(tip, account)}
