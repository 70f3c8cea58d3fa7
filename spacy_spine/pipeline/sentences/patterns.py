"""What sentence boundaries look like in MRI reports: tables and patterns, no logic."""

import re

# A lettered motion segment in any spelling, only as far as a boundary needs to know one.
LEVEL = r"[LCTDGIl|]\s?[\dSsGIl@]{1,2}\s?(?:[-/–—_.~]|to|on|over)?\s?(?:[LCTDS]\s?)?[\dSGIl]{1,2}"
LEVEL_NAME = rf"(?:{LEVEL}|(?:[Tt]he )?(?:lumbosacral|cervicothoracic) junction)"
# Several of them (a bounded number, so that time stays linear): "L3-4 and L4-5", "L1/2 to L3/4".
LEVELS = rf"{LEVEL_NAME}(?:\s*(?:,|&|\+|and|to|through|thru|-)\s*{LEVEL_NAME}){{0,8}}"

# Words after which a full stop ends no sentence.
ABBREVIATIONS = frozenset(
    """vs v e.g eg i.e ie dr mr mrs ms prof st approx ca cf fig figs resp no nos nr vol dept ext incl excl esp bilat
    lt rt pt pts sag ax cor ant post sup inf lat ref tel min max avg dx hx sx w wt""".split()
)

# Headings whose text may follow on the same line. Upper-case words before a colon are headings whatever they say.
HEADINGS = frozenset(
    """findings finding impression impressions conclusion conclusions opinion summary report result results technique
    protocol procedure method comparison comparisons indication indications history exam examination study
    interpretation comment comments comments discussion recommendation recommendations diagnosis alignment
    observations narrative clinical background nb note notes addendum""".split()
)
# Headings over what is graded: they are parted from a text that goes through several levels.
TOPICS = frozenset(
    """discs disc disks disk canal canals foramina foramen neuroforamina neuroforamen nerve nerves root roots cord
    myelon spinal central neural exit lateral recess recesses stenosis stenoses herniation herniations protrusions
    bulges and foraminal""".split()
)
# Words that a heading of several words may hold besides those.
HEADING_FILLERS = frozenset(
    """clinical information details history of and the for mri mr spine lumbar cervical lumbosacral thoracic data
    relevant reason date exam examination report question request radiological radiology l c s ls lss""".split()
)

LINE_MARKER = re.compile(r"\s*(?:[-*•▪◦·>–—]+|\(?Q?\d{1,2}[.)](?!\d)|\(?[a-h][.)]|\(?[ivx]{1,4}[.)])(?=\s|[A-Z])")
NUMBER_MARKER = re.compile(r"\(?Q?\d{1,2}")
# "L4-5" at the head of a line opens an item; so does a word before it, where a colon follows.
LEVEL_WORD = re.compile(r"(?:the\s+)?(?:motion\s+)?(?:levels?|lvls?|segments?|discs?|disks?|at|in)", re.I)
LINE_LEVEL = re.compile(
    rf"(?=.{{0,12}}\d)\s*(?:[-*•(|]\s*)?(?:{LEVELS}(?![A-Za-z\d])|{LEVEL_WORD.pattern}\s+{LEVELS}\s*(?:level|disc|disk|interspace)?\s*[:;|])",
    re.I,
)
# "back - …" opens a part of a note in small letters.
LINE_REGION = re.compile(
    r"\s*(?:[clt]\W?\s?spine|neck|(?:low(?:er)?\s+)?back|cervical(?:\s+spine)?|thoracic(?:\s+spine)?|lumbar(?:\s+spine)?)\s*[:–-]",
    re.I,
)
# A list in small letters ends in "other levels: normal".
LINE_COLLECTIVE = re.compile(
    r"\s*(?:all\s+)?(?:the\s+)?(?:others?|remaining|rest\s+(?:of|nad|ok|fine|neg|clear|normal)|remainder\s+of|elsewhere)\b",
    re.I,
)
PAGE_LINE = re.compile(
    r"\s*(?:page\s+\d+|\d+\s*/\s*\d+\s*$|continued|[-–—=_*\s]+$|(?:patient|name|mrn|dob|accession|ref|re|"
    r"claim|chart|acct|file no)\b.{0,40}[:#]|.{0,90}\bpage\s+\d+\s*(?:of|/)\s*\d+\b.{0,30}$)",
    re.I,
)
# The line stops in the middle of a mention, a list or a phrase, whatever the next one looks like.
WAITING_END = re.compile(
    r"(?:[-/–—,&+(]|\b(?:and|or|of|the|a|an|with|without|at|to|from|in|on|by|for|is|are|was|no|into|through|between|"
    r"causing|which|that|measuring|[LCTS]))$"
)
# It probably goes on, unless the next line opens an item.
OPEN_END = re.compile(r"\b(?:both|left|right|mild|moderate|severe|spinal|central|neural|nerve|disc|thecal|ligamentum)$")
# The text goes on: lower case, or something that only continues.
CONTINUES = re.compile(r"\s*(?:[a-z]|[),;:%&+/–—]|\d+(?:\.\d+)?\s?(?:mm|cm)\b)")

