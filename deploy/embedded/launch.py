"""Becomes another program, having first written down who it is.

Run as `python -m deploy.embedded.launch RECORD USER COMMAND…` (USER may be empty). The record is on disk before the
program starts, so a supervisor killed at any moment leaves no process that its successor cannot find. Of the standard
library alone.
"""

import os
import pwd
import sys
from pathlib import Path

from deploy.embedded.processes import ProcessRecord, write_record


def main() -> None:
    """Never returns: `exec` keeps the pid and the start time."""
    record_file, user, *command = sys.argv[1:]
    # Whatever the program writes, keys above all, is for its own user only.
    os.umask(0o077)
    record = ProcessRecord.of(os.getpid())
    if record is None:
        raise SystemExit("This process cannot find itself in the process table.")
    write_record(Path(record_file), record)
    if user:
        become(user)
        # The servers' user may not stand where the code lies.
        os.chdir("/")
    os.execv(command[0], command)


def become(user: str) -> None:
    """Gives up root for good: groups first, since afterwards they could not be changed."""
    account = pwd.getpwnam(user)
    os.setgroups([])
    os.setgid(account.pw_gid)
    os.setuid(account.pw_uid)


if __name__ == "__main__":
    main()
