"""What the grouping rules look for: word tables and patterns, no logic.

They read a sentence in small letters, which is several times as fast as ignoring the case. Scanners confuse l, 1, i
and |: in words for a level they count as one letter.
"""

import re

LEVEL_NOUN = r"(?:[l1i|]eve[l1i|]s?|lvls?|d[i1l|]s[ck]s?|segments?|interspaces?|spaces?|units?|stages?|floors?)(?!\w)"
LEVEL_NOUNS = r"(?:[l1i|]eve[l1i|]s|lvls|d[i1l|]s[ck]s|segments|interspaces|spaces|units|stages|floors)(?!\w)"
KIND = (
    r"(?:spinal|disc|disk|d[i1l|]sc|motion|vertebral|inter-?vertebral|intersomatic|cervical|lumbar|thoracic|lumbosacral|"
    r"neck|canal|[clt](?:-?\s?spine)?)"
)
# One or two words between "other" and its noun: "other lumbar intervertebral discs".
WORDS = rf"(?:{KIND}\s+){{0,3}}"
# Any up to three words but those that begin another phrase: "remaining non-operated upper lumbar discs".
ANY_WORDS = r"(?:(?!(?:at|of|in|on|the|this|that|and|or|to|with|than|for)\b)[\w-]+\s+){0,3}"

