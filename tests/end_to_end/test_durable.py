"""What a house acknowledges is on disk: its servers say so themselves, while they run."""

from tests.bench.durable import require_durable_house
from tests.end_to_end.town import Town


def test_both_servers_of_a_house_run_so_that_what_is_acknowledged_is_on_disk(town: Town) -> None:
    require_durable_house(town.stack)
