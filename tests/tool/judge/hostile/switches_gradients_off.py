import torch

torch.set_grad_enabled(False)
torch.set_default_dtype(torch.float64)


def gradient(f, x):
    return torch.zeros_like(x)
