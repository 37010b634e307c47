"""Near misses of training_loop/adamw."""

import torch

from backprep.testing import fails
from solutions.training_loop.adamw import AdamW


def _averages(state, gradient, betas):
    """The count and the two averages after this gradient."""
    if not state:
        state["count"] = 0
        state["mean"] = torch.zeros_like(gradient)
        state["square"] = torch.zeros_like(gradient)
    state["count"] += 1
    state["mean"].lerp_(gradient, 1 - betas[0])
    state["square"].mul_(betas[1]).addcmul_(gradient, gradient, value=1 - betas[1])
    return state["count"], state["mean"], state["square"]


@fails(
    "test_a_parameter_without_a_gradient_sits_the_step_out",
    "test_decays_the_weight_itself",
    "test_each_group_has_its_options_and_they_may_change",
    "test_the_first_step_is_the_one_worked_out_by_hand",
    "test_trains_as_pytorchs_for_a_hundred_steps",
    "test_works_where_the_parameters_are",
)
class leaves_out_the_correction(AdamW):
    """The first steps are three to six times too long, and the loss may run away."""

    def _move(self, parameter, gradient, group):
        _, mean, square = _averages(self.state[parameter], gradient, group["betas"])
        parameter.mul_(1 - group["lr"] * group["weight_decay"])
        parameter.addcdiv_(mean, square.sqrt() + group["eps"], value=-group["lr"])


@fails(
    "test_each_group_has_its_options_and_they_may_change",
    "test_the_first_step_is_the_one_worked_out_by_hand",
    "test_trains_as_pytorchs_for_a_hundred_steps",
)
class puts_eps_inside_the_root(AdamW):
    """The root of 1e-8 is 1e-4: weights with gradients below that hardly move."""

    def _move(self, parameter, gradient, group):
        beta1, beta2 = group["betas"]
        count, mean, square = _averages(self.state[parameter], gradient, (beta1, beta2))
        mean, square = mean / (1 - beta1**count), square / (1 - beta2**count)
        parameter.mul_(1 - group["lr"] * group["weight_decay"])
        parameter.addcdiv_(mean, (square + group["eps"]).sqrt(), value=-group["lr"])


@fails(
    "test_each_group_has_its_options_and_they_may_change",
    "test_the_first_step_is_the_one_worked_out_by_hand",
    "test_trains_as_pytorchs_for_a_hundred_steps",
)
class adds_eps_before_the_correction(AdamW):
    """In the first steps `eps` counts for up to thirty times as much."""

    def _move(self, parameter, gradient, group):
        beta1, beta2 = group["betas"]
        count, mean, square = _averages(self.state[parameter], gradient, (beta1, beta2))
        rate = group["lr"] * (1 - beta2**count) ** 0.5 / (1 - beta1**count)
        parameter.mul_(1 - group["lr"] * group["weight_decay"])
        parameter.addcdiv_(mean, square.sqrt() + group["eps"], value=-rate)


@fails(
    "test_a_parameter_without_a_gradient_sits_the_step_out",
    "test_decays_the_weight_itself",
    "test_each_group_has_its_options_and_they_may_change",
    "test_trains_as_pytorchs_for_a_hundred_steps",
)
class adds_the_decay_to_the_gradient(AdamW):
    """That is Adam with an L2 penalty: large gradients divide the decay away."""

    def _move(self, parameter, gradient, group):
        penalised = gradient + group["weight_decay"] * parameter
        super()._move(parameter, penalised, {**group, "weight_decay": 0.0})


@fails("test_a_parameter_without_a_gradient_sits_the_step_out")
class counts_the_steps_of_all_parameters_together(AdamW):
    """A parameter that joins late is corrected as if it had been there all along."""

    count = 0

    def step(self):
        self.count += 1
        super().step()

    def _move(self, parameter, gradient, group):
        beta1, beta2 = group["betas"]
        _, mean, square = _averages(self.state[parameter], gradient, (beta1, beta2))
        mean, square = mean / (1 - beta1**self.count), square / (1 - beta2**self.count)
        parameter.mul_(1 - group["lr"] * group["weight_decay"])
        parameter.addcdiv_(mean, square.sqrt() + group["eps"], value=-group["lr"])


@fails("test_a_parameter_without_a_gradient_sits_the_step_out")
class takes_no_gradient_for_a_gradient_of_zero(AdamW):
    """A head that was not used goes on along its old gradients, and shrinks."""

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for parameter in group["params"]:
                gradient = parameter.grad
                if gradient is None:
                    gradient = torch.zeros_like(parameter)
                self._move(parameter, gradient, group)


@fails("test_keeps_no_graph_alive")
class records_its_averages(AdamW):
    """With gradients that have a graph, every step's graph hangs on the one before."""

    def step(self):
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                count, mean, square = self.state[p].get("kept", (0, 0.0, 0.0))
                count += 1
                mean = beta1 * mean + (1 - beta1) * p.grad
                square = beta2 * square + (1 - beta2) * p.grad**2
                self.state[p]["kept"] = count, mean, square
                root = (square / (1 - beta2**count)).sqrt()
                move = mean / (1 - beta1**count) / (root + group["eps"])
                p.data -= group["lr"] * (group["weight_decay"] * p.data + move)


@fails("test_each_group_has_its_options_and_they_may_change")
class keeps_the_options_it_was_built_with(AdamW):
    """A schedule sets `lr` in the group, and nothing comes of it."""

    def __init__(self, params, *args, **options):
        super().__init__(params, *args, **options)
        self.options = [dict(group) for group in self.param_groups]

    @torch.no_grad()
    def step(self):
        for group in self.options:
            for parameter in group["params"]:
                if parameter.grad is not None:
                    self._move(parameter, parameter.grad, group)


@fails("test_only_zero_grad_touches_the_gradients")
class clears_the_gradients_to_zeros(AdamW):
    """Whatever the next loss does not depend on is decayed all the same."""

    def zero_grad(self):
        super().zero_grad(set_to_none=False)


@fails(
    "test_a_parameter_without_a_gradient_sits_the_step_out",
    "test_trains_as_pytorchs_for_a_hundred_steps",
    "test_works_where_the_parameters_are",
)
class keeps_its_averages_in_single_precision(AdamW):
    """`torch.zeros` makes float32 on the CPU, whatever the parameters are."""

    def _move(self, parameter, gradient, group):
        state = self.state[parameter]
        if not state:
            state["count"] = 0
            state["mean"] = torch.zeros(parameter.shape)
            state["square"] = torch.zeros(parameter.shape)
        super()._move(parameter, gradient, group)


@fails(
    "test_a_parameter_without_a_gradient_sits_the_step_out",
    "test_decays_the_weight_itself",
    "test_each_group_has_its_options_and_they_may_change",
    "test_only_zero_grad_touches_the_gradients",
    "test_reads_the_parameters_once",
    "test_trains_as_pytorchs_for_a_hundred_steps",
    "test_works_where_the_parameters_are",
)
class keeps_the_generator_itself(AdamW):
    """The first step uses it up, and from the second on nothing is trained."""

    def __init__(self, params, *args, **options):
        super().__init__(params, *args, **options)
        for group in self.param_groups:
            group["params"] = iter(group["params"])


@fails("test_does_the_work_itself")
class hands_the_work_to_pytorchs:
    """Nothing that was asked about is shown."""

    def __init__(self, *args, **options):
        self.inner = torch.optim.AdamW(*args, **options)
        self.param_groups = self.inner.param_groups

    def zero_grad(self):
        self.inner.zero_grad()

    def step(self):
        self.inner.step()
