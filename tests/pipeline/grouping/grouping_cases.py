"""Reports in short form, and where the last sentence of each belongs."""

import re
from functools import partial

from spacy_spine import Region, Regions, get_regions
from spacy_spine.anatomy import LUMBAR
from spacy_spine.pipeline.grouping import Location, Sentence, get_rules, group_sentences
from spacy_spine.pipeline.segment_grouper import DEFAULT_RULES

LEVEL = re.compile(r"([LCT])(\d{1,2})-([LCTS])?(\d{1,2})")
THORACIC = Region(
    "thoracic", (*(f"T{i}" for i in range(1, 13)), "L1"), LUMBAR.pathologies, headings=("thoracic", "dorsal")
)


def parse(text: str, regions: Regions) -> list[Sentence]:
    """A report with "¦" between sentences; "L4-5" and "L5-S1" are locations."""
    found, region = [], None
    for line_number, line in enumerate(text.split("\n")):
        for number, part in enumerate(line.split("¦")):
            content = part.strip()
            if not content:
                continue
            locations = []
            for match in LEVEL.finditer(content):
                name = f"{match[1]}{match[2]}-{match[3] or match[1]}{match[4]}"
                if name in regions.motion_segments:
                    locations.append(Location(match.start(), match.end(), (name,)))
                    region = regions.region_of(name).name
            for part_region in regions:
                if any(heading in content.lower() for heading in part_region.headings):
                    region = part_region.name
            begins = number == 0
            blank = begins and (line_number == 0 or not text.split("\n")[line_number - 1].strip())
            indent = len(part) - len(part.lstrip()) if begins else 0
            ends = number == line.count("¦")
            found.append(
                Sentence(
                    content,
                    tuple(locations),
                    begins,
                    blank,
                    ends,
                    indent,
                    region if len(regions) > 1 else regions.names[0],
                )
            )
    return found


def group(text: str, region: str | Regions = "lumbar") -> list[dict[str, str]]:
    regions = get_regions(region) if isinstance(region, str) else region
    return group_sentences(parse(text, regions), regions, get_rules(DEFAULT_RULES))


def last(text: str, region: str | Regions = "lumbar") -> dict[str, str]:
    return group(text, region)[-1]


def by(rule: str, *names: str) -> dict[str, str]:
    return dict.fromkeys(names, rule)


explicit, reference, collective = partial(by, "explicit"), partial(by, "reference"), partial(by, "collective")
item, continuation = partial(by, "item"), partial(by, "continuation")
LUMBAR_SEGMENTS = LUMBAR.motion_segments

