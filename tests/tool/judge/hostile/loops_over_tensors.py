import torch


def gradient(f, x):
    total = torch.zeros(64, 64)
    while True:
        total = total @ total + 1
