"""``anthesis bench``: what it tells, on networks so small that it ends at once; never how fast."""

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from app.__main__ import main
from app.cli.bench import table
from app.engine.errors import StyleError
from app.engine.render.bench import bench
from app.engine.stopwatch import in_turns, undisturbed
from app.engine.stylegan.bench import Cell, Skipped, likeness, measure, measure_sizes, paper_card
from app.engine.stylegan.card import Card
from app.engine.stylegan.contenders import CONTENDERS, contenders_for, random_weights, work
from app.engine.stylegan.devices import named_device
from app.engine.stylegan.library import bundled_styles, read_style
from tests.vectors.networks import card_of, write_style

TINY = Card("tiny", 16, z_dim=8, w_dim=8, num_mapping_layers=2, channel_max=8)


@pytest.fixture(autouse=True)
def threads_as_they_were():
    import torch

    threads = torch.get_num_threads()
    yield
    torch.set_num_threads(threads)


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """A Style of 64 x 64."""
    return write_style(tmp_path / "tiny.safetensors", card_of("skip64"))


@pytest.fixture
def no_sizes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the Style itself."""
    monkeypatch.setattr("app.engine.render.bench.measure_sizes", lambda *_: ())


def asked(path: Path, *argv: str) -> list[str]:
    return ["bench", "--style", str(path), "--device", "cpu", "--seconds", "1", *argv]


def test_people_get_a_table(tiny, no_sizes, capsys):
    assert main(asked(tiny)) == 0
    said, error = capsys.readouterr()
    assert error == ""
    lines = said.splitlines()
    heads = next(line for line in lines if line.startswith("network"))
    assert heads.split() == ["network", "size", "path", "precision", "ms", "fps", "ratio", "PSNR", "memory"]
    rows = [line.split() for line in lines if line.startswith("skip64  ")]
    assert [row[1:4] for row in rows[:2]] == [["64x64", "readable", "float32"], ["64x64", "folded", "float32"]]
    assert rows[0][6] == "1.00x"
    assert any(line.startswith("A live frame of skip64: ") for line in lines)
    assert any("x real time" in line for line in lines)
    assert any(line.startswith("Not measured: folded fp16; ") for line in lines)


def test_programs_get_one_document(tiny, no_sizes, capsys):
    assert main(asked(tiny, "--json")) == 0
    report = json.loads(capsys.readouterr().out)
    assert {"style", "device", "precision", "threads", "torch", "machine", "cells", "live", "film", "skipped",
            "seconds"} <= set(report)  # fmt: skip
    assert set(report["live"]) == {"plan", "synthesis", "finish", "hand_off", "whole", "frames"}
    readable, folded, *_ = report["cells"]
    assert set(readable) == set(Cell.__slots__)
    assert (readable["path"], readable["ratio"], readable["psnr"]) == ("readable", 1.0, None)
    assert folded["path"] == "folded"
    assert folded["psnr"] > 80
    assert report["film"]["seconds"] * report["film"]["fps"] >= 2


@pytest.mark.parametrize(
    ("argv", "sentence"),
    [
        (["--style", "nobody"], "There is no Style called “nobody”."),
        (["--device", "cuda:99"], "The device cuda:99 cannot be used: "),
        (["--device", "toaster"], "There is no device called “toaster”: devices are cpu, cuda:0 and mps."),
        (["--device", "cuda:"], "The device cuda:0 cannot be used: "),
        (["--device", "meta"], "There is no device called “meta”: devices are cpu, cuda:0 and mps."),
        (["--device", ""], "There is no device called “”: devices are cpu, cuda:0 and mps."),
        (["--device", "cpu:x"], "There is no device called “cpu:x”: devices are cpu, cuda:0 and mps."),
        (["--seconds", "0"], "A bench takes 1 to 3600 seconds, not 0."),
        (["--seconds", "nan"], "A bench takes 1 to 3600 seconds, not nan."),
    ],
)
def test_what_cannot_be_measured_is_said_in_one_sentence(argv, sentence, capsys):
    assert main(["bench", *argv]) == 1
    out, error = capsys.readouterr()
    assert out == ""
    assert error.startswith(f"anthesis: {sentence}")
    assert error.count("\n") == 1


def test_an_interrupt_ends_it_without_a_trace(tiny, tmp_path, monkeypatch, capsys):
    def interrupted(*_args, **_options):
        raise KeyboardInterrupt

    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("app.engine.render.bench.export", interrupted)
    assert main(asked(tiny)) == 130
    assert capsys.readouterr().err == "anthesis: Interrupted; nothing was kept.\n"
    assert [entry.name for entry in tmp_path.iterdir() if entry.name.startswith("anthesis")] == []


def test_progress_is_told_and_never_finished_too_soon(tiny):
    heard = []
    report = bench(read_style(tiny), "cpu", seconds=1.0, progress=lambda *said: heard.append(said), sizes=())
    assert [what for _, what in heard] == [
        "Opening skip64", "skip64, live", "skip64, film", "skip64, every path",
    ]  # fmt: skip
    assert all(0 <= part < 1 for part, _ in heard)
    assert (report.width, report.height, report.device) == (64, 64, "cpu")


def test_a_network_for_which_no_time_is_left_is_named():
    found = list(measure_sizes("cpu", until=0.0, told=lambda _: None, sizes=(32, 64)))
    assert [skipped.what for skipped in found] == ["paper 32", "paper 64"]
    assert all(isinstance(skipped, Skipped) and "0 s are left" in skipped.why for skipped in found)


def test_a_path_that_fails_is_named_and_the_others_are_measured(monkeypatch):
    def full(*_, **__):
        raise RuntimeError("out of memory\nand much more")

    monkeypatch.setattr("app.engine.stylegan.contenders.installed", lambda: "")  # OpenVINO, where it is, would not fail
    monkeypatch.setattr("app.engine.stylegan.contenders.FoldedSynthesis", full)
    found = measure(TINY, random_weights(TINY), "cpu", seconds=0.0)
    assert {cell.path for cell in found if isinstance(cell, Cell)} == {"readable", "traced"}
    assert Skipped("tiny, folded float32", "out of memory") in found


def test_a_picture_of_no_numbers_is_named_and_programs_can_read_the_rest(monkeypatch):
    from app.engine.stylegan.folded import FoldedSynthesis

    class Spoilt(FoldedSynthesis):
        def __call__(self, ws, **how):
            return super().__call__(ws, **how) * float("nan")

    monkeypatch.setattr("app.engine.stylegan.contenders.FoldedSynthesis", Spoilt)
    found = measure(TINY, random_weights(TINY), "cpu", seconds=0.0)
    assert Skipped("tiny, folded float32", "its picture holds numbers that are not finite") in found
    json.dumps([asdict(one) for one in found], allow_nan=False)


NAMES = [("CPU", "cpu"), (" cpu:0 ", "cpu"), ("cuda", "cuda:0"), ("CUDA:1", "cuda:1")]


@pytest.mark.parametrize(("name", "device"), NAMES)
def test_devices_go_by_more_than_one_name(name, device):
    assert named_device(name) == device


def test_metal_where_there_is_none(monkeypatch):
    monkeypatch.setattr("torch.backends.mps.is_available", lambda: False)
    with pytest.raises(StyleError, match=r"^The device mps cannot be used: torch finds no Metal on this machine.$"):
        named_device("mps")
    monkeypatch.setattr("torch.backends.mps.is_available", lambda: True)
    assert named_device("mps") == "mps"


def test_every_kind_of_network_has_a_path():
    for case in ("skip64", "resnet32", "orig32"):
        assert contenders_for(card_of(case), "cpu")[0].name == "readable float32"
    assert len({contender.name for contender in CONTENDERS}) == len(CONTENDERS)


def test_work_is_what_performance_says():
    assert work(paper_card(256)) / 1e9 == pytest.approx(29.6, abs=0.5)
    assert work(paper_card(1024)) / 1e9 == pytest.approx(148.5, abs=1.5)


def test_likeness():
    import torch

    wanted = torch.linspace(-1, 1, 3000).reshape(3, 20, 50)
    assert likeness(wanted, wanted) > 150
    assert likeness(wanted + 0.01, wanted) == pytest.approx(46, abs=0.5)
    assert likeness(torch.zeros(3, 4, 4), torch.zeros(3, 4, 4)) == 0  # a number, which JSON can hold


def test_turns_are_taken_in_turns():
    taken = []
    turns = {name: lambda i, name=name: taken.append((name, i)) for name in "ab"}
    times = in_turns(turns, rounds=3)
    assert taken == [("a", 0), ("b", 0), *((name, i) for i in (1, 2, 3) for name in "ab")]
    assert [len(t.seconds) for t in times.values()] == [3, 3]
    taken.clear()
    in_turns(turns, rounds=30, seconds=0.0, warm=True)
    assert taken == [(name, i) for i in (1, 2) for name in "ab"]


def test_a_disturbed_sample_is_taken_again(monkeypatch):
    shares = iter([0.5, 0.3, 0.01, 0.5, 0.4, 0.2])
    turns = []
    monkeypatch.setattr("app.engine.stopwatch._second", lambda _: 1.0)
    monkeypatch.setattr("app.engine.stopwatch._sample", lambda *_: (turns.append(1), next(shares), 7.0, 7.0)[1:])
    times = undisturbed({"a": lambda _: None}, rounds=2, tries=3)["a"]
    assert (times.others, times.clean, times.ms) == ([0.01, 0.2], 1, 7000.0)
    assert len(turns) == 6


def test_columns_are_as_wide_as_their_longest_cell():
    assert table([("a", "b", "c", "d", "ms"), ("longer", "", "x", "y", "1.0")]) == [
        "a       b  c  d   ms",
        "longer     x  y  1.0",
    ]


def test_bloom_is_what_is_measured_unless_another_is_named():
    from app.cli.arguments import parse

    assert parse(["bench"]).style == bundled_styles()[0].name.lower()
