"""Words that end, carry on, or widen what a report speaks of: tables and patterns, no logic."""

import re


def _words(text: str) -> str:
    return "|".join(text.split())


NUMBER = r"(?:two|three|four|five|six|2|3|4|5|6)"
# What a collective statement speaks of: "the remaining levels", "all lumbar discs".
PLACE = (
    r"(?:lumbar |cervical |thoracic |visuali[sz]ed |imaged |intervertebral |vertebral |disc |disk |spinal |motion |"
    r"neural |exit |inter)*"
    r"(?:le?ve?ls?|1eve1s?|discs?|disks?|inter-?spaces?|spaces?|segments?|interspaces|spine|column|intervals?)"
)
REMAINING = re.compile(
    rf"\b(?:remaining|remainder|other|rest|elsewhere|residual)\b(?:\s+of)?(?:\s+the)?(?:\s+{NUMBER})?\s*{PLACE}\b"
    rf"|\b(?:remaining|other)\s+{NUMBER}\b(?!\s*(?:mm|cm))"
    r"|\belsewhere\b|\b(?:the others|all others|the rest)\b"
    rf"|\b(?:all|every|each|any|throughout)\b[^.;]{{0,40}}\b(?:except|apart from|other than|save|bar)\b"
    rf"|\b(?:other|another)\s+(?:discs?|disks?|levels?)\b",
    re.I,
)
EVERYWHERE = re.compile(
    rf"\b(?:at|in|of|on)?\s*(?:all|every|each|any)(?: of)?(?: the)?(?: {NUMBER})?\s+{PLACE}\b|\bthroughout\b"
    rf"|\ball the way (?:up|down)\b|\b(?:at|from) (?:all|every|each|any) (?:levels?|1eve1s?)\b",
    re.I,
)
# Everywhere only within what a sentence or its neighbours name: "at all these levels", "at each of the three".
THESE = re.compile(
    rf"\b(?:these|those)\b|\b(?:both|either)\s+(?:of\s+)?(?:levels?|discs?|disks?|segments?|places|of them)?"
    rf"|\beach of (?:these|them|the)\b|\bboth\b(?! (?:sides|roots|foramina|recesses|neural|exit|lateral|nerve|L|S))",
    re.I,
)
THIS = re.compile(
    r"\b(?:at|of|in|from|below|here,?)?\s*(?:this|that|the same|said) (?:level|1eve1|disc|disk|interspace|segment|space|"
    r"point|site|location)\b|\bhere\b|\bat the level\b|\bits? (?:is|has|causes?|compress|indents?)|\bthe (?:affected|involved) "
    r"level\b",
    re.I,
)
FORMER = re.compile(r"\bthe former\b", re.I)
LATTER = re.compile(r"\bthe latter\b", re.I)
ABOVE = re.compile(
    r"\b(?:level|disc|disk|segment|space|interspace|one)(?: immediately| just| directly)? (?:above|up|higher)\b|"
    r"\b(?:next|adjacent) (?:higher|upper) (?:level|disc)\b|\bone (?:level|up) (?:higher|above)\b",
    re.I,
)
BELOW = re.compile(
    r"\b(?:level|disc|disk|segment|space|interspace|one)(?: immediately| just| directly)? (?:below|down|lower|beneath)\b|"
    r"\bone (?:level|down) (?:lower|below)\b|\b(?:the )?next (?:level|disc|disk|space)(?: down)?\b",
    re.I,
)

# Topics that a segment's text does not go on with.
ELSEWHERE = re.compile(
    r"\b(?:"
    + _words(
        """conus medullaris marrow haemangiomas? hemangiomas? lordosis kyphosis scoliosis levoscoliosis dextroscoliosis
        curvature alignment paraspinal paravertebral prevertebral psoas multifidus muscles? kidneys? renal aorta aortic
        aneurysm sacroiliac si-joints? sij sacrum coccyx bladder uterus uterine ovar\\w+ prostate bowel thyroid tonsils?
        cerebellar cranio\\w+ pituitary posterior\\sfossa lungs? lymph\\w* vertebra vertebrae vertebral\\sbod\\w+
        bod(?:y|ies) corpus fractures? metastas\\w+ spondylolysis pars transitional numbering sacrali\\w+ lumbari\\w+
        soft\\stissues? bones? osseous filum tarlov syrinx technique sequences? contrast gadolinium comparison prior
        previous\\s(?:mri|study|scan|exam\\w*) recommend\\w* suggest\\w* correlat\\w+ referr\\w+ radiologist dictated signed
        reported verified thank history pain sciatica radiculopathy patient surgery follow-?up coverage artefacts?
        artifacts? motion gallbladder liver spleen cysts?"""
    )
    + r")\b",
    re.I,
)
# What is graded. A sentence about it goes on with the segment even where it holds one of the words above.
GRADED = re.compile(
    r"\b(?:"
    + _words(
        """discs? disks? bulg\\w* protru\\w* extru\\w* herniat\\w* prolaps\\w* sequest\\w* fragments? canal stenos\\w*
        stenotic narrow\\w* thecal theca sac dural csf foram\\w* recess\\w* roots? nerves? cord impinge\\w* compress\\w*
        encroach\\w* cauda displac\\w* facet\\w* ligament\\w* flavum osteophyt\\w* annul\\w* annular migrat\\w* contact\\w*
        abut\\w* indent\\w* efface\\w* flatten\\w* patent capacious impression myelopath\\w* myelomalac\\w* normal clear
        unremarkable preserved it"""
    )
    + r")\b",
    re.I,
)
# Sections about the past or the examination: a level named there is no finding of this report.
NOT_FINDINGS = re.compile(
    r"\b(?:history|indications?|clinical|technique|protocol|comparison|procedure|reason|exam(?:ination)?|question|"
    r"request|h/o|referr\w+|complaints?|symptoms?|background)\b",
    re.I,
)
FINDINGS = re.compile(
    r"\b(?:findings?|impressions?|conclusions?|opinion|summary|report|results?|interpretation|comments?|diagnosis|"
    r"observations?|narrative|discussion)\b",
    re.I,
)
MARKER = re.compile(r"\s*(?P<marker>[-*•▪◦·>–—]+|\(?\d{1,2}[.)](?!\d)|\(?[a-h][.)])\s*")
