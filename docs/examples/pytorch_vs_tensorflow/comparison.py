import tensorflow as tf
import torch

x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
for _ in range(2):
    (x**2 + 2 * x + 1).sum().backward()
    print("x.grad:", x.grad.tolist())

v = tf.Variable([1.0, 2.0, 3.0])
for _ in range(2):
    with tf.GradientTape() as tape:
        y = tf.reduce_sum(v**2 + 2 * v + 1)
    print("tape.gradient:", tape.gradient(y, v).numpy().tolist())


@tf.function
def successor(n):
    print("traced with", n)
    return n + 1


for n in (tf.constant(1), tf.constant(2), 1, 2):
    print("called:", successor(n).numpy())
