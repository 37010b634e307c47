import keras
import numpy as np

rng = np.random.default_rng(0)
kernel = rng.normal(size=(3, 4 * 2)).astype("float32")
recurrent = rng.normal(size=(2, 4 * 2)).astype("float32")
bias = rng.normal(size=4 * 2).astype("float32")
x = rng.normal(size=(1, 5, 3)).astype("float32")

lstm = keras.layers.LSTM(2, return_sequences=True)
lstm.build((None, 5, 3))
starts_as = lstm.get_weights()[2].tolist()
biases = [list(lstm.get_weights()[2].shape)]
lstm.set_weights([kernel, recurrent, bias])
output = lstm(x).numpy()
print("biases:", biases)
print("bias at first:", starts_as)
print("last state:", output[0, -1].round(4))
