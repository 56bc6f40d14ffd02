"""The service with its own store at hand, as the tests of kits have it."""

from tests.services.forensic_clinic.kit.conftest import house as house  # noqa: PLC0414  # a fixture for here too