# What is graded at a motion segment, and what stands for it.
FINDING = re.compile(
    r"\b(?:d[i1l|]s[ck]s?|d[i1l|]scal|disco\w*|cana[l1]s?|stenos\w*|stenot\w*|narrow\w*|(?:neuro)?foram[ei]n\w*|recess\w*|roots?|cord|hemicord|"
    r"thec\w+|sac|dura[l1]?|csf|protru\w+|hern\w+|hnp|extru\w+|sequest\w+|bu[l1]g\w*|pro[l1]aps\w*|pivd|pid|fragments?|"
    r"compress\w*|compromis\w*|imping\w*|encroach\w*|indent\w*|efface\w*|flatten\w*|deform\w*|displac\w*|annu\w+|"
    r"fissures?|cauda|osteophyt\w*|ridges?|spondylo(?:sis|tic)|uncovertebral|myelo\w+|nerves?|neural|nf|ccs|facets?|"
    r"facetal|ligament\w*|flavum|spac(?:e|es)|abut\w*|contact\w*|touch\w*|migrat\w*|decompress\w*|remnant|residual|"
    r"leve[l1]s?|lvls?|segments?|listhesis|antero\w*listhesis|retro\w*listhesis)\b",
)
# The part of it that a motion segment's grades are about; facets and slips alone are not.
GRADED = re.compile(
    r"\b(?:d[i1l|]s[ck]s?|d[i1l|]scal|cana[l1]s?|stenos\w*|narrow\w*|(?:neuro)?f[o0]ram[ei]n\w*|recess\w*|r[o0]{2}ts?|cord|thec\w+|sac|"
    r"protru\w+|herni\w+|hernat\w+|hnp|extru\w+|bu[l1]g\w*|pro[l1]aps\w*|pivd|pid|compress\w*|compromis\w*|"
    r"spondylo(?:sis|tic)|nerves?|neural|ccs|epidural|(?:spondylo)?discitis)\b",
)
# What a collective statement may say instead.
SPARED = re.compile(
    r"(?:\b(?:no|without|un\w+ed|norm\w*|unremark\w*|unrernark\w*|negative|neg|nad|wnl|nl|intact|preserved|respected|healthy|c[l1i|]ear|free|"
    r"patent|open|good|adequate|roomy|pristine|conserved|nothing|bulge|age[- ]appropriate|fine|ok|okay|"
    r"spared|natural|satisfactory|degenerat\w*|perfect|none|age-appropriate|within)\b|-ve\b)",
)
# What is no grade of a motion segment, and what a sentence about other levels may be about alone.
UNGRADED = re.compile(
    r"\b(?:facets?|facetal|zygapophys\w*|ligament\w*|flavum|\w*listhesis|slips?|osteophyt\w*|spurs?|end-?\s?plates?|modic|"
    r"schmorl\w*|pars|synovial|heights?)\b",
)
# What ends a carry-over: a statement about something else.
ELSEWHERE = re.compile(
    r"\b(?:conus|medullaris|marrow|h[a]?emangiomas?|alignment|lordosis|kyphosis|scoliosis|curvature|curve|"
    r"vertebra[el]?\s+(?:body|bodies|heights?|alignment|marrow|arter\w+)|vertebrae|vertebral\s+bod\w+|fractures?|fracture\b|"
    r"soft\s+tissues?|paraspina\w*|paravertebral|prevertebral|pre-?\s*and\s+para\S*|muscles?|muscular|kidneys?|renal|"
    r"tarlov|aort\w+|uter\w+|ovar\w+|bladder|gall\w*|sacroiliac|si\s+joints?|craniocervical|cervicomedullary|tonsils?|"
    r"foramen\s+magnum|cerebell\w+|thyroid|sinus\w*|lymph\w*|posterior\s+fossa|atlanto\w*|odontoid|dens|retroperiton\w+|"
    r"sequences?|multiplanar|sagittal\s+(?:t[12]|and)|gadolinium|(?:with|without|w/o|no|after)\s+contrast|"
    r"contrast\s+(?:medium|agent|media)|tesla|technique|motion\s+artefacts?|artifacts?|"
    r"year[- ]old|patient|history|clinical|symptoms?|complain\w*|recommend\w*|discussed|"
    r"correlat\w+|advis\w+|suggest\w*|"
    r"refer(?:red|ring|ral)\w*|thank|sincerely|regards|dictated|signed|transcrib\w+|report(?:ed)?\s+by|"
    r"follow-?up|ultrasound|mri(?!.{0,50}\b(?:reveal|show|demonstrat|level))|scan|"
    r"telephoned|phoned|paged|called\s+(?:to|the)|please|splen\w+|spleen|liver|iliac|"
    r"notified|pleural|apical|lungs?|surgeon|surgical\s+opinion|physician|physiotherapy|injections?|metasta\w+|infection|discitis|osteomyelitis|syrinx|"
    r"spasm|osteoporo\w*|osteopeni\w*|schmorl\w*)\b",
)
CORD_END = re.compile(r"\bcord\s+(?:ends|terminates)\b")
CONUS = re.compile(r"\b(?:conus|cord\s+(?:ends|terminates))\b")
# A statement about the spine as a whole, wherever it stands.
OVERALL = re.compile(r"^\W*(?:mild\s+|moderate\s+|severe\s+)?(?:multi-?\s?(?:level|segment)|generali[sz]ed)")
# A statement of its own line about no level in particular.
GLOBAL = re.compile(
    r"^\W*(?:(?:the\s+)?(?:rest|remainder|otherwise)\b|diffuse(?:ly)?\s+(?:spondyl|degenerat)|"
    r"(?:there\s+is\s+)?(?:an?\s+)?(?:still\s+)?(?:adequate|capacious|congenital\w*|developmental\w*|normal|ample|good|no)\s+(?:bony\s+|central\s+)?"
    r"(?:spinal\s+|vertebral\s+|lumbar\s+|cervical\s+)?(?:canal|cord)\b|"
    r"(?:the\s+)?(?:spinal|vertebral|bony|lumbar|cervical|central)\s+canal\b.{0,25}\b(?:adequate|normal|patent|capacious|satisfactory|wide|preserved)|"
    r"(?:the\s+)?(?:spinal\s+|cervical\s+|visuali[sz]ed\s+)?cord\b.{0,40}\b(?:signal|normal|intrinsic|lesion)|"
    r"no\s+(?:intrinsic|intramedullary|cord|other|significant\s+other|abnormal\s+cord|evidence\s+of\s+cord)\b|short\s+pedicles)",
)

