import tensorflow as tf


@tf.function
def double_and_add(x):
    doubled = x * 2
    print("  Python runs, doubled =", doubled)
    return doubled + 1


results = []
for value in (1.0, 2.0, 3.0):
    print("called with", value)
    result = double_and_add(tf.constant(value))
    results.append(float(result.numpy()))
print("results:", results)
graphs = double_and_add.experimental_get_tracing_count()
print("graphs:", graphs)
