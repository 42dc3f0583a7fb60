"""The list of public networks: every row can be shown and leads where it says, and a wrong list is refused."""

import json
from dataclasses import asdict

import pytest

from app.engine.errors import DownloadError
from app.engine.stylegan.catalogue import MOST_BYTES, parse_offer, read_catalogue
from app.engine.stylegan.checkpoints.opening import SUFFIXES

OFFERS = read_catalogue()
WRONG = [
    ("id", "A b"), ("name", "../../evil"), ("name", "a/b"), ("name", ""), ("name", 7), ("subject", "a\nb"),
    ("width", 0), ("width", "256"), ("height", True), ("licence", ""), ("commercial", "perhaps"),
    ("page", "http://github.com/NVlabs"), ("page", None), ("address", "http://example.org/a.pkl"),
    ("address", "https:///a.pkl"), ("address", "https://user:pass@example.org/a.pkl"),
    ("address", "file:///a.pkl"), ("address", "https://example.org/a.exe"), ("address", 4), ("address", "https://[/a.pkl"),
    ("megabytes", -1), ("megabytes", 2001), ("megabytes", "364"), ("sha256", "A" * 64), ("sha256", "0" * 63),
    ("sha256_from", None),
]  # fmt: skip


@pytest.mark.parametrize("offer", OFFERS, ids=lambda offer: offer.id)
def test_each_row_is_whole(offer):
    assert offer.page.startswith("https://")
    assert offer.address is None or offer.address.startswith("https://")
    assert offer.address is None or offer.file_name.endswith(tuple(SUFFIXES))
    assert 0 < offer.most_bytes <= MOST_BYTES
    assert ("NVIDIA" not in offer.licence and "-NC" not in offer.licence) or offer.commercial == "forbidden"
    assert offer.commercial != "allowed" or offer.licence == "MIT"


def test_the_list_has_what_people_look_for():
    kinds = {offer.kind for offer in OFFERS}
    assert {"StyleGAN2", "StyleGAN2-ADA", "StyleGAN3-T", "StyleGAN3-R"} <= kinds
    assert len({offer.file_name for offer in OFFERS}) == len(OFFERS)
    assert any(offer.commercial == "allowed" and offer.sha256 for offer in OFFERS)


def test_what_a_licence_forbids_goes_with_its_name():
    row = asdict(OFFERS[0])
    assert parse_offer({**row, "licence": "NC", "commercial": "forbidden"}).terms == "NC, not for commercial use"
    assert parse_offer({**row, "licence": "MIT", "commercial": "allowed"}).terms == "MIT"


def test_a_size_that_is_not_known_is_capped_all_the_same():
    unknown = parse_offer({**asdict(OFFERS[0]), "megabytes": None})
    assert unknown.most_bytes == MOST_BYTES
    known = parse_offer({**asdict(OFFERS[0]), "megabytes": 364})
    assert 364e6 < known.most_bytes < 375e6


@pytest.mark.parametrize(("field", "value"), WRONG)
def test_a_wrong_field_is_named(field, value):
    with pytest.raises(DownloadError, match=field):
        parse_offer({**asdict(OFFERS[0]), field: value})


def test_unknown_and_missing_fields_are_refused():
    row = asdict(OFFERS[0])
    with pytest.raises(DownloadError, match="run_this"):
        parse_offer({**row, "run_this": "rm"})
    del row["licence"]
    with pytest.raises(DownloadError, match="licence"):
        parse_offer(row)
    with pytest.raises(DownloadError, match="everything"):
        parse_offer(["a"])


def _listed(tmp_path, text):
    file = tmp_path / "models.json"
    file.write_text(text if isinstance(text, str) else json.dumps(text), encoding="utf-8")
    return file


@pytest.mark.parametrize("text", ["", "[1]", '{"version": 2, "models": []}', '{"version": 1, "models": {}}', "\x00"])
def test_what_is_not_a_list_is_refused(tmp_path, text):
    with pytest.raises(DownloadError, match=r"models\.json"):
        read_catalogue(_listed(tmp_path, text))


def test_two_networks_never_share_a_name(tmp_path):
    row = asdict(OFFERS[0])
    again = {**row, "id": "other", "name": row["name"].upper()}
    with pytest.raises(DownloadError, match="same name"):
        read_catalogue(_listed(tmp_path, {"version": 1, "models": [row, again]}))


def test_a_missing_list_is_told(tmp_path):
    with pytest.raises(DownloadError, match="cannot be read"):
        read_catalogue(tmp_path / "models.json")
