"""A supervisor as a process of its own, over stand-in services; the command line's own loop and errors."""

import sys
from pathlib import Path

import click

from deploy.command_line.options import fail, print_json
from deploy.command_line.up import run_until_stopped
from deploy.embedded.errors import StackError
from tests.deploy.stand_in_stack import stand_in_stack


def main(folder: Path, port_base: int) -> None:
    """Says in JSON what runs, then supervises until it is told to stop."""
    try:
        stack = stand_in_stack(folder, port_base, say=lambda text: click.echo(text, err=True))
        run_until_stopped(stack, lambda: print_json(stack.pids()), lambda _: None)
    except StackError as error:
        fail(error, as_json=False)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
