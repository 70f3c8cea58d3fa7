"""Spells motion segments the way reports do, for tests of properties."""

WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
FORMS = ("full", "short", "joined", "spaced", "pair", "range", "lower", "broken", "words", "list")
ROMAN = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
ROMAN_FORMS = ("dotted", "apart", "joined", "short")
SEPARATORS = ("-", "/", "–", "_", "\\", "--", "~")


def spell(segment: str, form: str, separator: str = "-") -> str:
    """A spelling of a motion segment.

    segment (str): e.g. "L5-S1".
    form (str): One of FORMS.
    separator (str): One of SEPARATORS, where the form has one.
    RETURNS (str): e.g. "L5/S1", "L4/5", "L five S one".
    """
    upper, lower = segment.split("-")
    short = lower[1:] if lower[0] == upper[0] else lower
    spoken = " ".join(f"{vertebra[0]} {WORDS[int(vertebra[1:])]}" for vertebra in (upper, lower))
    return {
        "full": f"{upper}{separator}{lower}",
        "short": f"{upper}{separator}{short}",
        "joined": f"{upper}{lower}",
        "spaced": f"{upper} {separator} {short}",
        "pair": f"{upper} on {lower}",
        "range": f"{upper} to {lower}",
        "lower": f"{upper}{separator}{lower}".lower(),
        "broken": f"{upper}-\n{lower}",
        "words": spoken,
        "list": f"{upper}, {lower}",
    }[form]


def spell_roman(segment: str, form: str, separator: str = "-") -> str:
    """A spelling of a motion segment in Roman numerals.

    segment (str): e.g. "L5-S1".
    form (str): One of ROMAN_FORMS.
    separator (str): "-", "–" or "/".
    RETURNS (str): e.g. "L.V-S.I.", "L V–S I", "LV/SI".
    """
    (upper, first), (lower, second) = ((v[0], ROMAN[int(v[1:])]) for v in segment.split("-"))
    other = "" if upper == lower else lower
    return {
        "dotted": f"{upper}.{first}{separator}{other and other + '.'}{second}.",
        "apart": f"{upper} {first}{separator}{lower} {second}",
        "joined": f"{upper}{first}{separator}{lower}{second}",
        "short": f"{upper}{first}{separator}{other}{second}",
    }[form]
