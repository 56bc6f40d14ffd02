"""What happens to a list of kits from before this record. Each kit of it is a kit.brought_in on a stream of its own."""

from contracts.language import Code, Event, Measure, Reference


class LegacyFileBroughtIn(Event, frozen=True, kw_only=True):
    """The rows that were right came in: `kits` of `rows`. The same file again brings what has become right since.

    `file` is made from its bytes under the house's key, so that the same file is known again and nothing of it is told.
    """

    NAME = "legacy_file.brought_in"

    file: Reference
    by: Reference
    agency: Code
    rows: Measure
    kits: Measure


LEGACY_EVENTS: tuple[type[Event], ...] = (LegacyFileBroughtIn,)
