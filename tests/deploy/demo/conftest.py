import pytest

from contracts.jurisdictions import Jurisdiction, load_mississippi


@pytest.fixture(scope="session")
def mississippi() -> Jurisdiction:
    return load_mississippi()
