"""What can be wrong with a question to a jurisdiction, or with its files."""

# Longer than any county's name: what was typed is not repeated beyond it, nor compared.
LONGEST_NAME = 40


class UnknownCounty(ValueError):
    """No county of this state bears the name. `near` are names it may have been meant to be, likeliest first."""

    def __init__(self, county: str, near: tuple[str, ...], state: str) -> None:
        self.county = county
        self.near = near
        shown = repr(county) if len(county) <= LONGEST_NAME else f"a text of {len(county)} characters"
        hint = f"Did you mean {' or '.join(near)}?" if near else "Give one of its counties by name."
        super().__init__(f"There is no county {shown} in {state}. {hint}")


class UnknownRule(LookupError):
    """No rule, or no version of it in force on the day asked for, is on file."""


class DataRefused(ValueError):
    """A table or rule file does not hold together.

    `row` says which of the file's rows, `field` which of its fields; empty where it is the file, or the row, as such.
    """

    def __init__(self, file: str, row: str, field: str, wrong: str) -> None:
        self.file = file
        self.row = row
        self.field = field
        super().__init__(f"{', '.join(each for each in (file, row, field and f'field {field}') if each)}: {wrong}")
