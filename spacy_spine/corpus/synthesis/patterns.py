"""What keeps a report or an item from being changed: words whose sense depends on which levels stand around."""

import re

# "The level above", "lowest disc", "transitional": true of one level and not of the next.
LEVEL_DEPENDENT = re.compile(
    r"\b(?:above|below|upper\w*|lower\w*|high(?:er|est)|next|adjacent|neighbou?ring|former|latter|last|top|bottom|"
    r"intervening|in\s+between|junction\w*|transition\w*|sacrali[sz]\w*|lumbari[sz]\w*|numbering|numbered|ribs?|"
    r"up(?:wards?)?|down(?:wards?)?|proximal|distal|caudal(?:ly)?|cranial(?:ly)?|one\s+level|two\s+levels?|"
    r"(?:three|four|five|six)\s+levels?|other\s+(?:one|two|three|four|five)|proceeding|ascending|descending)\b",
    re.I,
)
# What an item may not say if it is to stand in another report.
CROSS_REFERENCE = re.compile(
    r"\b(?:same|similar\w*|likewise|ditto|other|others|another|former|latter|adjacent|above|below|than|unlike|these|"
    r"those|both\s+levels|as\s+(?:at|in|described|before|noted|mentioned)|next|neighbou?ring|previous\s+level|again\s+at|"
    r"remaining|rest|elsewhere|worst|worse|largest|smallest|most|least|too|also|all|each|every|further|again)\b|"
    r"\bid(?:em)?\b|\"|-do-|\u2033",
    re.I,
)
# T1 and T2 of a sequence, not of the spine.
SEQUENCE = re.compile(
    r"T[12][\s-]*(?:w|weight|sag|ax|cor|stir|fs|fse|tse|flair|signal|hyper|hypo|bright|dark|image)", re.I
)
SEQUENCE_BEFORE = re.compile(r"(?:sag\w*|ax\w*|cor\w*|stir|weighted|on|high|low|bright|,|/|and|&|plain)\W{1,3}$", re.I)
SEQUENCE_NAMES = ("T1", "T2")
# Roots that no vertebra is called after: below C7 the roots are counted otherwise.
ODD_ROOTS = ("C8",)
# What stands next to a vertebra where two of them are one level.
JOINED = re.compile(r"\s?[-/–—_]\s?[A-Za-z]?\d")
JOINED_BEFORE = re.compile(r"\d\s?[-/–—_]\s?$")
# A vertebra that a scan has damaged, or one that is spelt out.
DAMAGED = re.compile(
    r"\b(?:[LC][SIlAZG]|S[Il!]|[LC]\s?[-/]\s?[SIlAZG])\b|\b[LCS]\s(?:one|two|three|four|five|six|seven)\b"
)