# A sentence that says of the one before where it holds: "It is severe at L3-4", "On the left it is moderate at C5-6".
ANTECEDENT = re.compile(
    r"^\W*(?:(?:on|to)\s+(?:the\s+|both\s+)?(?:right|left|sides?)\W+)?(?:it|they|this|these)\s+(?:is|are|was|were)\b|"
    r"^\W*(?:the\s+|this\s+)?(?:(?:largest|worst|most\s+\w+|first|second|third|other)\s+)?ones?\b|"
    r"^\W*(?:the\s+)?(?:largest|worst|most\s+(?:severe|marked|pronounced|prominent))\s+(?:is\s+)?(?:at|in)\b"
)

# A sentence that says at how many levels to come: "There is stenosis at three levels."
ANNOUNCED = re.compile(rf"\b(?P<count>two|three|four|five|several|the\s+following)\s+(?:{KIND}\s+)?{LEVEL_NOUNS}")
# Words that point back to the level last named.
SAME_LEVEL = re.compile(
    rf"\b(?:(?:at|in|from|of|on|to)\s+)?(?<!above )(?<!below )"
    rf"(?:this|that|the\s+same|said|same|the\s+(?:\w+ed|index))\s+"
    rf"(?:{KIND}\s+)?{LEVEL_NOUN}|\b(?:here|there\s+too|at\s+the\s+level\s+of\s+(?:the\s+)?(?:slip\w*|listhesis|fracture|"
    r"fusion|dislocation|injury|stenosis)|at\s+(?:this|that|the\s+same)\s+(?:point|site|place)|at\s+this\s+or\s+any|"
    r"(?:disc|cord|myelon|canal|foram[ei]n\w*|recess\w*|roots?|sac|stenosis|narrowing)\s+there)\b",
)
PRONOUN = re.compile(
    r"^\W*(?:it|its|this|these|they|both|each|which|that|"
    r"the (?:fragment|extrusion|protrusion|herniation|bulge|cage|fusion|implant|lesion))\b",
)

