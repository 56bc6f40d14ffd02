"""What `muster` says and how it ends, for a person and for a script."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from deploy.command_line.main import main
from deploy.embedded.folder import DataFolder
from tests.support.servers import temporary_folder


def muster(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def test_a_refused_start_ends_with_one_sentence_and_its_own_exit_code() -> None:
    with temporary_folder() as folder:
        (folder / "muster.json").write_text('{"format":99,"kind":"real","id":"example"}')
        answer = muster("up", "--data", folder)
        assert answer.exit_code == 3
        assert answer.stderr.count("\n") == 1
        assert "format 99" in answer.stderr
        machine = json.loads(muster("up", "--json", "--data", folder).stdout)
        assert machine["exit_code"] == 3


def test_a_locked_folder_ends_with_4() -> None:
    with temporary_folder() as folder:
        data = DataFolder(folder / "data", "real")
        data.open()
        with data.locked():
            assert muster("up", "--data", data.path).exit_code == 4
        with data.locked():
            pass


def test_a_time_scale_is_refused_in_a_real_folder() -> None:
    with temporary_folder() as folder:
        answer = muster("up", "--data", folder / "data", "--rate", "60")
        assert answer.exit_code == 2
        assert not (folder / "data").exists()


def test_a_senseless_port_base_is_wrong_use(monkeypatch: pytest.MonkeyPatch) -> None:
    for wrong in ("eighty", "80", "65500", "-1"):
        monkeypatch.setenv("MUSTER_PORT_BASE", wrong)
        answer = muster("doctor")
        assert answer.exit_code == 2
        assert "MUSTER_PORT_BASE" in answer.stderr


def test_the_doctor_changes_nothing_and_says_what_to_do() -> None:
    with temporary_folder() as folder:
        data = folder / "data"
        assert muster("doctor", "--data", data, "--json").exit_code in {0, 1}
        assert not data.exists()
        DataFolder(data, "real").open()
        letter = data / "secrets" / "example.key"
        letter.write_text("example")
        letter.chmod(0o644)
        answer = muster("doctor", "--data", data, "--json")
        assert answer.exit_code == 1
        findings = {each["what"]: each for each in json.loads(answer.stdout)["findings"]}
        assert "chmod" in findings["secrets"]["advice"]
        assert muster("doctor", "--data", data).stdout.count("→") >= 1


def test_the_doctor_tells_a_service_that_does_not_answer() -> None:
    with temporary_folder() as folder:
        data = DataFolder(folder / "data", "real")
        data.open()
        with data.locked():
            answer = muster("doctor", "--data", data.path)
        assert answer.exit_code == 1
        assert "does not answer" in answer.stdout


@pytest.mark.parametrize("words", [(), ("up",), ("doctor",)])
def test_help_teaches_every_command(words: tuple[str, ...]) -> None:
    answer = muster(*words, "--help")
    assert answer.exit_code == 0
    assert "--help" in answer.stdout
