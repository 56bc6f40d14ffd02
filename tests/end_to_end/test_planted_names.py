"""What people type about people is nowhere but where it was typed, sealed, and in answers to whoever may read it.

A day is lived in the house as it really runs, with a word of its own typed into every personal field, and other words
typed where none belong. Then the house is ended, and every byte it left and all that it told is searched for them.
"""

import asyncio
from base64 import b64encode
from collections.abc import Iterator
from typing import Any

import pytest

from contracts.fields import fields_of
from contracts.language import Personal
from deploy.topology import SERVICES
from tests.end_to_end.census_hour import counted_at, shipped_to
from tests.end_to_end.planted_day import KITS_COUNTED, WEEK_OVER
from tests.end_to_end.planted_record import Record, events_of, lived_and_ended, set_up_mail
from tests.end_to_end.planted_walk import COMPARTMENTS
from tests.end_to_end.planting import PROOF, WHOLE, forms_of, found_in
from tests.end_to_end.town import started
from tests.support.post_office import PostOffice
from tests.support.running_service import NOON
from tests.support.servers import free_ports, in_memory, temporary_folder

# A day takes half a minute, on a machine that does much else beside it more; and all of the walk some minutes.
pytestmark = pytest.mark.timeout(3600 if WHOLE else 300)

NAMES_THE_INVITED = "POST /invitation/options"
"""Tells the invited person their own sign-in name, for their device to show."""

READ_TO_ACT = {
    "GET /cases/…/documents/drafts/subpoena/…": {
        "paper.issued addressee",
        "accused.added name",
        "accused.cause_number_entered number",
    },
    "GET /kit-decisions/…": {"kit.decision_proposed explanation", "kit.decision_proposed paper"},
    "GET /kits/…/survivor": {"survivor.question_asked question", "survivor.question_continued question"},
}
"""Pages that show what is sealed, read on the way by who acts on them, and the fields they show, in what they answer
alone. The walk asks whom each of them shows it to."""

TAKES_NOTHING = frozenset({"POST /sign-in/passkey/options", "POST /legacy-kits/preview"})
"""The first has no place to type anything into: whoever asks is answered the same. The second looks at a file and says
what is wrong with it; nothing of that is kept.
"""

TAKES_A_LIST_AWAY = "/export"
"""Ends the path of what answers a list as a file; it is sent nothing but what narrows the list."""

NO_LONGER_TYPED = frozenset(
    {"responder.address_stated address", "contact.impossible attempts", "contact.impossible planned_steps"}
)
"""Of events that lie in logs and that nothing writes any more."""

MADE_HERE = frozenset({"document.issued marks"})
"""Sealed, and random: nobody types it."""

EVERYWHERE = ("postgres/base/", "postgres/pg_wal/", "nats/jetstream/", "logs/", "traces/", "run/heartbeat.state")


@pytest.fixture(scope="module")
def record() -> Iterator[Record]:
    """One day for all tests of this module, in a house that is ended when they look at what it left."""
    office = PostOffice(*free_ports(1))
    with temporary_folder(in_memory()) as folder:
        set_up_mail(folder / "data", office)
        # The week ends when the day does, so that what was read in it is reviewed.
        rules = counted_at(shipped_to(folder / "rules"), KITS_COUNTED)
        with started(folder / "data", a_week_old=True, and_more=NOON - WEEK_OVER, rules=rules) as town:
            yield asyncio.run(lived_and_ended(town, office))


@pytest.mark.parametrize("service", [each.name for each in SERVICES])
def test_every_personal_field_there_is_was_typed_into_and_is_stored_sealed(record: Record, service: str) -> None:
    wanted = {
        f"{event.NAME} {field.path}"
        for event in events_of(service)
        for field in fields_of(event)
        if "personal" in field.classes or Personal in field.inside
    }
    typed = {each.name for each in record.fields if each.sealed and record.plants.is_field(each.name, each.text)}
    assert wanted - typed - NO_LONGER_TYPED - MADE_HERE == set(), "never typed into"


def test_a_word_is_stored_in_the_field_it_was_typed_into_and_in_no_other(record: Record) -> None:
    assert record.fields
    assert [each for each in record.fields if not each.sealed] == []
    assert [each for each in record.fields if record.plants.planted_in(each.text) - {each.name}] == []


