import keras
import numpy as np

logits = np.array([[2.0, 1.0, 0.0], [0.0, 3.0, 1.0]], "float32")
labels = np.array([0, 2])
probabilities = keras.ops.softmax(logits)
loss = keras.losses.SparseCategoricalCrossentropy()
options = {"from_logits": True}
switched = keras.losses.SparseCategoricalCrossentropy(**options)

by_default = float(loss(labels, probabilities))
on_logits = float(switched(labels, logits))
forgotten = float(loss(labels, logits))
print("given probabilities:", round(by_default, 4))
print("given logits, from_logits=True:", round(on_logits, 4))
print("given logits by default:", round(forgotten, 4))
default = loss.get_config()["from_logits"]
print("from_logits by default:", default)
