import tensorflow as tf


def up_or_down(x):
    if tf.reduce_sum(x) > 0:
        return x + 1
    return x - 1


one = tf.ones(1)
traced = tf.function(up_or_down)
branches = [float(traced(sign * one)[0]) for sign in (1, -1)]
graphs = traced.experimental_get_tracing_count()
print("traced, in one graph:", branches, "graphs:", graphs)

graph = traced.get_concrete_function(one).graph
kinds = {operation.type for operation in graph.get_operations()}
has_if = "StatelessIf" in kinds
print("the graph holds an If:", has_if)

plain = tf.function(up_or_down, autograph=False)
try:
    plain(one)
    without_autograph = "works"
except TypeError as error:
    without_autograph = type(error).__name__
print("without AutoGraph:", without_autograph)
