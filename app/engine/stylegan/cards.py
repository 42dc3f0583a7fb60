"""A card of any kind of network: parsed, and the tensors that it asks for."""

from app.engine.stylegan.card import KIND, Card, card_from, read_table, tensor_shapes
from app.engine.stylegan.card3 import KINDS, Card3, card3_from, tensor_shapes3

AnyCard = Card | Card3


def parse_card(text: str) -> AnyCard:
    """The card written in a file's metadata; ValueError says in a few words what is wrong with it."""
    raw = read_table(text)
    return card3_from(raw) if raw.get("kind", KIND) in KINDS else card_from(raw)


def shapes_of(card: AnyCard) -> dict[str, tuple[int, ...]]:
    """Name -> shape of every tensor of the network that *card* describes."""
    return tensor_shapes3(card) if isinstance(card, Card3) else tensor_shapes(card)
