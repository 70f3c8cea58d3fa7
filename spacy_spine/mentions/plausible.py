"""What may pass for a mention in running text: measures, dates, roots and sequences of images may not."""

from .lexicon import table, words
from .reader import Item
from .tokens import Kind, Token

MAX_COST = 2.0
# So many pairs of number words without a letter make a report one that is spoken.
SPOKEN_PAIRS = 2


def plausible_items(items: list[Item], text: str, tokens: list[Token]) -> list[Item]:
    """Leave out what is no mention, and untie what was tied to it.

    items (list[Item]): As read.
    text (str): The text.
    tokens (list[Token]): Its tokens.
    RETURNS (list[Item]): The items to combine.
    """
    spoken = sum(i.piece.spoken and not i.piece.lettered and not i.piece.single for i in items) >= SPOKEN_PAIRS
    kept: list[Item] = []
    dropped = True
    for item in items:
        if dropped and item.link:
            item = Item(item.piece, item.first, item.last, "")
        dropped = not (_lettered(item, text, tokens) if item.piece.lettered else _bare(item, tokens, spoken))
        if not dropped:
            kept.append(item)
    return kept


def names_vertebrae(tokens: list[Token], first: int, last: int) -> bool:
    """Whether what stands around says that vertebrae, roots or image weightings are meant."""
    after = [token.text for token in tokens[last + 1 : last + 3]]
    named = words("vertebral")
    if any(text in named for text in after):
        return True
    before = [token.text for token in tokens[max(0, first - 3) : first]]
    return any(text in named for text in before)


def _lettered(item: Item, text: str, tokens: list[Token]) -> bool:
    piece = item.piece
    if piece.single:
        # "to the sacrum" says how far something reaches, "L5 sacrum" is a dictated L5-S1.
        return piece.cost <= 1 and tokens[item.first].text not in table("lexicon", "vertebrae")
    written = text[piece.start : piece.end]
    if piece.cost > MAX_COST or not (written[0].isalpha() or written[0] == "|" or any(c in "LCTS" for c in written)):
        return False
    if piece.join == " " and not piece.spoken:
        after = tokens[item.last + 1].text if item.last + 1 < len(tokens) else ""
        return after not in words("vertebral")
    return True


def _after_measure(at: int, tokens: list[Token]) -> Token | None:
    """The token at a place, or the one after a measure that stands there: "4/5 5 mm protrusion"."""
    if at + 2 < len(tokens) and tokens[at].text.isdecimal() and tokens[at + 1].text in words("units"):
        at += 2
    return tokens[at] if at < len(tokens) else None


def _bare(item: Item, tokens: list[Token], spoken: bool) -> bool:
    piece = item.piece
    after = tokens[item.last + 1] if item.last + 1 < len(tokens) else None
    if after and after.gap != "\n" and after.text in words("units"):
        return False
    if item.link:
        return True
    if piece.single:
        return False
    if piece.spoken and spoken:
        return True
    after = _after_measure(item.last + 1, tokens)
    if after is None or not (after.text == ":" or after.text in words("finding", "finding_modifiers")):
        return False
    before = tokens[item.first - 1] if item.first else None
    opens = before is None or tokens[item.first].gap == "\n" or before.kind in (Kind.BREAK, Kind.LIST)
    return opens or (before is not None and (before.text == "at" or before.text == "."))
