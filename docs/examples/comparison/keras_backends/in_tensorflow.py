import os

os.environ["KERAS_BACKEND"] = "tensorflow"  # the default

import keras
import numpy as np
import tensorflow as tf

kernel = np.array([[0.5, -1.0], [1.5, 2.0], [-0.5, 1.0]])
model = keras.Sequential(
    [keras.Input((3,)), keras.layers.Dense(2)]
)
model.set_weights([kernel, np.array([0.25, -0.75])])

backend = keras.backend.backend()
output = model(tf.constant([[1.0, 2.0, 3.0]]))
kind = type(output).__name__
output = output.numpy().tolist()
print("backend:", backend)
print("output:", kind, output)
