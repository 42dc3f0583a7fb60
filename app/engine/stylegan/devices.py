"""Devices by their names: what somebody typed, as torch calls it, or in a sentence why there is none."""

import torch

from app.engine.errors import StyleError

KINDS = ("cpu", "cuda", "mps")


def named_device(name: str) -> str:
    """Such as "cpu", "cuda:0" or "mps"; StyleError where this torch knows of no such device."""
    kind, _, number = name.strip().lower().partition(":")
    if kind not in KINDS or (number and not number.isdecimal()):
        raise StyleError(f"There is no device called “{name}”: devices are cpu, cuda:0 and mps.")
    if kind == "mps" and not torch.backends.mps.is_available():
        raise StyleError("The device mps cannot be used: torch finds no Metal on this machine.")
    return f"cuda:{int(number or 0)}" if kind == "cuda" else kind


def best_device() -> str:
    """The fastest kind of device here: CUDA, Apple's Metal, or the CPU."""
    if torch.cuda.is_available():
        return "cuda:0"
    return "mps" if torch.backends.mps.is_available() else "cpu"
