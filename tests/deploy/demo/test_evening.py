"""The demonstration to walk about in: a day and a night of the scenario, and people who can sign in."""

import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import httpx
import pyotp
import pytest
from click.testing import CliRunner

from contracts.jurisdictions import Jurisdiction
from deploy.command_line import show as command
from deploy.command_line.main import main
from deploy.command_line.options import DEMONSTRATION_STEP, port_base
from deploy.demo.evening import DAY, NIGHT, evening
from deploy.demo.lines import offset
from deploy.demo.scenario import check_words
from deploy.demo.steps import Leap
from deploy.embedded.folder import DataFolder
from deploy.embedded.stack import Stack
from tests.deploy.demo.test_player import HOTLINE, START, received
from tests.support.ports import free_port_base
from tests.support.servers import in_memory, temporary_folder


def test_day_and_night_are_one_scenario_without_a_leap(mississippi: Jurisdiction) -> None:
    played = evening(DAY.read_bytes(), NIGHT.read_bytes())
    check_words(played, mississippi)
    times = [offset(entry.line.at) for entry in played.entries]
    assert all(earlier <= later for earlier, later in pairwise(times))
    assert not any(isinstance(entry.line, Leap) for entry in played.entries)
    assert {"1", "37", "n1"} <= {entry.line.tip for entry in played.entries}
    roles = {played.person(label).role for label in (*played.accounts, *played.responders, *played.nurses)}
    assert roles == set(mississippi.roles) - {"administrator", "operator"}


def test_what_was_loaded_is_gone_on_with_and_its_people_sign_in(monkeypatch: pytest.MonkeyPatch) -> None:
    coordinator = HOTLINE | {"account": "coordinator", "role": "cps_coordinator", "agency": "MDCPS-HTC"}
    auditor = HOTLINE | {"account": "auditor", "role": "auditor", "agency": "AG-PID"}
    start, leap = {"do": "start", "told": START, "rate": 3600}, {"at": "T+01:00", "do": "leap", "to": "T+02:00"}
    day = [start, HOTLINE, coordinator, auditor, leap]
    with temporary_folder(in_memory()) as folder:
        for name, lines in (("DAY", day), ("NIGHT", [received("T+00:10", "n1")])):
            (folder / name).write_text("\n".join(json.dumps(line) for line in lines))
            monkeypatch.setattr(command, name, folder / name)
        monkeypatch.setenv("MUSTER_PORT_BASE", str(free_port_base() - DEMONSTRATION_STEP))
        data = folder / "house"
        who = DataFolder(data, "demonstration").secrets / command.WHO
        assert CliRunner().invoke(main, ["people", "--data", str(data)]).exit_code == 1
        command._load(data, who, lambda _text: None)
        assert who.stat().st_mode & 0o077 == 0
        with Stack(data, kind="demonstration", port_base=port_base("demonstration")) as stack:
            told = CliRunner().invoke(main, ["people", "--data", str(data), "--json"])
            known = {each["role"]: each for each in json.loads(told.output)}
            assert set(known) == {"cps_intake", "cps_coordinator", "auditor", "administrator", "operator"}
            hotline = known["cps_intake"]
            # The code of now may be used up by setting up: the one that comes next fits already.
            code = pyotp.TOTP(hotline["app"]).at(datetime.now(UTC) + timedelta(seconds=30))
            body = {"sign_in_name": hotline["sign_in_name"], "passphrase": hotline["passphrase"], "code": code}
            signed = httpx.post(f"{stack.url('identity')}/sign-in", json=body)
            assert signed.is_success, signed.text
            token = {"Authorization": f"Bearer {signed.json()['token']}"}
            assert len(httpx.get(f"{stack.url('tips')}/tips", headers=token).json()) == 1


def test_whoever_has_no_demonstration_is_told_how_to_make_one(tmp_path: Path) -> None:
    answer = CliRunner().invoke(main, ["people", "--data", str(tmp_path)])
    assert answer.exit_code == 1
    assert "muster show" in answer.output
