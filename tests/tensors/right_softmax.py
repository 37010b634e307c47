"""Other right answers to tensors/softmax."""

import torch


def asks_first_which_slices_are_hidden(x, dim):
    """One mask says which slices are special, and both repairs read alike: fill before,
    fill after. It compares every logit, where one comparison a slice would do."""
    hidden = (x == -torch.inf).all(dim, keepdim=True)
    logits = x.masked_fill(hidden, 0)
    if x.dtype in (torch.float16, torch.bfloat16):
        logits = logits.float()
    exps = torch.exp(logits - logits.max(dim, keepdim=True).values)
    return (exps / exps.sum(dim, keepdim=True)).masked_fill(hidden, 0).to(x.dtype)


class _Softmax(torch.autograd.Function):
    """Saves its result alone: `p * (g - (p * g).sum())` needs nothing else."""

    @staticmethod
    def forward(ctx, logits, dim):
        highest = logits.amax(dim, keepdim=True)
        exps = (logits - torch.where(highest == -torch.inf, 0, highest)).exp_()
        result = exps.div_(exps.sum(dim, keepdim=True).clamp_(min=1))
        ctx.save_for_backward(result)
        ctx.dim = dim
        return result

    @staticmethod
    def backward(ctx, grad):
        (result,) = ctx.saved_tensors
        weighted = result * grad
        return weighted - result * weighted.sum(ctx.dim, keepdim=True), None


def writes_its_own_backward(x, dim):
    """One tensor is saved in place of several, and the steps may work in place. It is
    twice the code, and the derivative is yours to test."""
    wide = x.to(torch.promote_types(x.dtype, torch.float32))
    return _Softmax.apply(wide, dim).to(x.dtype)


def goes_through_the_logarithm(x, dim):
    """Subtracts the logarithm of the sum in place of dividing by the sum: on the way
    lies the log-softmax, which is what a loss needs. It costs a logarithm and another
    exponential."""
    half = x.dtype in (torch.float16, torch.bfloat16)
    logits = x.float() if half else x
    highest = logits.amax(dim, keepdim=True)
    shifted = logits - highest.masked_fill(highest == -torch.inf, 0)
    log_total = shifted.exp().sum(dim, keepdim=True).clamp(min=1).log()
    return (shifted - log_total).exp().to(x.dtype)
