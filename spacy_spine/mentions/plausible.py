"""What may pass for a mention in running text: measures, dates, roots and sequences of images may not."""

from collections.abc import Iterator

from .bare import after_measure, begins_list, is_headed, is_operated, opens_clause
from .lexicon import table, words
from .reader import RANGE, Item
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
    sure = {item.piece.top for item in items if not (item.piece.lettered or item.link) and _bare(item, tokens, spoken)}
    kept: list[Item] = []
    dropped = True
    for at, item in enumerate(items):
        if dropped and item.link:
            item = Item(item.piece, item.first, item.last, "")
        following = items[at + 1] if at + 1 < len(items) else None
        if item.piece.lettered:
            dropped = not _lettered(item, text, tokens) or _are_bones(item, following, tokens)
        else:
            dropped = not (_bare(item, tokens, spoken) or (item.piece.top in sure and is_operated(item, tokens)))
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
        # "to the sacrum" says how far something reaches, "L3 down to the sacrum" which levels have it.
        if piece.cost > 1 or tokens[item.first].text not in table("lexicon", "vertebrae"):
            return piece.cost <= 1
        before = tokens[max(0, item.first - 3) : item.first]
        return item.link == RANGE and any(token.text in table("lexicon", "reaching") for token in before)
    written = text[piece.start : piece.end]
    if piece.cost > MAX_COST or not (written[0].isalpha() or written[0] == "|" or any(c in "LCTS" for c in written)):
        return False
    if piece.join == " " and not piece.spoken:
        after = tokens[item.last + 1].text if item.last + 1 < len(tokens) else ""
        return after not in words("vertebral")
    return True


def _are_bones(item: Item, following: Item | None, tokens: list[Token]) -> bool:
    """Whether vertebrae are counted for what is in their bones: "Schmorl's nodes T11 to L3", "L1 to L5 bodies"."""
    ranged = following is not None and following.link == RANGE and following.piece.single
    if item.piece.join != " " and not (item.piece.single and ranged):
        return False
    last = following.last if ranged and following is not None else item.last
    around = [*_before(item.first, tokens), *tokens[last + 1 : last + 2]]
    return any(token.text in table("lexicon", "bones") for token in around)


def _before(at: int, tokens: list[Token]) -> Iterator[Token]:
    """The three tokens before a place, back to where its line or clause begins."""
    for place in range(at, max(0, at - 3), -1):
        token = tokens[place - 1]
        if tokens[place].gap == "\n" or token.kind is Kind.BREAK or token.text == ".":
            return
        yield token


def _bare(item: Item, tokens: list[Token], spoken: bool) -> bool:
    """Whether numbers without a letter are a level, as they stand."""
    piece = item.piece
    after = tokens[item.last + 1] if item.last + 1 < len(tokens) else None
    if after and after.gap != "\n" and after.text in words("units"):
        return False
    if item.link:
        return True
    if piece.single:
        return False
    if (piece.spoken and spoken) or is_headed(item, tokens):
        return True
    opens, before = opens_clause(item, tokens), tokens[item.first - 1] if item.first else None
    if opens and begins_list(item, tokens):
        return True
    after = after_measure(item.last + 1, tokens)
    if after is None or not (after.text == ":" or after.text in words("finding", "finding_modifiers")):
        return False
    return opens or (before is not None and (before.text == "at" or before.text == "."))
