"""Other right answers to training_loop/warmup_cosine."""

import math

from torch.optim.lr_scheduler import (
    CosineAnnealingLR,
    LambdaLR,
    LinearLR,
    SequentialLR,
)


def sets_the_rate_by_hand(model, loss_fn, batches, optimizer, *, warmup):
    """No scheduler: keep the peaks, and write `lr` before each step. To resume, you
    need the number of the step and the peaks, and have to save both yourself."""
    total = len(batches)
    peaks = [group["lr"] for group in optimizer.param_groups]
    used = []
    for step, (inputs, targets) in enumerate(batches):
        if step < warmup:
            factor = (step + 1) / warmup
        else:
            factor = math.cos(math.pi / 2 * (step - warmup) / (total - warmup)) ** 2
        for group, peak in zip(optimizer.param_groups, peaks, strict=True):
            group["lr"] = peak * factor
        loss_fn(model(inputs), targets).backward()
        optimizer.step()
        optimizer.zero_grad()
        used.append([peak * factor for peak in peaks])
    return used


class makes_one_line_of_the_two_parts:
    """Both parts, clamped at their ends, and the smaller one counts. Short, but it
    takes a while to see that it is right where one part is empty."""

    def warmup_cosine(step, warmup, total):
        if not (step >= 0 <= warmup <= total > 0):
            raise ValueError(f"no step {step} in {warmup} of {total} steps")
        rise = min(1.0, (step + 1) / max(1, warmup))
        fall = (min(step, total) - warmup) / max(1, total - warmup)
        fall = max(fall, float(step >= total))
        return min(rise, 0.5 + 0.5 * math.cos(math.pi * max(0.0, fall)))


def chains_pytorchs_schedulers(model, loss_fn, batches, optimizer, *, warmup):
    """The names say what happens, and `state_dict` has all that resuming needs. The
    parts multiply the last rate, so rounding adds up over the steps."""
    total = len(batches)
    if warmup == total:
        scheduler = LambdaLR(optimizer, lambda step: min(1.0, (step + 1) / total))
    elif warmup == 0:
        scheduler = CosineAnnealingLR(optimizer, total)
    else:
        rise = LinearLR(optimizer, 1 / warmup, 1.0, total_iters=max(1, warmup - 1))
        fall = CosineAnnealingLR(optimizer, total - warmup)
        scheduler = SequentialLR(optimizer, [rise, fall], [warmup])
    used = []
    for inputs, targets in batches:
        optimizer.zero_grad()
        loss_fn(model(inputs), targets).backward()
        used.append([group["lr"] for group in optimizer.param_groups])
        optimizer.step()
        scheduler.step()
    return used
