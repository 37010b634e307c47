"""Other right answers to amp/grad_scaler."""

import torch


class keeps_the_scale_in_a_tensor:
    """On a GPU the scale and the count of bad gradients stay there, and only `step`
    waits for them. Each gradient still costs kernels of its own."""

    def __init__(
        self,
        init_scale=65536.0,
        growth_factor=2.0,
        backoff_factor=0.5,
        growth_interval=2000,
    ):
        self.factor = torch.tensor(init_scale)
        self.growth, self.backoff = growth_factor, backoff_factor
        self.interval, self.row, self.bad = growth_interval, 0, None

    def get_scale(self):
        return self.factor.item()

    def scale(self, loss):
        return loss * self.factor.to(loss.device, loss.dtype)

    def unscale_(self, optimizer):
        if self.bad is not None:
            raise RuntimeError("unscale_() was called before in this iteration")
        self.bad = torch.zeros((), dtype=torch.long)
        for group in optimizer.param_groups:
            for p in group["params"]:
                if p.grad is not None:
                    self.bad = self.bad.to(p.device) + (~p.grad.isfinite()).sum()
                    p.grad = p.grad / self.factor.to(p.device, p.dtype)

    def step(self, optimizer):
        if self.bad is None:
            self.unscale_(optimizer)
        if self.bad == 0:
            optimizer.step()

    def update(self):
        if self.bad:
            self.factor, self.row = self.factor * self.backoff, 0
        else:
            self.row += 1
            if self.row == self.interval:
                self.factor, self.row = self.factor * self.growth, 0
        self.bad = None


class uses_the_operation_behind_pytorchs_own:
    """One call divides a whole list of gradients and notes what is not finite, with few
    kernels. Its name begins with an underscore: a version may change it."""

    def __init__(
        self,
        init_scale=65536.0,
        growth_factor=2.0,
        backoff_factor=0.5,
        growth_interval=2000,
    ):
        self.size, self.seen = float(init_scale), None
        self.plan = growth_factor, backoff_factor, growth_interval
        self.good = 0

    def get_scale(self):
        return self.size

    def scale(self, loss):
        return loss * self.size

    def unscale_(self, optimizer):
        if self.seen is not None:
            raise RuntimeError("unscale_() has been called since the last update()")
        self.seen = 0.0
        for group in optimizer.param_groups:
            for p in group["params"]:
                if p.grad is not None:
                    found = torch.zeros(1, device=p.device)
                    inverse = torch.full((1,), 1 / self.size, device=p.device)
                    torch._amp_foreach_non_finite_check_and_unscale_(
                        [p.grad], found, inverse
                    )
                    self.seen = max(self.seen, found.item())

    def step(self, optimizer):
        if self.seen is None:
            self.unscale_(optimizer)
        if not self.seen:
            optimizer.step()

    def update(self):
        growth, backoff, interval = self.plan
        self.good = 0 if self.seen else self.good + 1
        if self.seen:
            self.size *= backoff
        elif self.good % interval == 0:
            self.size, self.good = self.size * growth, 0
        self.seen = None


class counts_down_to_the_next_growth:
    """One counter that runs down says when to grow, and a set of flags says where the
    iteration stands. More names, and each of them is read in one place."""

    def __init__(
        self,
        init_scale=65536.0,
        growth_factor=2.0,
        backoff_factor=0.5,
        growth_interval=2000,
    ):
        self.current = init_scale
        self.growth_factor = growth_factor
        self.backoff_factor = backoff_factor
        self.growth_interval = self.left = growth_interval
        self.unscaled = self.overflowed = False

    def get_scale(self):
        return float(self.current)

    def scale(self, loss):
        return self.current * loss

    def unscale_(self, optimizer):
        if self.unscaled:
            raise RuntimeError("divided already")
        self.unscaled = True
        for group in optimizer.param_groups:
            for parameter in group["params"]:
                gradient = parameter.grad
                if gradient is None:
                    continue
                # a number that is not finite minus itself is not a number
                self.overflowed |= bool((gradient - gradient != 0).any())
                gradient.mul_(1.0 / self.current)

    def step(self, optimizer):
        if not self.unscaled:
            self.unscale_(optimizer)
        if not self.overflowed:
            optimizer.step()

    def update(self):
        self.left -= 1
        if self.overflowed:
            self.current *= self.backoff_factor
            self.left = self.growth_interval
        elif not self.left:
            self.current *= self.growth_factor
            self.left = self.growth_interval
        self.unscaled = self.overflowed = False
