"""Other right answers to autograd/gradient."""

import torch


def takes_the_vector_jacobian_product(f, x):
    """`torch.func.vjp` records in any gradient mode, and gives zeros where `f` ignores
    `x`. But `f` then runs inside a transform, which refuses an `autograd.Function`
    without `setup_context`."""
    if not x.is_floating_point():
        raise ValueError(f"x must be floating point, not {x.dtype}")
    y, pull = torch.func.vjp(f, x.detach())
    (result,) = pull(torch.ones_like(y))
    return result.detach()


def sends_backward_to_its_own_leaf(f, x):
    """`backward(inputs=[leaf])` writes into the `.grad` of that leaf and of no other
    tensor. The result then lies on the leaf, where None stands for zero."""
    if not x.is_floating_point():
        raise ValueError(f"x must be floating point, not {x.dtype}")
    with torch.enable_grad():
        leaf = x.detach().requires_grad_()
        y = f(leaf)
        if y.requires_grad:
            y.backward(torch.ones_like(y), inputs=[leaf])
    return torch.zeros_like(x) if leaf.grad is None else leaf.grad


def lets_x_into_every_graph(f, x):
    """Adding `0 * leaf` puts the leaf into every graph, so that no case is special. It
    costs a pass over `x`, and a reader who asks what the zero is for."""
    if not x.is_floating_point():
        raise ValueError(f"x must be floating point, not {x.dtype}")
    with torch.enable_grad():
        leaf = x.detach().requires_grad_()
        y = f(leaf).sum() + 0 * leaf.sum()
        (result,) = torch.autograd.grad(y, leaf)
    return result
