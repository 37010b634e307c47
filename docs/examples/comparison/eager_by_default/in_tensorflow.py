import keras
import tensorflow as tf

value = float((tf.constant(2.0) + 3).numpy())
print("2 + 3 =", value, "eager:", tf.executing_eagerly())

seen = []


class Probe(keras.layers.Layer):
    def call(self, x):
        seen.append(x.numpy().tolist())  # a breakpoint would do
        return x


Probe()(tf.nn.relu(tf.constant([-1.0, 2.0])))
print("inside a layer:", seen)

traced = tf.function(lambda x: x.numpy())
try:
    traced(tf.constant(1.0))
    in_a_graph = "works"
except AttributeError as error:
    in_a_graph = type(error).__name__
print("inside a tf.function:", in_a_graph)
