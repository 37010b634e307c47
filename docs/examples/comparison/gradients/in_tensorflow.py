import tensorflow as tf

x = tf.Variable([1.0, 2.0, 3.0])
with tf.GradientTape() as tape:
    loss = tf.reduce_sum(x**2 + 2 * x + 1)
gradient = tape.gradient(loss, x).numpy().tolist()
print("gradient:", gradient)

try:
    tape.gradient(loss, x)
    second = "works"
except RuntimeError:
    second = "RuntimeError"
print("a second time:", second)

with tf.GradientTape() as tape:
    squares = x**2
of_a_vector = tape.gradient(squares, x).numpy().tolist()
print("of a vector:", of_a_vector, "(of its sum)")
