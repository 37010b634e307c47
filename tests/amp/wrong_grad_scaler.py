"""Near misses of amp/grad_scaler."""

import torch

from backprep.testing import fails
from solutions.amp.grad_scaler import GradScaler


def _gradients(optimizer):
    held = [p for group in optimizer.param_groups for p in group["params"]]
    return [p.grad for p in held if p.grad is not None]


@fails("test_scales_the_loss_and_so_its_gradients")
class scales_the_loss_in_place(GradScaler):
    """The loss that is logged is 65536 times too large, and jumps with the scale."""

    def scale(self, loss):
        return loss.mul_(self._scale)


@fails("test_steps_with_the_true_gradients", "test_takes_every_finite_step")
class leaves_the_division_to_the_caller(GradScaler):
    """Who does not clip steps with gradients a thousand times too long."""

    def step(self, optimizer):
        if self._finite is None:
            self._finite = all(bool(g.isfinite().all()) for g in _gradients(optimizer))
        if self._finite:
            optimizer.step()


@fails("test_divides_no_second_time")
class divides_again_in_the_step(GradScaler):
    """After a clip the gradients are divided once more, and the model stands still."""

    def step(self, optimizer):
        if self._finite is not None:
            for gradient in _gradients(optimizer):
                gradient.div_(self._scale)
        super().step(optimizer)


@fails("test_refuses_to_unscale_twice")
class divides_as_often_as_it_is_asked(GradScaler):
    """A helper that also unscales makes every gradient vanish, without an error."""

    def unscale_(self, optimizer):
        self._finite = None
        super().unscale_(optimizer)


@fails(
    "test_steps_with_the_true_gradients",
    "test_divides_no_second_time",
    "test_unscaling_reaches_what_the_optimizer_holds",
)
class divides_the_first_group_only(GradScaler):
    """The layers with a learning rate of their own step along scaled gradients."""

    def unscale_(self, optimizer):
        if self._finite is not None:
            raise RuntimeError("the gradients were divided since the last update()")
        self._finite = all(bool(g.isfinite().all()) for g in _gradients(optimizer))
        for parameter in optimizer.param_groups[0]["params"]:
            if parameter.grad is not None:
                parameter.grad.div_(self._scale)


@fails("test_skips_a_step_that_is_not_finite")
class remembers_the_last_gradient_only(GradScaler):
    """An overflow in any layer but the last one reaches the weights."""

    def unscale_(self, optimizer):
        if self._finite is not None:
            raise RuntimeError("the gradients were divided since the last update()")
        for gradient in _gradients(optimizer):
            gradient.div_(self._scale)
            self._finite = bool(gradient.isfinite().all())


@fails(
    "test_skips_a_step_that_is_not_finite",
    "test_a_clip_does_not_hide_an_overflow",
    "test_moves_the_scale_as_pytorch_does",
)
class looks_for_nan_alone(GradScaler):
    """An overflow is infinite first: it makes the weights infinite, and then NaN."""

    def unscale_(self, optimizer):
        if self._finite is not None:
            raise RuntimeError("the gradients were divided since the last update()")
        gradients = _gradients(optimizer)
        self._finite = not any(bool(g.isnan().any()) for g in gradients)
        for gradient in gradients:
            gradient.div_(self._scale)


@fails("test_takes_every_finite_step")
class judges_by_the_norm(GradScaler):
    """Squares overflow long before the numbers do, and a good step is lost."""

    def unscale_(self, optimizer):
        super().unscale_(optimizer)
        norms = [gradient.norm() for gradient in _gradients(optimizer)]
        self._finite = bool(torch.stack(norms).norm().isfinite())


@fails("test_a_clip_does_not_hide_an_overflow")
class looks_only_when_it_steps(GradScaler):
    """A clip by value makes 1 of infinity, and the step goes a wrong way."""

    def step(self, optimizer):
        if self._finite is None:
            self.unscale_(optimizer)
        self._finite = all(bool(g.isfinite().all()) for g in _gradients(optimizer))
        if self._finite:
            optimizer.step()


@fails("test_moves_the_scale_as_pytorch_does")
class counts_on_after_a_skipped_step(GradScaler):
    """The scale grows again too soon, straight into the next overflow."""

    def update(self):
        row = self._good_steps
        skipped = self._finite is False
        super().update()
        if skipped:
            self._good_steps = row


@fails(
    "test_divides_no_second_time",
    "test_refuses_to_unscale_twice",
    "test_moves_the_scale_as_pytorch_does",
)
class never_begins_afresh(GradScaler):
    """From the second iteration on nothing is divided and nothing is looked at."""

    def update(self):
        finite = self._finite
        super().update()
        self._finite = finite


@fails("test_is_written_by_hand")
class borrows_all_of_it(torch.amp.GradScaler):
    """Works, and shows nothing of what was asked about."""

    def __init__(
        self,
        init_scale=65536.0,
        growth_factor=2.0,
        backoff_factor=0.5,
        growth_interval=2000,
    ):
        super().__init__(
            "cpu", init_scale, growth_factor, backoff_factor, growth_interval
        )
