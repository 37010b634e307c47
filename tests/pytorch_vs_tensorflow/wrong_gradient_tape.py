"""Near misses of pytorch_vs_tensorflow/gradient_tape."""

import torch
from torch import Tensor

from backprep.testing import fails


class _Tape:
    """All but `gradient` of one source or many, which `_find` does for a list."""

    def __init__(self, persistent=False):
        self.persistent, self.used = persistent, False

    def __enter__(self):
        return self

    def __exit__(self, *error):
        return False

    def gradient(self, target, sources):
        if self.used and not self.persistent:
            raise RuntimeError("a tape that is not persistent serves once")
        self.used = True
        if isinstance(sources, Tensor):
            return self._find(target, [sources])[0]
        return self._find(target, sources)

    def _find(self, target, sources):
        watched = [s for s in sources if s.requires_grad]
        if not (watched and target.requires_grad):
            return [None] * len(sources)
        found = iter(self._ask(target, watched))
        return [next(found) if s.requires_grad else None for s in sources]

    def _ask(self, target, watched):
        return torch.autograd.grad(
            target.sum(), watched, retain_graph=self.persistent, allow_unused=True
        )


@fails(
    "test_gives_the_gradient_of_this_iteration_alone",
    "test_leaves_every_grad_as_it_was",
    "test_answers_in_the_form_it_was_asked",
    "test_a_persistent_tape_serves_often",
)
class calls_backward(_Tape):
    """The second iteration gets the sum of two gradients, the third of three."""

    def _ask(self, target, watched):
        for source in watched:
            source.retain_grad()
        target.sum().backward(retain_graph=self.persistent)
        return [source.grad for source in watched]


@fails("test_leaves_every_grad_as_it_was")
class clears_and_calls_backward(_Tape):
    """Right numbers, and whoever had accumulated gradients has lost them."""

    def _ask(self, target, watched):
        for source in watched:
            source.retain_grad()
            source.grad = None
        target.sum().backward(retain_graph=self.persistent)
        return [source.grad for source in watched]


@fails(
    "test_gives_none_for_what_is_not_connected",
    "test_gives_none_for_what_is_not_watched",
)
class gives_zeros_for_none(_Tape):
    """A layer that was never connected looks like one that has converged."""

    def _find(self, target, sources):
        found = super()._find(target, sources)
        pairs = zip(sources, found, strict=True)
        return [torch.zeros_like(s) if g is None else g for s, g in pairs]


@fails("test_gives_none_for_what_is_not_watched")
class asks_for_constants_as_well(_Tape):
    """A model with one frozen layer raises, where TensorFlow answers None."""

    def _find(self, target, sources):
        return list(self._ask(target, sources))


@fails("test_gives_none_for_what_is_not_connected")
class insists_on_a_connection(_Tape):
    """A model with a head that this loss leaves out raises."""

    def _ask(self, target, watched):
        return torch.autograd.grad(target.sum(), watched, retain_graph=self.persistent)


@fails(
    "test_sums_a_target_of_many_numbers",
    "test_a_persistent_tape_serves_often",
)
class wants_a_scalar(_Tape):
    """A ported loss that is still one number for each example raises."""

    def _ask(self, target, watched):
        return torch.autograd.grad(
            target, watched, retain_graph=self.persistent, allow_unused=True
        )


@fails(
    "test_sums_a_target_of_many_numbers",
    "test_a_persistent_tape_serves_often",
)
class takes_the_mean_of_the_target(_Tape):
    """Every learning rate of the TensorFlow side is too small by the batch size."""

    def _ask(self, target, watched):
        return torch.autograd.grad(
            target.mean(), watched, retain_graph=self.persistent, allow_unused=True
        )


@fails("test_a_plain_tape_serves_once")
class keeps_every_graph(_Tape):
    """The activations stay in memory for as long as the loss is around."""

    def _ask(self, target, watched):
        return torch.autograd.grad(
            target.sum(), watched, retain_graph=True, allow_unused=True
        )


@fails("test_a_plain_tape_serves_once")
class leaves_it_to_the_graph_to_refuse(_Tape):
    """An operation that saves nothing can be walked again, so some calls pass."""

    def gradient(self, target, sources):
        self.used = False
        return super().gradient(target, sources)


@fails(
    "test_answers_in_the_form_it_was_asked",
    "test_a_persistent_tape_serves_often",
)
class frees_the_graph_of_a_persistent_tape(_Tape):
    """The second question raises: what was saved is gone."""

    def _ask(self, target, watched):
        return torch.autograd.grad(target.sum(), watched, allow_unused=True)


@fails("test_lets_errors_pass")
class swallows_errors(_Tape):
    """A failed forward pass is silent, and the loss is that of the step before."""

    def __exit__(self, *error):
        return True


@fails("test_gradients_are_plain_tensors", "test_a_plain_tape_serves_once")
class records_the_gradient_as_well(_Tape):
    """Each gradient holds a graph, and a list of them holds them all."""

    def _ask(self, target, watched):
        return torch.autograd.grad(
            target.sum(), watched, create_graph=True, allow_unused=True
        )
