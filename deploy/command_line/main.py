"""The command `muster`. Each command is in a module beside this one."""

from importlib import import_module
from typing import Any

import click
from click.exceptions import NoSuchCommand

HERE = "deploy.command_line"
MODULES = {
    "up": "up",
    "demo": "demo",
    "show": "show",
    "people": "show",
    "mail": "mail",
    "doctor": "doctor",
    "replay": "replay",
    "verify": "verify",
    "findings": "verify",
    "certificate": "certificate",
    "trace": "trace",
    "restore": "restore",
    "rules": "rules",
    "what-if": "what_if",
    "explain": "explain",
    "parked": "parked",
    "rebuild": "rebuild",
    "recompute": "recompute",
    "take-mail": "take_mail",
    "witness": "witness",
}
"""Where each command is: a function of its name. Imported when it is called, since to import all takes a second."""


class Commands(click.Group):
    """Those of `MODULES`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order in which help lists them."""
        return sorted(MODULES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Raises `NoSuchCommand`, which says what may have been meant; None while a shell completes a line."""
        if cmd_name not in MODULES:
            if ctx.resilient_parsing:
                return None
            raise NoSuchCommand(cmd_name, possibilities=MODULES, ctx=ctx)
        module: Any = import_module(f"{HERE}.{MODULES[cmd_name]}")
        command: click.Command = getattr(module, cmd_name.replace("-", "_"))
        return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
def main() -> None:
    """Muster gets the right people to a trafficked child within 24 hours, and can prove afterwards what was done.

    \b
    Begin here
      muster up        start everything on this machine (make run does the same)
      muster show      walk about in a demonstration (make run DEMO=1 does the same)
      muster doctor    see whether all is well, and what to do when not
      muster replay    tell a case again, as it was known or true at any moment
      muster verify    compare every log with the auditors' copy of it
      muster rules     read what is due when, by which law, and how sure that is
      muster explain   say why each clock of a case is due when it is
      muster what-if   run what has been under other rules, and see what would differ

    Every command takes --json for machines and says with --help what its exit codes mean.
    """


if __name__ == "__main__":
    main()