def test_no_file_of_the_house_holds_a_word(record: Record) -> None:
    for place in EVERYWHERE:
        assert any(size for name, size in record.sizes.items() if name.startswith(place)), place
    assert record.on_disk == {}


def test_the_search_finds_what_was_put_into_a_log_a_database_and_a_stream(record: Record) -> None:
    for place in ("logs/", "postgres/base/", "postgres/pg_wal/", "nats/jetstream/"):
        assert any(name.startswith(place) for name in record.proofs), place


@pytest.mark.parametrize("form", [str, str.lower, str.upper])
def test_the_search_finds_a_word_however_it_is_written(form: Any) -> None:
    word = form(PROOF).encode()
    written = [b64encode(b"x" * beside + word + b"y") for beside in range(4)]
    for content in (word, b"\0" + word + b"\xff", word.hex().encode(), *written):
        assert list(found_in(content, forms_of(PROOF)))


def test_no_message_on_its_way_holds_a_word(record: Record) -> None:
    assert all(record.messages[stream] for stream in record.messages)
    assert len(record.messages) == len(SERVICES)
    forms = record.plants.forms()
    assert [hit for each in record.messages.values() for message in each for hit in found_in(message, forms)] == []


def test_nothing_the_house_tells_of_itself_holds_a_word(record: Record) -> None:
    forms = record.plants.forms()
    for name, text in record.told.items():
        assert list(found_in(text.encode(), forms)) == [], name
    assert "Contact was made" in " ".join(record.told["muster replay"].split())
    assert '"same": true' in record.told["muster verify"]
    assert "append kit.resealed" in record.told["muster trace"]


def test_no_notice_that_was_delivered_and_no_sign_of_life_holds_a_word(record: Record) -> None:
    told = "\n".join(record.mails)
    assert "Notice" in told
    assert "sign of life" in told
    assert list(found_in(told.encode(), record.plants.forms())) == []


def test_names_are_in_answers_to_whoever_may_read_them_and_to_nobody_else(record: Record) -> None:
    for read, answer, refused in record.shown:
        assert set(read.shows) <= record.plants.planted_in(answer.body), read.path
        assert record.plants.planted_in(refused.body) == set(), f"{read.path} by {read.not_by}"
        assert record.plants.planted_in(answer.headers + refused.headers) == set()


@pytest.mark.parametrize("compartment", COMPARTMENTS)
def test_only_the_roles_stated_are_shown_what_is_typed_by_any_route(record: Record, compartment: str) -> None:
    _, roles = COMPARTMENTS[compartment]
    shown = {each.role: each.route for each in record.walked if each.compartment == compartment}
    assert {role: route for role, route in shown.items() if role not in roles} == {}, "shown to others"
    assert roles - shown.keys() == set(), "stated, and never shown it"


def test_what_belongs_to_no_compartment_is_shown_to_nobody(record: Record) -> None:
    assert [each for each in record.walked if each.compartment not in COMPARTMENTS] == []


def test_no_other_answer_and_no_address_of_the_day_holds_a_word(record: Record) -> None:
    assert len(record.day) > 100
    told = [
        (each.route, record.plants.planted_in(each.url + each.headers + each.body) - READ_TO_ACT.get(each.route, set()))
        for each in record.day
    ]
    assert [each for each in record.day if record.plants.planted_in(each.url + each.headers)] == []
    assert [each for each in told if each[1] and each[0] != NAMES_THE_INVITED] == []
    assert {word for route, words in told for word in words} == {"account.described sign_in_name"}


def test_what_was_typed_in_wrong_places_is_refused_and_not_said_back(record: Record) -> None:
    posted = [each for each in record.wrong if each.method == "POST" and each.route not in TAKES_NOTHING]
    typed = [each for each in posted if not each.route.endswith(TAKES_A_LIST_AWAY)]
    assert {each.status for each in typed} <= {400, 401, 403, 404, 409, 412, 415, 422}
    assert not [each for each in record.wrong if each.status >= 500]
    said_back = {each.route for each in record.wrong if record.plants.planted_in(each.headers + each.body)}
    assert said_back == set()
