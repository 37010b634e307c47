import torch

from solutions.pytorch_vs_tensorflow.gradient_tape import GradientTape

x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
other = torch.tensor([1.0], requires_grad=True)

for i in (1, 2):
    with GradientTape() as tape:
        loss = (x**2 + 2 * x + 1).sum()
    print(f"tape {i}:     ", tape.gradient(loss, x).tolist())
for i in (1, 2):
    (x**2 + 2 * x + 1).sum().backward()
    print(f"backward {i}: ", x.grad.tolist())

with GradientTape() as tape:
    squares = x**2
print("of a vector:", tape.gradient(squares, [x, other]))
try:
    tape.gradient(squares, x)
except RuntimeError as error:
    print("again:", error)
