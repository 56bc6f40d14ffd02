"""What the house knows of rules by their number, which is the same in every state: what a rule says is in its files."""

ALWAYS_ON = frozenset({"C06", "C77", "C81", "C82", "C84"})
"""Without these the house does not work: a state whose files switch one off, or let it end, is not loaded."""
