"""Other right answers to pytorch_vs_tensorflow/gradient_tape."""

from contextlib import AbstractContextManager

import torch


class starts_from_ones:
    """A vector of ones in place of a sum: it is what the backward pass of `sum` makes,
    and any other weights would do as well. Sources that need no gradient get a
    stand-in, so that places need no counting."""

    def __init__(self, persistent=False):
        self.left = float("inf") if persistent else 1

    def __enter__(self):
        return self

    def __exit__(self, kind, error, traceback):
        return None

    def gradient(self, target, sources):
        if self.left < 1:
            raise RuntimeError("the tape has been used")
        self.left -= 1
        several = not torch.is_tensor(sources)
        asked = [
            s if s.requires_grad else torch.zeros_like(s, requires_grad=True)
            for s in (sources if several else [sources])
        ]
        if target.requires_grad:
            found = torch.autograd.grad(
                target,
                asked,
                grad_outputs=torch.ones_like(target),
                retain_graph=self.left > 0,
                allow_unused=True,
            )
        else:
            found = (None,) * len(asked)
        return list(found) if several else found[0]


class asks_for_each_source_alone(AbstractContextManager):
    """Simple cases, one after the other, and easy to read. The backward pass is run
    once for each source, which takes long for a model of many layers."""

    def __init__(self, persistent=False):
        self.persistent = persistent
        self.done = False

    def __exit__(self, *error):
        pass

    def gradient(self, target, sources):
        if self.done:
            raise RuntimeError("only a persistent tape gives gradients twice")
        self.done = not self.persistent
        if not isinstance(sources, list):
            return self.of(target, sources, keep=self.persistent)
        last = len(sources) - 1
        return [
            self.of(target, source, keep=self.persistent or i < last)
            for i, source in enumerate(sources)
        ]

    def of(self, target, source, keep):
        if not (target.requires_grad and source.requires_grad):
            return None
        (found,) = torch.autograd.grad(
            target.sum(), source, retain_graph=keep, allow_unused=True
        )
        return found
