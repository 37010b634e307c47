import tensorflow as tf

x = tf.Variable([1.0, 2.0, 3.0])
gradients = []
for _ in range(3):
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(x**2)
    gradients.append(tape.gradient(loss, x).numpy().tolist())
print("passes:", gradients)

# to accumulate, add them up yourself
total = tf.add_n([tf.constant(g) for g in gradients])
total = total.numpy().tolist()
print("their sum:", total)
