"""The service as the tests of kits have it."""

from tests.services.forensic_clinic.kit.conftest import house

__all__ = ["house"]
