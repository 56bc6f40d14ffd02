"""What the prosecution's service tells of the evidence and the papers of a case, for tests of their pages."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from tests.services.console.court_given import ACCUSED, CASE, COUNT, HEARING, SERVICE, VICTIM, a_case
from tests.services.console.house import NOW, Others

ITEM, REPORT, KIT, GIVING, REQUEST, PAPER, TOLD = (UUID(int=n) for n in range(61, 68))
EARLIER = (NOW - timedelta(days=3)).isoformat()


def an_item(**changes: Any) -> dict[str, Any]:
    item = {"item": str(ITEM), "kind": "kit", "kit": str(KIT), "kept_by": "MS-LAB", "located": True, "ended": ""}
    return item | changes


def a_giving(**changes: Any) -> dict[str, Any]:
    return {
        "giving": str(GIVING),
        "accused": str(ACCUSED),
        "items": [str(ITEM)],
        "recipient": "defence_counsel",
        "way": "electronic",
        "given_at": EARLIER,
        "in_error": "",
    } | changes


def a_request(**changes: Any) -> dict[str, Any]:
    return {
        "request": str(REQUEST),
        "item": str(ITEM),
        "laboratory": "MS-LAB",
        "test": "dna",
        "asked_at": EARLIER,
        "answers": [{"answer": "later", "report": None, "at": EARLIER}],
        "ended": "",
        "waits": True,
    } | changes


def evidence(others: Others, **changes: Any) -> None:
    """A kit that supports one of two elements, was disclosed and is with the laboratory; a report that was not."""
    a_case(others)
    elements = [
        {"element": "act", "way": "a", "words": "coerces another person", "items": [str(ITEM)]},
        {"element": "knowledge", "way": "a", "words": "knowing it", "items": []},
        {"element": "benefit", "way": "b", "words": "benefits from it", "items": []},
    ]
    count = {
        "count": str(COUNT),
        "accused": str(ACCUSED),
        "statute": "97-3-54.1(1)(a)",
        "short_name": "Human trafficking",
        "elements": elements,
        "without_support": ["knowledge"],
    }
    report = an_item(item=str(REPORT), kind="laboratory_report", kit=None, located=False)
    page = {
        "version": 7,
        "items": [an_item(), report],
        "counts": [count],
        "acknowledged": [{"count": str(COUNT), "outcome": "true_bill", "elements": ["knowledge"]}],
        "givings": [a_giving()],
        "to_give": [{"accused": str(ACCUSED), "items": [str(REPORT)]}],
        "requests": [a_request()],
        "kits": [str(UUID(int=99))],
    }
    others.say("GET", SERVICE, f"/cases/{CASE}/evidence", page | changes)


def custody(others: Others) -> None:
    others.say(
        "GET",
        SERVICE,
        f"/cases/{CASE}/evidence/{ITEM}/custody",
        {
            "item": an_item(),
            "steps": [
                {"told": str(TOLD), "what": "sealed", "stage": "clinic", "at": EARLIER},
                {"told": str(UUID(int=68)), "what": "tested", "stage": "laboratory", "at": NOW.isoformat()},
            ],
            "listed_at": EARLIER,
            "ended_at": None,
            "givings": [a_giving()],
            "requests": [a_request()],
        },
    )


def a_paper(**changes: Any) -> dict[str, Any]:
    return {
        "paper": str(PAPER),
        "kind": "subpoena",
        "for_whom": "witness",
        "hearing": str(HEARING),
        "accused": None,
        "victim": None,
        "addressed": True,
        "phase": "failed",
        "steps": [
            {"phase": "issued", "word": "", "at": EARLIER},
            {"phase": "out", "word": "sheriff", "at": EARLIER},
            {"phase": "failed", "word": "moved", "at": NOW.isoformat()},
        ],
        "next": ["out", "withdrawn"],
        "hearing_off": False,
    } | changes


def papers(others: Others, *papers: dict[str, Any]) -> None:
    a_case(others)
    page = {"version": 3, "papers": list(papers or (a_paper(),)), "victims": [str(VICTIM)]}
    others.say("GET", SERVICE, f"/cases/{CASE}/papers", page)
