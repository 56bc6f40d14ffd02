"""By what people are sent something: a file of the operator's, read again whenever it changes."""

from pathlib import Path

import msgspec
import pytest

from deploy.embedded.files import write_private
from services.rapid_assessment.reaching import CarriersOnFile, read_carriers

MAIL = "mailtos://night@example.org/?to={address}"


def test_carriers_are_read_from_a_file_and_none_is_no_fault(tmp_path: Path) -> None:
    assert read_carriers(tmp_path / "asked.json") == {}
    (tmp_path / "asked.json").write_text(f'{{"email": "{MAIL}"}}')
    assert read_carriers(tmp_path / "asked.json") == {"email": MAIL}
    (tmp_path / "asked.json").write_text('{"telephone": "sms://{address}"}')
    assert read_carriers(tmp_path / "asked.json") == {"sms": "sms://{address}"}


def test_carriers_set_up_while_a_service_runs_count_at_once_and_a_broken_file_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "asked.json"
    carriers = CarriersOnFile(file)
    assert dict(carriers) == {}
    write_private(file, f'{{"email": "{MAIL}"}}')
    assert dict(carriers) == {"email": MAIL}
    write_private(file, '{"email": ')
    assert (dict(carriers), len(carriers)) == ({"email": MAIL}, 1)
    write_private(file, '{"sms": "sms://{address}"}')
    assert dict(carriers) == {"sms": "sms://{address}"}
    file.unlink()
    assert dict(carriers) == {}
    file.write_text("[]")
    with pytest.raises(msgspec.ValidationError):
        CarriersOnFile(file)
