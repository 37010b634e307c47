import torch


def gradient(f, x):
    return torch.ones(10**10)
