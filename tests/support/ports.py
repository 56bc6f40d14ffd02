"""Where the houses of the tests listen."""

import os
import random

from deploy.embedded.installation import MAILBOX_PORT, NATS_PORT, POSTGRES_PORT, SUPERVISOR_PORT
from deploy.embedded.stack import port_is_free
from deploy.topology import SERVICES

# Below those that the system gives to whoever asks for any.
FIRST, BEYOND, STEP = 20_000, 32_000, 50
SLICES = 8
HOUSES_IN_A_SLICE = (BEYOND - FIRST) // STEP // SLICES


def free_port_base() -> int:
    """The first of a range of ports of which all that a house needs are free.

    Of the worker's own slice: a range that another worker was given a moment ago looks as free as any.
    """
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % SLICES
    wanted = (*(service.port for service in SERVICES), POSTGRES_PORT, NATS_PORT, SUPERVISOR_PORT, MAILBOX_PORT)
    houses = random.sample(range(HOUSES_IN_A_SLICE), HOUSES_IN_A_SLICE)
    bases = (FIRST + STEP * (number * HOUSES_IN_A_SLICE + house) for house in houses)
    return next(base for base in bases if all(port_is_free(base + step) for step in wanted))
