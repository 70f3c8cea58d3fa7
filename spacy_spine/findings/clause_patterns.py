"""What parts a sentence into clauses: patterns and sets of kinds of term, no logic."""

import re

# Between two mentions of one list.
JOINT = re.compile(
    r"(?:[\s,;&+/()–-]|(?:and|or|et|y|und|to|through|as well as|at|the|also|in|on|of|both|"
    r"to a lesser (?:extent|degree)|levels?|discs?|disks?|segments?)\b)*",
    re.I,
)
STRONG = re.compile(r";|\.(?=\s|[A-Z])|\s[-–—/]\s|\||•")
BREAK = re.compile(
    r";|\.(?=\s|[A-Z])|\s[-–—/]\s|\||•|,(?!\d)|\b(?:and|but|while|whereas|plus|however|although|then)\b|(?=\b(?:except|apart\s+from|other\s+than|save\s+for)\b)",
    re.I,
)
BRACKET = re.compile(r"\s*\([^()]*\)")
WEAK_BREAKS = frozenset({"and", "AND", "And"})
PREPOSITION = re.compile(r"\b(?:at|in|of|on|from|between)\s+(?:the\s+)?(?:levels?\s+)?$", re.I)
# Before a mention that opens its clause.
OPENING = re.compile(
    r"(?:[^\w]|\d{1,2}[.)]|(?:and|but|while|whereas|plus|then|however|although|also|at|in|on|of|from|the|level|levels|disc|segment|discs|as|for|further|similarly|likewise|except|apart|other|than|save)\b)*",
    re.I,
)
# What goes on about the mention before it.
TRAILING = re.compile(
    r"\W*(?:with|without|which|where|causing|producing|resulting|leading|compressing|narrowing|indenting|displacing|effacing|contacting|"
    r"touching|flattening|abutting|impinging|encroaching|extending|measuring|reaching|both|each|all|neither|none|they|these|this|it|its|the\s+(?:cord|canal|root|sac|right|left)|no|but\s+no|not)\b",
    re.I,
)
# A last clause about all that were named.
TOGETHER = re.compile(
    r"(?:,|;|\band\b)\s*(?:both|all|each|neither|either|they|these)\b(?!\s+(?:sides?|foramina|roots?|recess\w*|exit|neural|nerve|S1|L\d))",
    re.I,
)
COLLECTIVE = re.compile(
    r"\b(?:(?:the\s+)?(?:rest|remainder|remaining|others)\b|(?:all\s+)?(?:the\s+)?other\s+(?:\w+\s+){0,2}(?:levels?|discs?|disks?|segments?|spaces)\b|"
    r"elsewhere\b|everything\s+else\b|otherwise\b|throughout\b(?=[^.;]{0,60}\bexcept\b)|(?:every|all|any)\s+(?:\w+\s+){0,2}(?:levels?|discs?|disks?|segments?)\b(?=[^.;]{0,60}\b(?:except|apart|but)\b))",
    re.I,
)
# "Everything at all levels with a protrusion at L4-5": what no name follows is of all.
ALL = re.compile(
    r"\b(?:at|in|of|on)?\s*(?:every|all|each)\s+(?:\w+\s+){0,2}(?:levels?|discs?|disks?|segments?)\b|\bthroughout\b",
    re.I,
)
# A mention that only says where of several it is worst.
WORST = re.compile(
    r"(?:^|[,;(]|\b(?:and|but)\b)\W*(?:(?:is|are|being|slightly|somewhat|much|again|the)\s+)*(?:more|most|worse|worst|greater|greatest|larger|largest|especially|particularly|mainly|"
    r"predominantly|noticeably|maximal(?:ly)?|chiefly|notably)(?:\s+(?:marked|severe|severely|pronounced|prominent|so|markedly|noticeable))?\s+(?:(?:at|in|on|of|for)\s+)?(?:the\s+)?$",
    re.I,
)
# "the former", "the last with …": a part about one of the mentions before it.
POINTING = re.compile(
    r"(?:[,;(]|\b(?:and|but|with)\b|^)\s*(?:and\s+|with\s+|but\s+|of\s+which\s+|at\s+|in\s+)*the\s+(?P<which>former|latter|later|last|first|second|third|lower|upper)"
    r"(?:\s+(?:one|level|disc|of\s+(?:the\s+two|these|them|which|those|the\s+three)))?"
    r"(?=\s*(?:,|:)|\s+(?:with|is|being|has|having|shows?|showing|causing|caus\w+|compress\w*|imping\w*|displac\w*|narrow\w*|touch\w*|contact\w*|indent\w*|abut\w*|reach\w*|deform\w*|flatten\w*|"
    r"severe\w*|moderate\w*|mild\w*|large\w*|small\w*|in|also|additionally|migrat\w*|extend\w*|extrud\w*|due|where|sequest\w*|to|of\s+which))",
    re.I,
)
# A pair of vertebrae that the pipeline reads no region of.
FOREIGN = re.compile(r"\b[CTDLS]\d{1,2}\s?[-/–]\s?(?:[CTDLS]\s?)?\d{1,2}\b")
RESPECTIVELY = re.compile(r"\brespective(?:ly)?\b|\bresp\b|\bin\s+(?:that|this)\s+order\b", re.I)
VALUE_JOINT = re.compile(r"[\s,;/&–-]*(?:and|mm|cm)?[\s,]*", re.I)
PAIR_JOINT = re.compile(r"\s*(?:&|and)\s*", re.I)
EXCEPTED = re.compile(r"\b(?:except|apart\s+from|other\s+than|save\s+for|with\s+the\s+exception)\b", re.I)
EXCEPTION = re.compile(r"\b(?:except|apart from|other than|save for|aside from|only|but)\b")

GRADES = frozenset({"mild", "moderate", "severe"})
# What an own statement has: then nothing is taken over.
FINDINGS = frozenset(
    """bulge protrusion extrusion migration ridge narrow canal_narrow canal sac csf foramen foramen_narrow recess root
    cord cauda compress impinge deform displace efface irritate contact signal wear facet""".split()
)
PLACES = frozenset({"canal", "foramen", "recess"})
PRESSED = PLACES | {"sac", "root", "cord", "cauda"}
PLACELESS = frozenset({"narrow", "compress", "impinge", "deform", "displace", "efface", "contact"})
ANSWERS = frozenset({"none", "normal", "resolved"})

# "and another at L5-S1"
ANOTHER = re.compile(r"\b(?:another|a\s+(?:second|third|fourth|further)|so\s+(?:does|do|is|has)|the\s+same)\b", re.I)
WITH = re.compile(r"\bwith\b", re.I)
# Which of the mentions before it a word points to, upper ones being named first.
PLACE_OF = {
    "former": 0,
    "first": 0,
    "upper": 0,
    "second": 1,
    "third": 2,
    "latter": -1,
    "later": -1,
    "last": -1,
    "lower": -1,
}
DISCS = frozenset({"bulge", "protrusion", "extrusion", "ridge"})
SITES = frozenset({"canal", "sac", "foramen", "recess", "root", "cord"})
# What is said of them.
STATEMENTS = GRADES | {"narrow", "compress", "impinge", "deform", "displace", "efface"}
