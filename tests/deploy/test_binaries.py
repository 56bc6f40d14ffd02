"""The servers' programs also run where their user cannot read the environment they were installed in."""

import pytest

from deploy.embedded import binaries
from deploy.embedded.errors import StackError
from tests.support.servers import temporary_folder


def test_a_copy_of_each_program_runs_with_all_it_needs() -> None:
    with temporary_folder() as folder:
        for candidates in (binaries.postgres_candidates(), binaries.nats_candidates()):
            copied = binaries._copy(candidates[0], folder / "programs")
            assert copied.is_relative_to(folder)
            assert binaries.run_as_servers_user([copied, "--version"]).returncode == 0
        # initdb needs the libraries that lie beside the wheel's folder, and finds its own templates.
        initdb = next((folder / "programs").rglob("initdb"))
        assert binaries.run_as_servers_user([initdb, "--show", "--pgdata=nowhere"]).returncode == 0


def test_a_copy_is_made_once_and_again_only_when_the_program_changed() -> None:
    with temporary_folder() as folder:
        program = folder / "example"
        program.write_text("#!/bin/sh\necho 1.0\n")
        program.chmod(0o755)
        candidate = binaries.Program(program, folder, (program,))
        first = binaries._copy(candidate, folder / "programs")
        inode = first.stat().st_ino
        assert binaries._copy(candidate, folder / "programs").stat().st_ino == inode
        program.write_text("#!/bin/sh\necho 2.0\n")
        assert "2.0" in binaries._copy(candidate, folder / "programs").read_text()


@pytest.mark.parametrize(("says", "oldest", "fits"), [("v2.11.9", (2, 12), False), ("v2.15.1", (2, 12), True)])
def test_a_program_too_old_is_passed_over(says: str, oldest: tuple[int, int], fits: bool) -> None:
    with temporary_folder() as folder:
        program = folder / "example"
        program.write_text(f"#!/bin/sh\necho nats-server: {says}\n")
        program.chmod(0o755)
        assert binaries._runs(program, oldest) is fits


def test_where_no_program_runs_one_sentence_names_what_to_install() -> None:
    with temporary_folder() as folder:
        nothing = binaries.Program(folder / "absent", folder, (folder / "absent",))
        with pytest.raises(StackError, match=r"install nats-server 2\.12 or newer"):
            binaries._first_that_runs([nothing], (2, 12), folder / "programs", binaries.INSTALL_NATS)
