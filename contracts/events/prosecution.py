"""What the prosecution tells the others. It names nobody: no accused, no victim, no office."""

from contracts.language import Event

PROSECUTION_EVENTS: tuple[type[Event], ...] = ()
