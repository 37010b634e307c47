import torch

torch.autograd.set_detect_anomaly(True)


def gradient(f, x):
    x = x.detach().requires_grad_()
    return torch.autograd.grad(f(x).sum(), x)[0]
