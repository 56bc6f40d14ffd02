"""A stack whose services are stand-ins, so that these tests are about the stack alone."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from deploy.embedded.folder import Kind
from deploy.embedded.listening import ONLY_HERE, Listening
from deploy.embedded.stack import Stack, say_nothing
from deploy.topology import Listener, Service

SERVICES = (Service("identity", 1), Service("tips", 2))
LISTENERS = (Listener("identity", "tips", "evt.tips.>"), Listener("tips", "identity", "*.identity.>"))


def stand_in_stack(
    folder: Path,
    port_base: int,
    *,
    kind: Kind = "real",
    fresh: bool = False,
    listening: Listening = ONLY_HERE,
    say: Callable[[str], None] = say_nothing,
) -> Stack:
    """Real servers, two services that do nothing but be ready."""
    return Stack(
        folder,
        kind=kind,
        fresh=fresh,
        port_base=port_base,
        services=SERVICES,
        listeners=LISTENERS,
        listening=listening,
        command=_command,
        say=say,
    )


def _command(_: Service, settings: Path) -> Sequence[str]:
    return [sys.executable, "-m", "tests.deploy.stand_in", str(settings)]
