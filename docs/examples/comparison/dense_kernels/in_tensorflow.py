import keras
import numpy as np

kernel = [[0.5, -1.0], [1.5, 2.0], [-0.5, 1.0]]
bias = [0.25, -0.75]
x = np.array([[1.0, 2.0, 3.0], [-1.0, 0.5, 2.0]])

dense = keras.layers.Dense(2)
dense.build((None, 3))
shape = list(dense.kernel.shape)
dense.set_weights([np.array(kernel), np.array(bias)])
output = dense(x).numpy().tolist()
print("kernel [in, out]:", shape)
print("output:", output)
