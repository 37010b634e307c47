"""Other right answers to training_loop/adamw."""

import torch


class needs_no_base_class:
    """Everything is in view, groups and `zero_grad` included. What the base class gives
    is missing: `state_dict`, hooks, and PyTorch's schedulers, which insist on it."""

    def __init__(
        self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01
    ):
        options = {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay}
        params = list(params)
        groups = params if isinstance(params[0], dict) else [{"params": params}]
        self.param_groups = [
            {**options, **group, "params": list(group["params"])} for group in groups
        ]
        self.state = {}

    def zero_grad(self):
        for group in self.param_groups:
            for parameter in group["params"]:
                parameter.grad = None

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                start = 0, torch.zeros_like(p), torch.zeros_like(p)
                count, mean, square = self.state.get(p, start)
                count += 1
                mean = beta1 * mean + (1 - beta1) * p.grad
                square = beta2 * square + (1 - beta2) * p.grad.square()
                self.state[p] = count, mean, square
                root = (square / (1 - beta2**count)).sqrt() + group["eps"]
                move = mean / (1 - beta1**count) / root
                p -= group["lr"] * (move + group["weight_decay"] * p)


class moves_all_tensors_of_a_group_at_once(torch.optim.Optimizer):
    """`torch._foreach_*` takes lists of tensors: few kernels for hundreds of small
    parameters. The intermediate lists cost memory, and the names have an underscore."""

    def __init__(
        self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01
    ):
        options = {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay}
        super().__init__(params, options)

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            moved = [p for p in group["params"] if p.grad is not None]
            if not moved:
                continue
            for p in moved:
                if p not in self.state:
                    zeros = torch.zeros_like(p)
                    self.state[p] = {"count": 0, "mean": zeros, "square": zeros.clone()}
                self.state[p]["count"] += 1
            gradients = [p.grad for p in moved]
            means = [self.state[p]["mean"] for p in moved]
            squares = [self.state[p]["square"] for p in moved]
            counts = [self.state[p]["count"] for p in moved]
            torch._foreach_mul_(means, beta1)
            torch._foreach_add_(means, gradients, alpha=1 - beta1)
            torch._foreach_mul_(squares, beta2)
            torch._foreach_addcmul_(squares, gradients, gradients, 1 - beta2)
            roots = torch._foreach_sqrt(squares)
            torch._foreach_div_(roots, [(1 - beta2**count) ** 0.5 for count in counts])
            torch._foreach_add_(roots, group["eps"])
            torch._foreach_mul_(moved, 1 - group["lr"] * group["weight_decay"])
            rates = [-group["lr"] / (1 - beta1**count) for count in counts]
            torch._foreach_addcdiv_(moved, means, roots, rates)


class averages_with_weights_that_sum_to_one(torch.optim.Optimizer):
    """A new gradient's share is `(1 - beta) / (1 - beta ** count)`, and the averages
    need no correction. One has to derive that, and betas must stay as they are."""

    def __init__(
        self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01
    ):
        options = {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay}
        super().__init__(params, options)

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in (p for p in group["params"] if p.grad is not None):
                state = self.state[p]
                count = state["count"] = state.get("count", 0) + 1
                if count == 1:
                    state["mean"], state["square"] = p.grad.clone(), p.grad.square()
                shares = [(1 - beta) / (1 - beta**count) for beta in group["betas"]]
                state["mean"].lerp_(p.grad, shares[0])
                state["square"].lerp_(p.grad.square(), shares[1])
                p.mul_(1 - group["lr"] * group["weight_decay"])
                root = state["square"].sqrt().add_(group["eps"])
                p.sub_(group["lr"] * state["mean"] / root)
