"""What an offence carries, in the reader's language. What is not on file is said so, never guessed."""

from services.console.frame.words import Words
from services.console.pages.court.answers import Offence


def prison_of(offence: Offence, words: Words) -> str:
    """From the shortest term to the longest."""
    longest = words.say("court.penalty.life") if offence.for_life else _years(offence.most_years, words)
    return _range(_years(offence.least_years, words), longest, words)


def fine_of(offence: Offence, words: Words) -> str:
    """From the lowest to the highest, in dollars."""
    return _range(_dollars(offence.lowest_fine), _dollars(offence.highest_fine), words)


def _years(years: int | None, words: Words) -> str:
    return "" if years is None else words.count("court.penalty.years", years)


def _dollars(amount: int | None) -> str:
    return "" if amount is None else f"${amount:,}"


def _range(least: str, most: str, words: Words) -> str:
    if least and most:
        return words.say("court.penalty.range", least=least, most=most)
    if most:
        return words.say("court.penalty.most", most=most)
    return words.say("court.penalty.least", least=least) if least else words.say("court.penalty.not_on_file")