STOP = re.compile(r"[.!?]+[)\"'”’]*")
# Within a line: a level's item begins after other text ("…; L4-5: …", "… // L4-5 …", "… . L4-5 - …").
INLINE_LEVEL = re.compile(rf"(?:(?<=[;,.])|(?<=\s[-–•*])|(?<=//))\s*(?={LEVELS}\s*(?:level|disc)?\s*(?::|[-–—=]\s))")
# Nothing but levels before a comma: "Segments L1-L2, L2-L3 - normal" is one item.
LEVELS_ONLY = re.compile(rf"\W*(?:{LEVEL_WORD.pattern}\s+)?{LEVELS}[\s,;–-]*", re.I)
PROSE = re.compile(r"[A-Za-z]{3}")
SEMICOLON_LEVEL = re.compile(rf";\s*(?=(?:and\s+)?(?:at\s+)?{LEVELS})")
SLASHES = re.compile(r"\s//\s*")
HEADING = re.compile(r"[ \t]*(?:[-*•▪◦·]\s*)?(?P<name>[A-Za-z][A-Za-z/&(), \t.'-]{1,60}?)[ \t]*:(?=\s|[A-Z])")
LEVEL_AHEAD = re.compile(rf"(?:(?:right|left)\s+)?{LEVEL_NAME}(?!\s*[-–]?\s*\w*\s*:)")
LEVEL_START = re.compile(rf"\s*{LEVEL}")
LEVEL_WRITTEN = re.compile(r"(?<!\w)[LCTD]\d{1,2}\s?[-/–]?\s?[LCTDS]?\d{1,2}(?!\w)", re.I)
LEVEL_END = re.compile(r"\d\s?[-/]\s?[SGI]$")  # "L5-S." is a truncated level, not an initial
# "L5.S1" has a dot for its dash.
UPPER_VERTEBRA = re.compile(r"\b[LCTD]\d{1,2}$", re.I)
LOWER_VERTEBRA = re.compile(r"[LCTDS]?\d{1,2}\b", re.I)
LAST_WORD = re.compile(r"[\w.]+$")
CAPITAL_WORD = re.compile(r"[A-Z][\w-]")
SPACE = re.compile(r"\s+")
SMALL_LINE = re.compile(r"(?m)^[^\w\n]*[a-z]{2}")
CAPITALISED = re.compile(r"(?m)(?:^|[.!?:][ \t])[^\w\n]*[A-Z][a-z]")

# Dictation: stops that are spoken, and levels where nothing is.
WRITTEN_STOP = re.compile(r"[.;](?=\s)")
SPOKEN_STOP = re.compile(r"\b(?:full\s+stop|period|new\s+paragraph|new\s+line|next\s+line)\b[.,]?\s*", re.I)
PUNCTUATED = re.compile(r"[.;:,|](?=\s)")
SPOKEN_NUMBER = r"(?:one|two|three|four|for|five|six|seven)"
SPOKEN_LEVEL = re.compile(
    rf"(?<!\d )(?<!\band )(?<!\bto )(?<!\bthrough )(?<!\bthan )(?<!\bfrom )(?<!\bor )(?<!\bat )"
    rf"(?<!\bthe )(?<!\bat the )\b"
    rf"(?:at\s+)?(?:the\s+)?(?:(?=\S{{1,3}}\s?\S?\d)(?!T[12]\s(?:T[12]|STIR)){LEVEL}\b|(?:[LC]|see|sea|el)\s+{SPOKEN_NUMBER}\s+(?:(?:[LCST]|see|sea|el)\s+)?{SPOKEN_NUMBER}\b)",
    re.I,
)
