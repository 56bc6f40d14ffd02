"""Alert rules, dashboard and scrape configuration: Prometheus can read them, and each alert says what to do."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import yaml

from deploy.command_line.options import PORT_BASE
from deploy.embedded.installation import SUPERVISOR_PORT
from deploy.topology import HOUSE

FOLDER = Path(__file__).parents[2] / "deploy" / "observed"
SENTENCE = re.compile(r"^[`A-Z{].{20,}\.$")


def alerts() -> list[dict[str, Any]]:
    groups = yaml.safe_load((FOLDER / "alerts.yaml").read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def dashboard() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / "dashboard.json").read_text())
    return found


def expressions() -> Iterator[tuple[str, str]]:
    """Every expression with where it stands."""
    yield from ((rule["alert"], rule["expr"]) for rule in alerts())
    for panel in dashboard()["panels"]:
        yield from ((panel["title"], target["expr"]) for target in panel["targets"])


def metrics_in(expression: str) -> set[str]:
    """The names of the metrics an expression asks for."""
    found: set[str] = set()
    ahead = [promql_parser.parse(expression)]
    while ahead:
        part = ahead.pop()
        match part:
            case promql_parser.VectorSelector():
                found.add(part.name or "")
            case promql_parser.MatrixSelector():
                found.add(part.vector_selector.name or "")
            case promql_parser.BinaryExpr():
                ahead += [part.lhs, part.rhs]
            case promql_parser.Call():
                ahead += part.args
            case promql_parser.AggregateExpr() | promql_parser.ParenExpr() | promql_parser.UnaryExpr():
                ahead.append(part.expr)
            case promql_parser.SubqueryExpr():
                ahead.append(part.expr)
            case promql_parser.NumberLiteral() | promql_parser.StringLiteral():
                pass
            case _:
                raise AssertionError(f"{type(part).__name__} is not looked into")
    return found - {""}


@pytest.mark.parametrize(("where", "expression"), list(expressions()))
def test_prometheus_can_read_each_expression_and_it_asks_for_something(where: str, expression: str) -> None:
    assert metrics_in(expression), where


@pytest.mark.parametrize("rule", alerts(), ids=lambda rule: rule["alert"])
def test_each_alert_says_what_is_and_what_to_do(rule: dict[str, Any]) -> None:
    assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}
    assert rule["labels"]["severity"] in {"call", "look"}
    assert set(rule["annotations"]) == {"summary", "do"}
    assert SENTENCE.match(rule["annotations"]["do"]), rule["annotations"]["do"]
    assert rule["annotations"]["summary"].endswith(".")
    if "for" in rule:
        promql_parser.parse_duration(rule["for"])


def test_no_alert_has_the_name_of_another() -> None:
    names = [rule["alert"] for rule in alerts()]
    assert len(names) == len(set(names))


def test_every_service_and_the_supervisor_are_scraped() -> None:
    jobs = yaml.safe_load((FOLDER / "prometheus.yaml").read_text())["scrape_configs"]
    targets = {
        config["targets"][0]: config.get("labels", {}).get("service")
        for job in jobs
        for config in job["static_configs"]
    }
    wanted: dict[str, str | None] = {f"127.0.0.1:{PORT_BASE + each.port}": each.name for each in HOUSE}
    assert targets == wanted | {f"127.0.0.1:{PORT_BASE + SUPERVISOR_PORT}": None}


def test_a_label_an_alert_speaks_of_is_not_one_that_prometheus_takes_for_itself() -> None:
    assert "exported_" not in (FOLDER / "alerts.yaml").read_text()


def test_the_panels_of_the_dashboard_lie_beside_each_other() -> None:
    panels = dashboard()["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    places = [panel["gridPos"] for panel in panels]
    assert len({(place["x"], place["y"]) for place in places}) == len(places)
    assert all(place["x"] + place["w"] <= 24 for place in places)
