import tensorflow as tf


def graphs(function, calls, **options):
    """How many graphs tf.function traces for these calls."""
    traced = tf.function(function, **options)
    for arguments in calls:
        traced(*arguments)
    return traced.experimental_get_tracing_count()


x = tf.ones(2)
values = graphs(lambda t: t * 2, [(x,), (x + 1,), (x + 2,)])
sizes = [(tf.ones(n),) for n in (2, 3, 4, 5, 6)]
shapes = graphs(lambda t: t * 2, sizes)
numbers = [(x, n) for n in (2, 3, 4, 5, 6)]
python_values = graphs(lambda t, n: t * n, numbers)
spec = [tf.TensorSpec([None])]
signed = graphs(lambda t: t * 2, sizes, input_signature=spec)
print("three values of one shape:", values)
print("five shapes:", shapes)
print("five Python numbers:", python_values)
print("five shapes, with a signature:", signed)
