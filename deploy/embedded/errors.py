"""What stops a start: one sentence for the person at the keyboard, and an exit code for a script."""

import errno

WRONG_FOLDER = 3
ALREADY_RUNNING = 4
BUSY_PORT = 5
FULL_DISK = 6


class StackError(Exception):
    """`str()` of it is the sentence to print; `exit_code` is the process's answer."""

    def __init__(self, sentence: str, exit_code: int = 1) -> None:
        super().__init__(sentence)
        self.exit_code = exit_code


def full_disk(place: object) -> StackError:
    """The one sentence for every way in which a disk shows itself full."""
    sentence = f"The disk that holds {place} is full: free some space (200 MB at least) and start again."
    return StackError(sentence, FULL_DISK)


def is_full_disk(error: OSError) -> bool:
    """A quota used up is a full disk to the person who must free space."""
    return error.errno in {errno.ENOSPC, errno.EDQUOT}
