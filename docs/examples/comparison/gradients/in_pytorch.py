import torch

x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
loss = (x**2 + 2 * x + 1).sum()
loss.backward()  # fills x.grad and returns nothing
gradient = x.grad.tolist()
print("gradient:", gradient)

try:
    loss.backward()
    second = "works"
except RuntimeError:
    second = "RuntimeError"
print("a second time:", second)

try:
    (x**2).backward()
    of_a_vector = "works"
except RuntimeError as error:
    of_a_vector = str(error)
print("of a vector:", of_a_vector)
