import numpy as np
import torch

from solutions.pytorch_vs_tensorflow.lstm_gates import port_lstm

random = np.random.default_rng(0)
weights = [random.normal(size=s).astype(np.float32) for s in [(3, 8), (2, 8), 8]]
x = torch.from_numpy(random.normal(size=(4, 5, 3)).astype(np.float32))


def forget_bias_after_a_step(both):
    """What the two forget biases add up to, after a step of SGD."""
    lstm = port_lstm(weights)
    lstm.bias_hh_l0.requires_grad_(both)
    optimizer = torch.optim.SGD(lstm.parameters(), lr=0.1)
    lstm(x)[0].square().sum().backward()
    optimizer.step()
    return (lstm.bias_ih_l0 + lstm.bias_hh_l0)[2:4].detach().numpy()


before = weights[2][2:4]
print("before:         ", before.round(4))
print("moved, one bias:", (forget_bias_after_a_step(both=False) - before).round(4))
print("moved, both:    ", (forget_bias_after_a_step(both=True) - before).round(4))
