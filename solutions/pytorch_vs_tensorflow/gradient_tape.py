"""`torch.autograd.grad` is the tape's `gradient`, but for what it refuses.

It returns gradients and leaves `.grad` alone. A sum makes a scalar of the target,
`allow_unused` gives None for what is not connected, and what requires no gradient is
not asked for. A graph kept for the next call is what makes a tape persistent.
"""

from typing import Any

import torch
from torch import Tensor


class GradientTape:
    """Gradients on request, as `tf.GradientTape` gives them."""

    def __init__(self, persistent: bool = False) -> None:
        self._persistent = persistent
        self._used = False

    def __enter__(self) -> "GradientTape":
        return self

    def __exit__(self, *error: object) -> None:
        """Let an error pass; the graph is PyTorch's to record."""

    def gradient(self, target: Tensor, sources: Tensor | list[Tensor]) -> Any:
        """The gradient of the target's sum for each source, or None."""
        if self._used and not self._persistent:
            raise RuntimeError("this tape has given its gradients; is it persistent?")
        self._used = True
        if isinstance(sources, Tensor):
            return self._gradients(target, [sources])[0]
        return self._gradients(target, sources)

    def _gradients(self, target: Tensor, sources: list[Tensor]) -> list[Tensor | None]:
        watched = [source for source in sources if source.requires_grad]
        if not watched or not target.requires_grad:
            return [None] * len(sources)
        found = iter(
            torch.autograd.grad(
                target.sum(), watched, retain_graph=self._persistent, allow_unused=True
            )
        )
        return [next(found) if source.requires_grad else None for source in sources]