# What the rest is, where it is not "the rest of the levels".
REST_IS = (
    r"(?:normal|un\w+able|fine|ok|okay|c[l1i|]ear|clean|neg(?:ative)?|nad|nl|wnl|patent|open|good|preserved|intact|"
    r"healthy|mild\w*|degenerat\w*|wear|age[- ]\w+|no\s+\w+)\b"
)
# Collective statements.
REMAINING = re.compile(
    rf"\b(?:(?:other|re(?:m|rn)a\w*ing)\s+{ANY_WORDS}{LEVEL_NOUN}|(?:further|additional)\s+{WORDS}{LEVEL_NOUNS}|"
    rf"(?:rest|remainder)\s+(?:of\s+)?(?:the\s+|both\s+)?{WORDS}(?:{LEVEL_NOUN}|spines?|regions?|columns?|neck|back|l-?spine|c-?spine)\b|"
    rf"(?:the|all)\s+rest\s+(?:of\s+them\b|(?:(?:is|are|shows?|looks?|appears?)\s+)?(?:\w+\s+){{0,2}}{REST_IS})|"
    rf"all\s+of\s+the\s+others\b|else\s?where|{LEVEL_NOUN}\s+not\s+(?:listed|mentioned|named|described)|"
    rf"nothing\s+else\s+(?:\w+\s+){{0,3}}(?:neck|back|spine|levels|discs|disks))|"
    rf"(?:^|[.\n])\W*(?:(?:the|all(?:\s+the)?)\s+)?others:?\s+(?:(?:are|all|look)\s+)*(?:bulge|{REST_IS})|"
    rf"(?:^|[.;,:\n])\W*(?:and\s+)?(?:others|rest):?\s+(?:(?:is|are)\s+)?{REST_IS}",
)
# "any disc herniation" is about no level.
LESION = r"(?:herniations?|protrusions?|bulges?|bulging|extrusions?|prolapses?|lesions?|material|fragments?)\b"
ALL = re.compile(
    rf"\b(?:(?:a[l1i|]{{2}}|every|any|each)\s+(?:(?:of\s+)?the\s+)?"
    rf"(?:(?:imaged|visuali[sz]ed|examined|five|six|single)\s+)?{WORDS}{LEVEL_NOUN}(?!\s+{LESION})|"
    rf"throughout\b(?!\s+(?:that|this|the\s+(?:same|said)|these|those)\b)|everywhere\b|nowhere\b|all\s+through\b|across\s+the\s+board|"
    rf"(?:at|in)\s+no\s+{WORDS}{LEVEL_NOUN}|none\s+of\s+the\s+{WORDS}{LEVEL_NOUNS}|"
    rf"{LEVEL_NOUNS}\s+(?:are|is|look)\s+all\b|(?:along|over|in)\s+the\s+(?:whole|entire)\s+(?:length|{WORDS}(?:spine|canal))|no\s+(?:{KIND}\s+){{0,2}}{LEVEL_NOUN}\s+(?:shows?|is|has)\b|"
    rf"from\s+top\s+to\s+bottom|{LEVEL_NOUNS}\s+(?:are|look|appear)\s+(?:\w+\s+){{1,3}}(?:except|apart\s+from|other\s+than)\b|"
    rf"(?:whole|entire)\s+{WORDS}(?:spine|canal)\b.{{0,20}}\b(?:is|shows?|has|are)\b|all\s+the\s+way\s+(?:up|down))",
)
# "in both regions", where a pipeline reads several.
BOTH_REGIONS = re.compile(r"\bboth\s+(?:spines|regions|areas|parts)\b")
# "the other two discs": of those named before, or the ones not named, whichever the number fits.
COUNTED = re.compile(
    rf"\b(?P<others>other|re(?:m|rn)a\w*ing)\s+(?P<count>two|three|four|five)\b(?:\s+{ANY_WORDS}{LEVEL_NOUN}|(?=\s+(?:are|is|look|bulge)))"
)
UP_TO_END = re.compile(
    rf"(?:(?<!two )(?<!three )(?<!four )\b(?:{LEVEL_NOUNS}|those|everything|all)\s+|\band\s+)"
    rf"(?:all\s+the\s+way\s+|farther\s+|further\s+)?(?P<way>up|down|above|below|upwards?|downwards?)\b"
    rf"(?!\s+(?:the|a|to|at|by|in|for)\b)|"
    rf"(?<=\d)\s+(?P<onward>upwards?|downwards?)(?=\s*(?:[:,;.]|$|(?:is|are|all|everything|normal)\b))|"
    rf"^\W*(?P<beyond>above|below)\s+(?:that|this|it|[lctd]\d\S*)\W+"
    rf"(?:all|every\w*|(?:the\s+)?(?:\w+\s+)?{LEVEL_NOUNS}|{REST_IS})",
)
# A look at all of the spine, which says nothing of each level.
SURVEY = re.compile(r"\b(?:screening|survey|scouts?|locali[sz]ers?|overview)\b")
# A quantity that is not all of them, and a group that is named.
PARTIAL = re.compile(r"\b(?:nearly|almost|most|mostly|not)\s+$")
BOUNDED = re.compile(r"^\s*(?:from|between|of\s+(?:these|those|them|which))\b")

# References to levels named before.
FORMER = re.compile(r"\b(?:the\s+former|former\s+(?:level|disc|one))\b")
LATTER = re.compile(r"\b(?:the\s+latter|latter\s+(?:level|disc|one))\b")
UPPER = re.compile(
    r"\b(?:upper|higher)\s+(?:of\s+(?:the\s+two|these|them|those)|one|level|disc)\b|\bat\s+the\s+upper\b(?!\s+\w)|"
    r"^\W*(?:the\s+)?upper\s+(?:is|was|shows|has)\b"
)
LOWER = re.compile(
    r"\blower\s+(?:of\s+(?:the\s+two|these|them|those)|one|level|disc)\b|\bat\s+the\s+lower\b(?!\s+\w)|"
    r"^\W*(?:the\s+)?lower\s+(?:is|was|shows|has)\b"
)
GROUP = re.compile(
    rf"\b(?:(?:both|each|either|neither|all(?:\s+(?:two|three|four))?)\s+(?:of\s+)?(?:these|those|them|which)\b|"
    rf"(?:both|either|neither|these|those|the\s+(?:two|three|four)|all\s+(?:two|three|four)|"
    rf"(?:these|those)\s+(?:two|three|four)|fused|operated)\s+(?:{KIND}\s+)?{LEVEL_NOUN}|"
    rf"(?:at|in|on)\s+(?:both|each|either|neither|all\s+(?:two|three|four))(?=\s*(?:[.,;:]|$)|\s+(?:bulge|protrude|are|is|but|show)s?\b)|"
    rf"^\W*(?:both|neither|all\s+(?:two|three|four)|each|they)\s+(?:one\s+)?(?:is|are|has|have|shows?|narrows?|causes?|touch\w*|indents?|compress\w*|of)\b)",
)
NUMBERS = {"several": 5, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "both": 2, "either": 2, "neither": 2}
NEIGHBOUR = re.compile(
    rf"\b(?:(?P<count>one|two|three)\s+)?(?:next\s+)?(?:(?P<count2>one|two|three)\s+)?{LEVEL_NOUN}\s+"
    rf"(?:immediately\s+|just\s+|directly\s+)?(?P<way>above|below|up|down|higher|lower)\b",
)
UPWARDS = frozenset({"above", "up", "higher", "upward", "upwards"})

