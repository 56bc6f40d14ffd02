"""A house to walk about in: the scenario's first day, a night on top of it, and how its people sign in."""

from pathlib import Path

import msgspec

from deploy.demo.lines import offset
from deploy.demo.people import OPERATOR, LetIn
from deploy.demo.scenario import Scenario, read_scenario
from deploy.embedded.files import write_private

DAY = Path(__file__).parent / "scenario.jsonl"
NIGHT = Path(__file__).parent / "night.jsonl"


class SignIn(msgspec.Struct, frozen=True):
    """How one of the invented people signs in; `app` is the secret of their authenticator app."""

    label: str
    role: str
    name: str
    sign_in_name: str
    passphrase: str
    app: str


class Timed(msgspec.Struct, frozen=True):
    """What is looked at to put lines in order."""

    do: str = ""
    at: str = ""


def evening(day: bytes, night: bytes) -> Scenario:
    """The day up to its first leap, with the night's lines between its own. Raises `ScenarioRefused`."""
    standing: list[bytes] = []
    timed: list[bytes] = []
    for line in day.splitlines():
        read = msgspec.json.decode(line, type=Timed)
        if read.do == "leap":
            break
        (timed if read.at else standing).append(line)
    timed += night.splitlines()
    timed.sort(key=lambda line: offset(msgspec.json.decode(line, type=Timed).at))
    return read_scenario(b"\n".join([*standing, *timed]))


def sign_ins(scenario: Scenario, everybody: LetIn, passphrase: str) -> list[SignIn]:
    """Of everybody who was let in with a passphrase: those of the scenario, then who opened their accounts."""
    of_scenario = [
        (label, scenario.person(label).role, scenario.person(label).person, who)
        for label, who in everybody.people.items()
    ]
    of_house = [
        (who.label, "operator" if who.label == OPERATOR.label else "administrator", f"administrator of {agency}", who)
        for agency, who in everybody.administrators.items()
    ]
    return [
        SignIn(label, role, name, who.sign_in_name, passphrase, who.app)
        for label, role, name, who in [*of_scenario, *of_house]
    ]


def write_sign_ins(file: Path, known: list[SignIn]) -> None:
    """For its owner alone."""
    write_private(file, msgspec.json.encode(known).decode())


def read_sign_ins(file: Path) -> list[SignIn]:
    """Raises `FileNotFoundError` where no day was loaded."""
    return msgspec.json.decode(file.read_bytes(), type=list[SignIn])