CASES = [
    # explicit
    ("Protrusions at L3-4 and L5-S1.", explicit("L3-L4", "L5-S1")),
    ("Spondylolisthesis at L4-5.", explicit("L4-L5")),
    ("HISTORY: prior L4-5 surgery.", explicit("L4-L5")),
    # item
    ("L4-5: Bulge.¦No stenosis.", item("L4-L5")),
    ("L3-4, L4-5: Bulges.¦The canal is patent.", item("L3-L4", "L4-L5")),
    ("L4-5: Extrusion.\nThe root is compressed.", item("L4-L5")),
    ("- L4-5\n  - severe stenosis", item("L4-L5")),
    ("L4-5:\nDisc: bulge.¦Canal: patent.", item("L4-L5")),
    ("L3-4, L4-5:\nBulges, larger at L4-5, compressing the sac.", item("L3-L4") | explicit("L4-L5")),
    ("- L4-5 bulge\n- disc desiccation", {}),
    ("L4-5: Bulge.\n\nSevere stenosis.", {}),
    ("L4-5: Bulge.\nIMPRESSION:¦Severe stenosis.", {}),
    ("L4-5: Bulge.\nAdequate spinal canal.", {}),
    # continuation
    ("There is an extrusion at L4-5.¦It compresses the left root.", continuation("L4-L5")),
    ("There is an extrusion at L4-5.¦The marrow is normal.¦Severe stenosis.", {}),
    ("There is an extrusion at L4-5.¦The conus is normal.", {}),
    ("There is an extrusion at L4-5.¦No fracture.¦At this level the canal is narrow.", continuation("L4-L5")),
    ("There is an extrusion at L4-5.\n\nThe foramina at the same level are patent.", continuation("L4-L5")),
    ("The conus ends at L1-2.¦The canal is wide.", {}),
    ("Extrusion at L4-5, larger than at L3-4.¦It displaces the root.", continuation("L4-L5")),
    ("Degeneration at L4-5.¦Multilevel spondylosis.", {}),
    ("T12-L1: disc bulge.¦The canal is narrow.", {}),
    ("L4-5 extrusion.\nT12-L1 is normal.¦The canal is narrow.", {}),
    ("MRI revealed an abnormality at L4-5.¦It flattens the roots.", continuation("L4-L5")),
    ("Discitis at L4-5.¦The disc is fluid bright.", continuation("L4-L5")),
    ("L4-5 bulges.¦L3-4 is normal.\n\nThe canal there is wide.", continuation("L3-L4")),
    ("Hx: fall.\nAnterolisthesis at L4-5.¦The canal is narrow.", continuation("L4-L5")),
    ("Hx: fall.¦Old slip at L4-5.¦The canal was narrow.", {}),
    # headings
    ("History:¦Fusion at L4-5.¦Severe leg pain and stenosis.", {}),
    # references
    ("Protrusions at L3-4 and L4-5.¦The former is large.", reference("L3-L4")),
    ("Protrusions at L3-4 and L4-5.¦The latter is large.", reference("L4-L5")),
    ("Discs bulge at L4-5 and L2-3.¦Stenosis is severe at the lower of the two.", reference("L4-L5")),
    ("Discs bulge at L4-5 and L2-3.¦Stenosis is severe at the upper of the two.", reference("L2-L3")),
    ("Extrusions at L3-4 and L4-5, the latter large.", explicit("L3-L4", "L4-L5")),
    ("L2-3 normal.¦L3-4 bulges.¦L4-5 protrudes.¦Both levels are narrow.", reference("L3-L4", "L4-L5")),
    ("L2-3 normal.¦L3-4 bulges.¦L4-5 protrudes.¦Neither narrows the canal.", reference("L3-L4", "L4-L5")),
    ("Bulges at L2-3, L3-4 and L4-5.¦The canal is narrow at all three.", reference("L2-L3", "L3-L4", "L4-L5")),
    ("An extrusion at L4-5.¦The level above has a bulge.", reference("L3-L4")),
    ("An extrusion at L4-5.¦One level down there is a bulge.", reference("L5-S1")),
    ("An extrusion at L5-S1.¦The next two levels up have bulges.", reference("L3-L4", "L4-L5")),
    ("An extrusion at L4-5.¦The level above, L3-4, has a bulge.", explicit("L3-L4")),
    ("An extrusion at L5-S1.¦The level below is normal.", continuation("L5-S1")),
    ("Bulges at L2-3 and L4-5.¦The upper is the worse.", reference("L2-L3")),
    ("Bulges at L2-3 and L4-5.¦The foramina at both are tight.", reference("L2-L3", "L4-L5")),
    ("Bulge at L4-5.¦The foramina on both sides are tight.", continuation("L4-L5")),
    # collective
    ("Extrusion at L4-5.¦The remaining levels are unremarkable.", collective("L1-L2", "L2-L3", "L3-L4", "L5-S1")),
    ("Extrusion at L4-5.¦No disc herniation at any other level.", collective("L1-L2", "L2-L3", "L3-L4", "L5-S1")),
    ("Extrusion at L4-5.¦The rest of the discs are normal.", collective("L1-L2", "L2-L3", "L3-L4", "L5-S1")),
    ("Extrusion at L4-5.¦Elsewhere the discs are preserved.", collective("L1-L2", "L2-L3", "L3-L4", "L5-S1")),
    # No level is named that these could be the others of: the report speaks of a region that is not read.
    ("The other levels look normal.", {}),
    ("The canal is patent at all levels.", collective("L1-L2", "L2-L3", "L3-L4", "L4-L5", "L5-S1")),
    ("The foramina are patent throughout.", collective("L1-L2", "L2-L3", "L3-L4", "L4-L5", "L5-S1")),
    ("L3-4, L4-5 and L5-S1 bulge.¦The other two discs are normal.", collective("L1-L2", "L2-L3")),
    ("L3-4 and all the way up: normal.", explicit("L3-L4") | collective("L1-L2", "L2-L3")),
    ("Severe stenosis at L3-4, none elsewhere.", explicit("L3-L4") | collective("L1-L2", "L2-L3", "L4-L5", "L5-S1")),
    ("All discs except L5-S1 are normal.", explicit("L5-S1") | collective("L1-L2", "L2-L3", "L3-L4", "L4-L5")),
    ("Bulges at every level from L3-4 to L5-S1.", explicit("L3-L4", "L5-S1")),
    ("Vertebral body height is preserved throughout.", {}),
    ("No fracture elsewhere.", {}),
    ("Nearly all discs are dehydrated.", {}),
    ("L4-5 bulge.\nothers nad", collective("L1-L2", "L2-L3", "L3-L4", "L5-S1")),
    ("L4-5 bulge.\nRest: fine.", collective("L1-L2", "L2-L3", "L3-L4", "L5-S1")),
    ("L4-5 bulge.¦All other L levels clear.", collective("L1-L2", "L2-L3", "L3-L4", "L5-S1")),
    ("L4-5 bulge.¦The remaining levels look respectable.", collective("L1-L2", "L2-L3", "L3-L4", "L5-S1")),
    ("L3-4 upward: pristine.", explicit("L3-L4") | collective("L1-L2", "L2-L3")),
    ("L3-4 upward migration.", explicit("L3-L4")),
    ("L3-4 bulge.¦Below that all good.", collective("L4-L5", "L5-S1")),
    ("The discs are normal except for L5-S1.", explicit("L5-S1") | collective("L1-L2", "L2-L3", "L3-L4", "L4-L5")),
    (
        "Stenosis from L2-3 to L4-5, severe at L3-4 and mild at the other two levels.",
        explicit("L2-L3", "L4-L5", "L3-L4"),
    ),
    ("There is a bulge at L4-5.¦The disc there is dry and the rest is ligament.", continuation("L4-L5")),
    ("There is a bulge at L4-5.¦Facet arthrosis at the other levels.", continuation("L4-L5")),
    (
        "L4-5 bulge.¦The remaining non-operated upper lumbar discs are normal.",
        collective("L1-L2", "L2-L3", "L3-L4", "L5-S1"),
    ),
    ("L3-4, L4-5 and L5-S1 bulge.¦The remaining two are normal.", collective("L1-L2", "L2-L3")),
    ("L3-4, L4-5 and L5-S1 bulge.¦The other two are normal.", collective("L1-L2", "L2-L3")),
    ("Nowhere is the canal narrow.", collective(*LUMBAR_SEGMENTS)),
    ("At no level is the canal narrow.", collective(*LUMBAR_SEGMENTS)),
    ("None of the discs herniates.", collective(*LUMBAR_SEGMENTS)),
    ("The discs are all dehydrated.", collective(*LUMBAR_SEGMENTS)),
    ("The canal is wide over the entire length.", collective(*LUMBAR_SEGMENTS)),
    ("Above L3-4 the discs are normal.", explicit("L3-L4") | collective("L1-L2", "L2-L3")),
    ("There is a bulge at L4-5.¦Above that discs are dry, L2-3 and L3-4.", explicit("L2-L3", "L3-L4")),
    ("Above L3-4 a fragment lies.", explicit("L3-L4")),
    ("There is a bulge at L4-5.¦The other findings at this level are mild.", continuation("L4-L5")),
    ("Screening of the whole spine shows spondylosis.", {}),
    ("The rest of the neck is normal.", {}),
    ("Multilevel spondylosis.", {}),
    ("No cord compression.", {}),
    ("MRI LUMBAR SPINE\nTHORACIC SPINE:\nThe remaining discs are normal.", {}),
]
