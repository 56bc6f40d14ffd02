"""How often one address may send the forms that are open to everybody.

The console alone knows from where somebody asks; the services it asks count what is tried: a name, a code, a form.
"""

from datetime import timedelta

from services.kernel.http.limits import Doorstep, Rate, Surge
from services.kernel.settings import ProcessSettings

# A hotline of forty people changes shifts within a few minutes behind one address, and some mistype.
SIGN_IN = Rate(200, timedelta(minutes=5))
# A school, a shelter or a library has one address too.
SENDING = Rate(30, timedelta(hours=1))
# All public tips of a state in an hour, on a day on which everybody speaks of it; then so many from each network.
EXPECTED = Rate(300, timedelta(hours=1))
SHARE = Rate(10, timedelta(hours=1))
CODES = Rate(60, timedelta(minutes=15))
# Of calendar addresses that are none: a program asks a revoked one again and again, for all of a clinic behind one.
NO_CALENDARS = Rate(60, timedelta(minutes=15))
# PINs of survivors' pages: a shelter has one address. All of a state in an hour, then so many from each network.
PINS = Rate(40, timedelta(minutes=15))
PINS_EXPECTED = Rate(200, timedelta(hours=1))
PINS_SHARE = Rate(20, timedelta(hours=1))


class Doorsteps:
    """One for each kind of form."""

    def __init__(self, settings: ProcessSettings) -> None:
        self.sign_in = Doorstep(settings, address=SIGN_IN, counts_this_machine=True)
        surge = Surge(EXPECTED, SHARE)
        self.sending = Doorstep(settings, address=SENDING, surge=surge, counts_this_machine=True)
        tried = Surge(PINS_EXPECTED, PINS_SHARE)
        self.pins = Doorstep(settings, address=PINS, surge=tried, counts_this_machine=True)
        self.codes = Doorstep(settings, address=CODES, counts_this_machine=True)
        self.no_calendars = Doorstep(settings, address=NO_CALENDARS, counts_this_machine=True)
