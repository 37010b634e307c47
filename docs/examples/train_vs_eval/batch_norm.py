import torch

from solutions.train_vs_eval.batch_norm import BatchNorm1d

x = torch.tensor([[0.0], [2.0]])  # variance 1 dividing by n, 2 by n - 1
for layer in (torch.nn.BatchNorm1d(1), BatchNorm1d(1)):
    print("normalised:", layer(x).flatten().tolist())
    print("running variance:", layer.running_var.item(), "=", 0.9 * 1 + 0.1 * 2)

keras_momentum = BatchNorm1d(1, momentum=0.99)
keras_momentum(x)
print("momentum 0.99, one batch:", keras_momentum.running_mean.item())

far = torch.tensor([9999.0, 10001.0])
print("variance:", far.var(correction=0).item())
print("mean(x²) - mean(x)²:", ((far**2).mean() - far.mean() ** 2).item())
