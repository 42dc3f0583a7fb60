"""The readable synthesis network behind the same door as the folded one, for architectures that one does not fold."""

from collections.abc import Mapping

import torch
import torch.nn.functional as F
from torch import Tensor

from app.engine.errors import StyleError
from app.engine.stylegan.card import Card
from app.engine.stylegan.network import SynthesisNetwork


class PlainSynthesis:
    """Owns the weights in float32. One thread, no gradients."""

    def __init__(self, card: Card, tensors: Mapping[str, Tensor], *, device: str) -> None:
        """*tensors*: float32, by their checkpoint names."""
        self.card, self.dtype = card, torch.float32
        start = "synthesis."
        known = {key[len(start) :]: tensor for key, tensor in tensors.items() if key.startswith(start)}
        with torch.device("meta"):  # without numbers of its own: those in *tensors* become its own
            network = SynthesisNetwork(card)
        network.load_state_dict(known, assign=True)
        network.requires_grad_(False)
        try:
            self.device = torch.device(device)
            self._network = network.to(self.device)
        except (RuntimeError, AssertionError) as cause:  # what torch raises for a device that is not there
            raise StyleError(f"The device {device} cannot be used: {str(cause).splitlines()[0]}") from cause

    def __call__(
        self, ws: Tensor, *, exit_at: int | None = None, noise: float = 1.0, noise_seed: int | None = None
    ) -> Tensor:
        """``(num_ws, w_dim)`` to ``(channels, height, width)``; what ends early is the whole made smaller."""
        image: Tensor = self._network(ws[None].to(self.device), noise=noise, noise_seed=noise_seed, exit_at=exit_at)
        if exit_at and image.shape[2:] != self.card.drawn(exit_at):
            image = F.interpolate(image, size=self.card.drawn(exit_at), mode="area")
        return image[0]
