"""The map: exact on its nodes, found again from W, neighbours alike, variety kept, and Bloom's is the bundled one."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from app.engine.errors import StyleError
from app.engine.latent.atlas import SIDE, Atlas, build_atlas
from app.engine.render.opened import _read_sheet
from app.engine.stylegan import atlas_build
from app.engine.stylegan.atlas_build import atlas_for, atlas_sheet
from app.engine.stylegan.generator import Generator
from app.engine.stylegan.library import bundled_styles, read_style
from tests.vectors.networks import card_of, write_style

W_DIM = 24


@pytest.fixture(scope="module")
def cloud():
    """1024 points whose directions grow weaker one by one, round an average that is not zero."""
    n = np.random.RandomState(1).randn(SIDE * SIDE, W_DIM) / np.arange(1, W_DIM + 1) ** 0.5
    return (n + 3).astype(np.float32), np.full(W_DIM, 3, np.float32)


@pytest.fixture(scope="module")
def atlas(cloud):
    return build_atlas(*cloud, num_ws=8, size=(32, 32))


@pytest.fixture(scope="module")
def bloom():
    return Generator.open(bundled_styles()[0], device="cpu", precision="float32")


@pytest.fixture(scope="module")
def raw(cloud):
    """The same points sorted, but not drawn together."""
    return build_atlas(*cloud, num_ws=8, size=(32, 32), smoothness=0)


def unlikeness(grid):
    """Mean distance of neighbours over mean distance of any two."""
    flat = grid.reshape(-1, grid.shape[-1])
    apart = np.linalg.norm(flat - np.random.RandomState(0).permutation(flat), axis=1).mean()
    across, down = np.diff(grid, axis=1), np.diff(grid, axis=0)
    return np.concatenate([np.linalg.norm(d, axis=2).ravel() for d in (across, down)]).mean() / apart


def test_on_the_nodes_the_map_is_exact(atlas):
    for x, y in ((0, 0), (31, 31), (7, 20), (31, 0)):
        assert np.array_equal(atlas.w_at(x, y), atlas.lattice[y, x])
    assert atlas.w_at(3, 4).dtype == np.float32


def test_a_place_that_was_found_is_not_looked_for_again(cloud, monkeypatch):
    atlas, looked = build_atlas(*cloud, num_ws=8, size=(32, 32)), []
    look = Atlas._locate
    monkeypatch.setattr(Atlas, "_locate", lambda self, w: (looked.append(1), look(self, w))[1])
    w = atlas.w_at(4.3, 9.6)
    assert atlas.locate(w) == atlas.locate(w.copy())
    assert len(looked) == 1
    assert atlas.locate(w + np.float32(1e-3)) != atlas.locate(w)
    for i in range(3000):
        atlas.locate(w + np.float32(i))
    assert len(vars(atlas)["_located"]) <= 1024, "it forgets again"


def test_between_nodes_it_is_bilinear_and_outside_clamped(atlas):
    middle = atlas.lattice[10:12, 5:7].mean((0, 1))
    assert np.allclose(atlas.w_at(5.5, 10.5), middle, atol=1e-6)
    assert np.allclose(atlas.w_at(5.25, 10), 0.75 * atlas.lattice[10, 5] + 0.25 * atlas.lattice[10, 6], atol=1e-6)
    assert np.array_equal(atlas.w_at(-9, 99), atlas.lattice[31, 0])


def test_a_place_is_found_again(atlas):
    for x, y in np.random.RandomState(2).rand(50, 2) * 31:
        found_x, found_y, off = atlas.locate(atlas.w_at(x, y))
        assert (found_x, found_y) == (pytest.approx(x, abs=0.01), pytest.approx(y, abs=0.01))
        assert off < 0.001


def test_how_far_off_the_map(atlas):
    away = np.zeros(W_DIM, np.float32)
    away[-1] = 100 * atlas.sigma
    assert atlas.locate(atlas.w_at(3, 3) + away)[2] == pytest.approx(100, rel=0.02)
    x, y, _ = atlas.locate(atlas.lattice[31, 31])
    assert (x, y) == (pytest.approx(31, abs=1e-3), pytest.approx(31, abs=1e-3))


def test_sorting_makes_neighbours_alike_and_drawing_together_more_so(cloud, raw, atlas):
    assert unlikeness(cloud[0].reshape(SIDE, SIDE, -1)) == pytest.approx(1, abs=0.05)
    assert unlikeness(raw.lattice) < 0.8
    assert unlikeness(atlas.lattice) < 0.45


def test_variety_is_kept(cloud, atlas):
    w, w_avg = cloud
    covariance = [np.linalg.eigvalsh(np.cov(points.T)) for points in (w, atlas.lattice.reshape(-1, W_DIM))]
    assert np.allclose(*covariance, rtol=0.35)
    assert np.allclose(atlas.lattice.mean((0, 1)), w.mean(0), atol=1e-4)
    assert atlas.sigma == pytest.approx(np.median(np.linalg.norm(w - w_avg, axis=1)), rel=0.1)


def test_without_smoothing_every_point_is_on_the_map_once(cloud, raw):
    points = raw.lattice.reshape(-1, W_DIM)
    assert np.allclose(points[np.lexsort(points.T)], cloud[0][np.lexsort(cloud[0].T)], atol=1e-5)


def test_looks_decide_the_order(cloud):
    looks = np.random.RandomState(4).rand(SIDE * SIDE, 2).astype(np.float32)
    w = cloud[0].copy()
    w[:, :2] = looks  # to be read back from the lattice
    laid = build_atlas(w, cloud[1], num_ws=8, size=(32, 32), smoothness=0, looks=looks)
    assert unlikeness(laid.lattice[:, :, :2]) < 0.2
    assert unlikeness(laid.lattice[:, :, 2:]) > 0.9


def test_components_are_one_standard_deviation_long(cloud, atlas):
    lengths = np.linalg.norm(atlas.components, axis=1)
    assert atlas.components.shape == (8, W_DIM)
    assert list(lengths) == sorted(lengths, reverse=True)
    for component, length in zip(atlas.components, lengths, strict=True):
        assert (cloud[0] @ (component / length)).std() == pytest.approx(length, rel=0.01)


def test_the_same_map_every_time(cloud, atlas):
    assert np.array_equal(build_atlas(*cloud, num_ws=8, size=(32, 32)).lattice, atlas.lattice)


def test_arrays_cannot_be_changed(atlas):
    with pytest.raises(ValueError, match="read-only"):
        atlas.lattice[0, 0, 0] = 1


def test_too_few_points(cloud):
    with pytest.raises(ValueError, match="1024"):
        build_atlas(cloud[0][:900], cloud[1], num_ws=8, size=(32, 32))


def test_saved_and_loaded(atlas, tmp_path):
    atlas.save(tmp_path / "new" / "a.npz")
    again = Atlas.load(tmp_path / "new" / "a.npz")
    for name in ("lattice", "w_avg", "components"):
        assert np.array_equal(getattr(again, name), getattr(atlas, name))
    assert (again.num_ws, again.width, again.height, again.sigma) == (8, 32, 32, atlas.sigma)
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["a.npz"]


@pytest.mark.parametrize("content", [None, b"", b"text", b"PK\x03\x04nothing"])
def test_files_that_are_no_atlas(tmp_path, content):
    path = tmp_path / "a.npz"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(StyleError, match=r"a\.npz"):
        Atlas.load(path)


def test_atlases_that_lie(atlas, tmp_path):
    path = tmp_path / "a.npz"
    for lie in ({"w_avg": np.zeros(3, np.float32)}, {"lattice": np.zeros((4, W_DIM), np.float32)}, {"sigma": np.nan}):
        replace(atlas, **lie).save(path)
        with pytest.raises(StyleError, match="not an atlas"):
            Atlas.load(path)


def test_the_map_of_another_style_is_made_once(tmp_path, monkeypatch):
    style = read_style(write_style(tmp_path / "tiny.safetensors", card_of("rgb1_32")))
    generator = Generator.open(style, device="cpu", precision="float32")
    made = atlas_for(generator)
    assert made.lattice.shape == (SIDE, SIDE, generator.w_dim)
    monkeypatch.setattr(atlas_build, "build_atlas", None)  # not called again
    assert np.array_equal(atlas_for(generator).lattice, made.lattice)


def test_a_map_that_is_another_styles_is_made_again(tmp_path, atlas):
    path = write_style(tmp_path / "tiny.safetensors", card_of("rgb1_32"))
    atlas.save(path.with_suffix(".atlas.npz"))
    generator = Generator.open(read_style(path), device="cpu", precision="float32")
    assert atlas_for(generator).w_avg.tolist() == generator.w_avg.tolist()


def test_blooms_map_belongs_to_bloom(bloom, monkeypatch):
    monkeypatch.setattr(atlas_build, "new_atlas", None)  # the bundled one is used
    atlas = atlas_for(bloom)
    assert (atlas.num_ws, atlas.width, atlas.height, atlas.lattice.shape) == (14, 256, 256, (32, 32, 128))
    assert unlikeness(atlas.lattice) < 0.75


@pytest.mark.parametrize("kept", [0.0, 0.01, 0.5])
def test_thumbnails_that_were_cut_short_are_none_at_all(bloom, tmp_path, kept):
    whole = bloom.style.sheet_path.read_bytes()
    file = tmp_path / "cut.sheet.webp"
    file.write_bytes(whole[: int(kept * len(whole))])
    assert _read_sheet(file) is None
    assert _read_sheet(tmp_path / "none.webp") is None
    assert _read_sheet(bloom.style.sheet_path).shape == (2048, 2048, 3)


def test_blooms_sheet_shows_its_map(bloom):
    atlas = Atlas.load(bloom.style.atlas_path)
    sheet = np.asarray(Image.open(bloom.style.sheet_path).convert("RGB")).astype(int)
    assert sheet.shape == (2048, 2048, 3)
    corner = replace(atlas, lattice=np.ascontiguousarray(atlas.lattice[12:14, 20:22]))
    told = []
    drawn = atlas_sheet(bloom, corner, cell=64, progress=told.append)
    assert np.abs(drawn - sheet[12 * 64 : 14 * 64, 20 * 64 : 22 * 64]).mean() < 4
    assert told == [0.5, 1.0]


def test_every_cell_of_blooms_sheet_is_a_flower_and_like_its_neighbours():
    sheet = np.asarray(Image.open(bundled_styles()[0].sheet_path).convert("RGB")).astype(float)
    cells = sheet.reshape(32, 64, 32, 64, 3).transpose(0, 2, 1, 3, 4)
    middle, rim = cells[:, :, 20:44, 20:44].mean((2, 3, 4)), cells[:, :, :3, :3].mean((2, 3, 4))
    assert (middle > rim + 30).all()  # no cell is dark or flat
    pixels = cells.reshape(32, 32, -1)
    assert unlikeness(pixels) < 0.6


def test_an_atlas_from_before_pictures_could_be_wide_is_square(atlas, tmp_path):
    atlas.save(tmp_path / "new.npz")
    with np.load(tmp_path / "new.npz") as file:
        old = dict(file) | {"numbers": np.array([8, 64])}
    np.savez_compressed(tmp_path / "old.npz", **old)
    again = Atlas.load(tmp_path / "old.npz")
    assert (again.num_ws, again.width, again.height) == (8, 64, 64)