# A level that another one is only compared with.
COMPARED = re.compile(
    r"\b(?:than|unlike|like|versus|vs\.?|compared\s+(?:with|to)|similar\s+to|as)\s+(?:(?:that|those|the\s+one)\s+)?"
    r"(?:at|of|in|on|seen\s+at)?\s*(?:the\s+)?$",
    re.I,
)
# What may stand before the level that opens an item: "- At the L4-5 level".
OPENING = re.compile(
    r"^\W*(?:\(?\d{1,2}[.)]\s*|[a-h][.)]\s*)?\W*(?:(?:and|also|on|in|at|the|level|levels?\s+of|disc|discs|disc\s+level|level\s*:)\s+){0,3}\W*$",
    re.I,
)
BARE = re.compile(r"^\W*(?:the\s+)?(?:[l1]eve[l1]s?|disc|disk|interspaces?|spaces?)?\W*$", re.I)
LIST_JOINT = re.compile(r"^\s*(?:[,;&+/-]|and|or|to|through|as\s+well\s+as|\s)*\s*(?:at\s+)?(?:the\s+)?$", re.I)

MARKER = re.compile(r"^[ \t]*(?:[-*•▪◦·>–—]+|\(?Q?\d{1,2}[.)])(?=\s|[A-Z])")
FINDING_HEADING = re.compile(
    r"\b(?:discs?|disks?|herniat\w*|protrusions?|extrusions?|bulg\w*|canal|stenos\w*|narrow\w*|(?:neuro)?foram[ei]n\w*|"
    r"recess\w*|roots?|nerves?|cord|myelon|myelopathy|radicul\w*|severe|moderate|mild|normal|absent|spared|none|minor|major|"
    r"positive|negative|pos|neg|sac|thec\w+|dural?|csf|compress\w*)\b",
)
BACKGROUND_HEADING = re.compile(
    r"\b(?:history|hx|indication|clinical|reason|technique|comparison|protocol|procedure|sequences|method|complaint|"
    r"presentation|referr\w+)\b|"
    r"^\W*(?:exam|examination|study|diagnosis)\W*$",
)
# The same at the head of a sentence: "Question: …".
BACKGROUND_LEAD = re.compile(
    r"^\W*(?:[a-z]+\s+){0,2}(?:history|hx|indications?|clinical(?:\s+\w+)?|reason(?:\s+for\s+\w+)?|technique|comparison|"
    r"protocol|sequences|question|complaint|referral)\s*:",
)
# Stretches of the spine that a report may turn to, whatever the pipeline reads.
SPINE_WORDS = re.compile(r"\b(?:cervical|thoracic|dorsal|lumbar|sacral|lumbosacral|brain|cranial|[clt]-?\s?spine)\b")
NECK = re.compile(r"\bneck\b")
# A pair of vertebrae anywhere in the spine, in plain spelling.
ANY_LEVEL = re.compile(r"\b(?P<upper>[CTDLS]\d{1,2})\s?[-/–]\s?(?:[CTDLS]\s?)?\d{1,2}\b")
