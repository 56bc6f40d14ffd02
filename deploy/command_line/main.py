"""The command `muster`. Each command is a module of its own beside this one."""

import click

from deploy.command_line.certificate import certificate
from deploy.command_line.demo import demo
from deploy.command_line.doctor import doctor
from deploy.command_line.explain import explain
from deploy.command_line.mail import mail
from deploy.command_line.parked import parked
from deploy.command_line.rebuild import rebuild
from deploy.command_line.recompute import recompute
from deploy.command_line.replay import replay
from deploy.command_line.restore import restore
from deploy.command_line.rules import rules
from deploy.command_line.show import people, show
from deploy.command_line.take_mail import take_mail
from deploy.command_line.trace import trace
from deploy.command_line.up import up
from deploy.command_line.verify import findings, verify
from deploy.command_line.what_if import what_if
from deploy.command_line.witness import witness


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
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


main.add_command(up)
main.add_command(demo)
main.add_command(show)
main.add_command(people)
main.add_command(mail)
main.add_command(doctor)
main.add_command(replay)
main.add_command(verify)
main.add_command(findings)
main.add_command(certificate)
main.add_command(trace)
main.add_command(restore)
main.add_command(rules)
main.add_command(what_if)
main.add_command(explain)
main.add_command(parked)
main.add_command(rebuild)
main.add_command(recompute)
main.add_command(take_mail)
main.add_command(witness)

if __name__ == "__main__":
    main()
