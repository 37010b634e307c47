import math

import torch

from solutions.training_loop.clip_grad_norm import clip_grad_norm


def with_gradients(*gradients):
    parameters = [torch.zeros(len(g), requires_grad=True) for g in gradients]
    for parameter, gradient in zip(parameters, gradients, strict=True):
        parameter.grad = torch.tensor(gradient)
    return parameters


for given in ([[3.0, 0.0], [4.0]], [[0.3], [0.4]], [[math.inf, 1.0], [2.0]]):
    parameters = with_gradients(*given)
    norm = clip_grad_norm(parameters, max_norm=1.0)
    left = [[round(g, 3) for g in p.grad.tolist()] for p in parameters]
    print(f"{given} with the norm {norm.item():.1f} became {left}")
