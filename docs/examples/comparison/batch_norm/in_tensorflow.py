import keras
import numpy as np

batch = np.array([[1.0], [2.0], [3.0], [6.0]], "float32")
mean = float(batch.mean())
biased = float(batch.var())
unbiased = float(batch.var(ddof=1))
print("mean:", mean)
print("variance:", biased, "unbiased:", round(unbiased, 4))

norm = keras.layers.BatchNormalization()
names = ("momentum", "epsilon")
defaults = {name: norm.get_config()[name] for name in names}
print(defaults)

norm = keras.layers.BatchNormalization(momentum=0.9)
norm(batch, training=True)
moving_mean = float(norm.moving_mean[0])
moving_variance = float(norm.moving_variance[0])
print("0.9 * 0 + 0.1 * mean =", round(moving_mean, 4))
print("0.9 * 1 + 0.1 * variance =", round(moving_variance, 4))
