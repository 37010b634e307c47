import tensorflow as tf

calls = []


def number(i):
    calls.append(i)
    return i


numbers = tf.data.Dataset.range(10).map(number)
plain = [batch.numpy().tolist() for batch in numbers.batch(4)]
print("in order:", plain)
print("Python ran", len(calls), "time, to be traced")

tf.random.set_seed(0)
shuffled = tf.data.Dataset.range(10).shuffle(buffer_size=3)
orders = [[int(i) for i in shuffled] for _ in range(100)]
print("shuffled:", orders[0])
first = sorted({order[0] for order in orders})
print("first of 100 epochs:", first)
