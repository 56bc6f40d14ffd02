"""The catalogue: everything in both languages, everything used, and a word for every code a page may meet."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import get_args

import pytest

import contracts
from contracts.jurisdictions import load_mississippi
from services import console
from services.console.frame.words import (
    LANGUAGES,
    NUMBER,
    Counted,
    Text,
    language_of,
    read_catalogue,
    read_entries,
    read_sentences,
)
from services.console.timeline.story import FAMILIES, LANES, TONES
from services.forensic_clinic.census.statements import SHOWN_WRONG, misread
from services.forensic_clinic.examination.content import Outcome
from services.forensic_clinic.examination.decisions import Mistake
from services.forensic_clinic.follow_up.content import Outreach, Settlement
from services.forensic_clinic.follow_up.decisions import Mistake as FollowUpMistake
from services.forensic_clinic.kit.refusals import KitRefusal
from services.forensic_clinic.main import DEFINITION as CLINIC
from services.kernel.clock import CLOCK_EVENTS
from services.prosecution.main import DEFINITION as PROSECUTION
from services.rapid_assessment.contact.contact import ContactRefusal
from services.rapid_assessment.custody.custody import CustodyRefusal
from services.rapid_assessment.drill.drill import DrillRefusal
from services.rapid_assessment.notice.notice import NoticeRefusal, Why
from services.rapid_assessment.ranking import LeftOut, Place
from services.rapid_assessment.responder.channels import CHANNELS
from services.rapid_assessment.responder.refusals import ResponderRefusal
from services.rapid_assessment.rota.decisions import RotaRefusal
from services.rapid_assessment.rota.fitness import Lacks
from services.rapid_assessment.team.decisions import TeamRefusal
from services.rapid_assessment.team.history import SHOWN as OF_TEAMS
from services.rapid_assessment.views.drills import Standing as DrillStanding
from services.tips.destruction.decisions import DestructionRefusal
from services.tips.duty.decisions import DutyRefusal
from services.tips.hand.decisions import HandRefusal
from services.tips.tip.decisions import TipRefusal
from services.tips.tip.history import SHOWN as OF_TIPS

FOLDER = Path(console.__path__[0])
ENTRIES = read_entries()
# As pages and code name them: whole, one of two, or a beginning that a code completes.
SAID = re.compile(r"""\b(?:say|count|knows)\(\s*["']([a-z_.\-]+)["'](?!\s*~)""")
CHOSEN = re.compile(r"""\b(?:say|count)\(\s*["']([a-z_.\-]+)["'] if [^{}%]*? else ["']([a-z_.\-]+)["']""")
LABEL = re.compile(r"""\b(?:require\("[a-z_]+", |Place\("[^"]+", )"([a-z_.]+)\"""")
BEGUN = re.compile(r"""(?:f["']([a-z_]+\.(?:[a-z_]+\.)*)\{|["']([a-z_]+\.(?:[a-z_]+\.)*)["']\s*~)""")
# Rules of the record, duties that are shown as steps of another, and what is only advice.
UNSAID = {"C03", "C04", "C05", "C18", "C32", "C58", "C78"}
WORD = re.compile(r"""\bword\(\s*["']([a-z_]+)["'],""")


READ = re.compile(
    r"""(?:(?:\.|_on_)(?:shown|record)\((?:\s*[\w.()]+,)+\s*|(?:Listed|ClocksOf)\(\s*|question = )"([a-z' ]+)"""
    '[",]'
)
"""What reads are put on record as: of a record's page, of sealed fields, of a list taken away."""


def sources() -> Iterator[str]:
    for file in sorted(FOLDER.rglob("*")):
        if file.suffix in {".py", ".html"}:
            yield file.read_text()


def placeholders(text: Text) -> set[str]:
    forms = [text.one, text.other] if isinstance(text, Counted) else [text]
    return {name for form in forms for _, name, _, _ in Formatter().parse(form) if name}


def keys_used() -> set[str]:
    """Named whole in a page or in code."""
    found: set[str] = set()
    for source in sources():
        found |= set(SAID.findall(source)) | set(LABEL.findall(source))
        found |= {key for pair in CHOSEN.findall(source) for key in pair}
    return found


def families_used() -> set[str]:
    """Beginnings of keys that a code completes."""
    begun = {each for source in sources() for pair in BEGUN.findall(source) for each in pair if each}
    return begun | {f"{family}." for source in sources() for family in (*WORD.findall(source), *FAMILIES.values())}


def test_each_text_is_there_in_both_languages_with_the_same_names_to_fill_in() -> None:
    assert [
        key
        for key, entry in ENTRIES.items()
        if type(entry.en) is not type(entry.es) or placeholders(entry.en) != placeholders(entry.es)
    ] == []


def test_everything_that_is_said_is_in_the_catalogue() -> None:
    assert keys_used() - ENTRIES.keys() == set()


def test_everything_in_the_catalogue_is_said_somewhere() -> None:
    used, families = keys_used(), tuple(families_used())
    assert [key for key in ENTRIES if key not in used and not key.startswith(families)] == []


def test_every_code_a_page_may_meet_has_a_word() -> None:
    tables = load_mississippi()
    rules = {rule.rule for rule in tables.clocks} | {rule.rule for rule in tables.duties}
    wanted = {
        *(f"seat.{seat.seat}" for seat in tables.seats),
        *(f"the_seat.{seat.seat}" for seat in tables.seats),
        *(f"channel.{channel}" for channel in tables.channels),
        *(f"clock.{rule}" for rule in rules - UNSAID),
        *(f"duty_part.{part.part}" for duty in tables.reporting for part in duty.parts),
        *(f"indicator.{code}" for code in tables.indicators),
        *(f"instrument.{each.instrument}" for each in tables.instruments),
        *(f"screening_result.{result.result}" for each in tables.instruments for result in each.results),
        *(f"why.{why}" for why in Why),
        *(f"lacks.{each}" for each in Lacks),
        *(f"order_place.{each}" for each in Place),
        *(f"left_out.{each}" for each in LeftOut),
        *(f"drill_standing.{each}" for each in DrillStanding),
        *(f"lane.{lane}" for lane in LANES),
        *(f"told_by.{kind}" for kind in CHANNELS),
        *(f"task_force.{each.task_force}" for each in tables.responders.task_forces),
        *(f"tongue.{each.language}" for each in tables.responders.languages),
        *(f"exam_step.{each.step}" for each in tables.examination.steps),
        *(f"giver.{each.giver}" for each in tables.examination.givers),
        *(f"step_reason.{each.reason}" for each in tables.examination.reasons),
        *(f"follow_up_item.{each.follow_up}" for each in tables.examination.follow_ups),
        *(f"settlement.{each}" for each in get_args(Settlement)),
        *(f"outreach.{each}" for each in get_args(Outreach)),
        *(f"step_outcome.{each}" for each in get_args(Outcome)),
        *(f"mistake.{each}" for mistakes in (Mistake, FollowUpMistake) for each in get_args(mistakes)),
        *(f"training.{part.part}" for kind in tables.credentials.values() for part in kind.parts),
    }
    assert wanted - ENTRIES.keys() == set()


def test_every_refusal_of_what_a_case_is_acted_on_by_has_words_in_both_languages() -> None:
    lists = (
        TeamRefusal,
        ResponderRefusal,
        RotaRefusal,
        DrillRefusal,
        ContactRefusal,
        CustodyRefusal,
        NoticeRefusal,
        TipRefusal,
        HandRefusal,
        DutyRefusal,
        DestructionRefusal,
        KitRefusal,
    )
    assert {f"refused.{code}" for refusals in lists for code in refusals} - ENTRIES.keys() == set()


def test_what_a_service_says_of_a_value_that_cannot_be_right_is_said_in_spanish_too() -> None:
    """What names choices is said in English alone: the choices of a page are always right."""
    said = {sentence for file in of_services() for sentence in unfit(ast.parse(file.read_text()))}
    fixed = {sentence for sentence in said if "{}" not in sentence}
    assert {"The end must be later than the beginning.", "Say what happened, in a few words."} <= fixed
    assert fixed - read_sentences().keys() == set()
    made = {misread(range(1, lines + 1)) for lines in range(1, SHOWN_WRONG + 2)}
    with_numbers = {NUMBER.sub("{}", sentence) for sentence in said | made} | OF_LENGTH
    assert {NUMBER.sub("{}", sentence) for sentence in made} - read_sentences().keys() == set()
    assert read_sentences().keys() - fixed - with_numbers == set(), "a sentence that nobody says"


def test_a_sentence_of_a_service_is_known_with_the_numbers_in_it() -> None:
    spanish, english = read_catalogue()["es"], read_catalogue()["en"]
    ends = "The end must be later than the beginning."
    assert spanish.of_service(ends) == "El final debe ser posterior al comienzo."
    assert spanish.of_service("An exam takes 15 to 480 minutes.") == "Un examen dura de 15 a 480 minutos."
    assert (english.of_service(ends), spanish.of_service("No. 7.")) == (ends, "No. 7.")


OF_LENGTH = {f"Write at {most} {{}} characters. Nothing was changed." for most in ("least", "most")}
"""Of a text that is too short or too long, for the decoder: services/kernel/http/problems.py."""


def of_services() -> Iterator[Path]:
    """What can raise a refusal a page shows."""
    for folder in (FOLDER.parent, Path(contracts.__path__[0])):
        yield from (file for file in folder.rglob("*.py") if FOLDER not in file.parents)


UNFIT = {"InvalidValue", "NotReenacted", "NoPoliciesThen"}


def unfit(code: ast.Module) -> Iterator[str]:
    """The sentences with which an `InvalidValue` is made, with `{}` for what stands there only when it is made."""
    for node in ast.walk(code):
        match node:
            case ast.Call(func=ast.Name(kind), args=[_, ast.Constant(str(sentence))]) if kind in UNFIT:
                yield sentence
            case ast.Call(func=ast.Name(kind), args=[_, ast.JoinedStr(values=parts)]) if kind in UNFIT:
                yield "".join(str(each.value) if isinstance(each, ast.Constant) else "{}" for each in parts)


def test_whatever_a_service_puts_on_record_as_read_is_named_to_an_auditor_in_both_languages() -> None:
    services = (file for file in FOLDER.parent.rglob("*.py") if FOLDER not in file.parents)
    read = {question for file in services for question in READ.findall(file.read_text())}
    assert {"tip", "accused of a case", "open cases", "notes on a week's reading"} <= read, "as they are written"
    assert {f"question.{each.replace(' ', '_')}" for each in read} - ENTRIES.keys() == set()


def test_every_event_of_a_history_has_a_sentence_and_every_dot_a_mark() -> None:
    shown = {event.NAME for event in (*OF_TIPS, *OF_TEAMS)}
    untold = {"duty.arose", "rapid_assessment.team_opened", "clock.started", "clock.ruled"}
    assert {f"event.{name}" for name in shown - untold} - ENTRIES.keys() == set()
    assert {f"mark.{name}" for name in TONES} - ENTRIES.keys() == set()
    known = {event.NAME for event in (*CLINIC.events, *PROSECUTION.events, *CLOCK_EVENTS)} | shown
    told = {key.removeprefix("event.").removeprefix("mark.") for key in ENTRIES if key.startswith(("event.", "mark."))}
    assert told - known == set(), "a sentence for an event that there is not"


def test_a_text_that_is_asked_for_wrongly_is_a_fault() -> None:
    words = read_catalogue()["en"]
    with pytest.raises(KeyError):
        words.say("no.such_key")
    with pytest.raises(KeyError):
        words.say("board.past_due")
    with pytest.raises(KeyError):
        words.count("board.title", 1)
    assert words.word("seat", "some_other_seat") == "some other seat"


def test_a_text_that_stands_in_two_files_is_a_fault(tmp_path: Path) -> None:
    for place in ("one", "other"):
        (tmp_path / place).mkdir()
        (tmp_path / place / "words.json").write_text('{"a.b": {"en": "A", "es": "B"}}')
    with pytest.raises(ValueError, match=r"a\.b"):
        read_entries(tmp_path)


def test_a_sentence_begins_with_a_capital_whatever_it_begins_with_and_nothing_else_does() -> None:
    words = read_catalogue()["en"]
    assert words.say("hand.did.taken", who="somebody") == "Somebody took it."
    assert words.count("kit.sealed", 2, who="somebody") == "Somebody sealed it with 2 items in it."
    assert words.say("shifts.for_nothing", who="somebody") == "somebody, for nothing in return"


def test_parts_are_listed_as_each_language_lists_them() -> None:
    catalogue = read_catalogue()
    assert catalogue["en"].listed(["a", "b", "c"]) == "a, b and c"
    assert catalogue["es"].listed(["a", "b", "c"]) == "a, b y c"
    assert [catalogue["en"].listed(parts) for parts in ([], ["a"])] == ["", "a"]


@pytest.mark.parametrize(
    ("chosen", "accepted", "language"),
    [
        (None, "", "en"),
        (None, "es", "es"),
        (None, "es-MX,es;q=0.9,en;q=0.8", "es"),
        (None, "fr,en;q=0.5,es;q=0.7", "es"),
        (None, "es;q=0", "en"),
        (None, "es;q=much", "en"),
        (None, "*", "en"),
        ("en", "es", "en"),
        ("es", "en", "es"),
        ("fr", "es", "es"),
    ],
)
def test_the_language_is_what_the_person_chose_else_what_the_browser_asks_for(
    chosen: str | None, accepted: str, language: str
) -> None:
    assert language_of(chosen, accepted) == language
    assert language in LANGUAGES
