"""Says what a file is that holds no network of ours, and what to do about it: from its first bytes or names in it."""

import re
from collections.abc import Iterable, Mapping
from itertools import chain, islice

DEEPEST, MOST_NAMES, LONGEST_NAME = 3, 20_000, 200
CHOOSE = "choose a StyleGAN2 or StyleGAN3 network"
JUDGES = "which judges pictures and cannot draw any; choose the file of its generator"
STARTS = {
    b"version https://git-lfs": "is a pointer of Git LFS, not the file itself: fetch that with 'git lfs pull'",
    b"7z\xbc\xaf": "is a packed archive: unpack it and open what is in it",
    b"Rar!": "is a packed archive: unpack it and open what is in it",
    b"\x1f\x8b": "is a packed archive: unpack it and open what is in it",
    b"\x89PNG": "is a picture, not a weights file: those are safetensors, .pkl or .pt files",
    b"\xff\xd8\xff": "is a picture, not a weights file: those are safetensors, .pkl or .pt files",
    b"<": "is a web page, not a weights file: the download was not allowed, so save it with a browser",
}
KINDS = {
    r"(model\.)?diffusion_model\.|(first|cond)_stage_model\.": f"it is a Stable Diffusion checkpoint; {CHOOSE}",
    r"lora_|(.+\.)?lora_(A|B|up|down|linear)|.+\.hada_w": f"it is a LoRA, which changes a diffusion model; {CHOOSE}",
    r"g_(synthesis|mapping)\.|generator\.progression\.": f"it is a StyleGAN1 network, drawn in another way; {CHOOSE}",
    r"(b\d+\.fromrgb|final_(conv|linear))\.": f"it is a discriminator, {JUDGES}",
    r"GAN|[SG]E?\.(net|blocks|initial_)": "it is a lucidrains checkpoint, of other layers: its own program draws it",
}
"""How the names of tensors begin -> what they belong to."""
PROGRAMS: Mapping[str, str] = {
    "pytorch_lightning": ", as checkpoints of Stable Diffusion do",
    "lightning": ", as checkpoints of Stable Diffusion do",
    "torch.nn": ", so it holds a program and not only its numbers (the state_dict)",
    "transformers": ", as language models do",
}
"""How the names that a pickle asks for begin -> who asks for such."""


def told_by_start(start: bytes) -> str | None:
    """What a file that begins like this is, if that is known and no network."""
    start = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    return next((told for mark, told in STARTS.items() if start.startswith(mark)), None)


def told_by_names(names: Iterable[str]) -> str | None:
    """What network has tensors of these *names*, if that is known and not ours."""
    names = [name[:LONGEST_NAME] for name in names]
    return next((told for kind, told in KINDS.items() if any(re.match(kind, name) for name in names)), None)


def told_by_program(name: str) -> str:
    """Who asks for *name*, as the end of a sentence; empty where that is not known."""
    return next((told for start, told in PROGRAMS.items() if name.startswith(f"{start}.")), "")


def names_in(held: object) -> list[str]:
    """The names in the tables of *held*, those on top first, and no more than can be looked through at once."""
    names: list[str] = []
    level = [held]
    for _ in range(DEEPEST):
        tables = [one for one in level if type(one) is dict]
        names += [key for key in islice(chain.from_iterable(tables), MOST_NAMES) if type(key) is str]
        level = list(islice(chain.from_iterable(table.values() for table in tables), MOST_NAMES))
    return names
