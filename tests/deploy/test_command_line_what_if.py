"""`muster what-if`, against the audit service as it really runs, with the shipped files and with changed ones."""

import csv
import json
import shutil
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

import contracts.jurisdictions.mississippi as shipped
from contracts.jurisdictions import load_mississippi
from services.audit.main import DEFINITION as AUDIT
from services.kernel.clock import ClockMet, ClockStarted
from tests.deploy.asked import data_folder, muster, muster_beside, on_a_port
from tests.services.audit.copied import SourceLog
from tests.services.audit.given import a_tip
from tests.services.audit.house import AUDITOR
from tests.support.running_service import NOON, RunningService, running_service
from tests.support.servers import Database, Nats

HOUR = timedelta(hours=1)


@pytest.fixture
async def audit(database: Database, nats_server: Nats) -> AsyncIterator[RunningService]:
    async with running_service(AUDIT, database, nats_server) as running:
        yield running


@pytest.fixture
async def folder(audit: RunningService, tmp_path: Path) -> AsyncIterator[Path]:
    async with on_a_port(audit) as port:
        yield data_folder(tmp_path / "data", {"audit": port})


def files(at: Path, **team: object) -> Path:
    """The state's files, with the rule of the team written so."""
    shutil.copytree(Path(shipped.__path__[0]), at)
    file = at / "clocks" / "rapid_assessment.json"
    written = json.loads(file.read_text())
    for rule in written["clocks"]:
        if rule["rule"] == "C06":
            rule.update(team)
    file.write_text(json.dumps(written))
    return at


async def a_team_after(audit: RunningService, hours: int) -> str:
    """Its case; its clock was met so many hours after the tip."""
    tip, clock = uuid4(), uuid4()
    await SourceLog(audit, "tips").tell(tip, a_tip(tip, NOON), case=tip)
    terms = load_mississippi().enforced("C06", NOON)
    started: Mapping[str, object] = {
        name: getattr(terms, name) for name in ("rule", "citation", "started_at", "due_at", "warn_at", "arithmetic")
    }
    teams = SourceLog(audit, "rapid_assessment")
    begun = ClockStarted(rule_version=terms.version, subject=tip, triggered_by=tip, **started)  # type: ignore[arg-type]
    await teams.tell(clock, begun, case=tip)
    await teams.tell(clock, ClockMet(rule="C06", subject=tip, met_at=NOON + hours * HOUR), case=tip)
    return str(tip)


async def test_under_the_shipped_files_nothing_differs_and_under_shorter_ones_who_was_late_is_told(
    audit: RunningService, folder: Path, tmp_path: Path
) -> None:
    audit.time.turn(timedelta(days=1))
    case = await a_team_after(audit, 13)
    token, file = audit.token(AUDITOR), tmp_path / "differs.csv"
    shorter = files(tmp_path / "shorter", period_hours=12, warning_hours=[6])

    same = await muster_beside("what-if", str(files(tmp_path / "same")), data=folder, token=token)
    asked = ("what-if", str(shorter), "--rule", "C06", "--since", "2026-11", "--csv", str(file))
    said = await muster_beside(*asked, data=folder, token=token)
    machine = await muster_beside(*asked, "--json", data=folder, token=token)

    assert same.stdout == "Of 1 clocks none would have been due at another time.\n"
    assert said.exit_code == machine.exit_code == 0, said.output
    lines = said.stdout.splitlines()
    assert lines[3].split() == ["C06", "met", "missed", "1"]
    assert f"C06   case {case}: met, due Wed 2026-11-04 12:00 CST" in lines
    assert "      under these rules missed, due Wed 2026-11-04 00:00 CST" in lines
    (row,) = csv.DictReader(file.read_text(encoding="utf-8-sig").splitlines())
    assert (row["Case"], row["Outcome"], row["Then"]) == (case, "met", "missed")
    assert json.loads(machine.stdout)["moved"] == [{"rule": "C06", "outcome": "met", "then": "missed", "clocks": 1}]
    assert audit.names() == ["operation.list_searched"], "nothing else is written by it"


def test_files_that_do_not_hold_together_are_refused_before_anybody_is_asked(tmp_path: Path) -> None:
    broken = files(tmp_path / "broken", period_hours=0)
    said = muster("what-if", str(broken), data=tmp_path)
    assert (said.exit_code, said.stdout) == (1, "")
    assert "C06 version 1" in said.stderr
    assert "period_hours" in said.stderr
