import keras
import numpy as np

rng = np.random.default_rng(0)
images = rng.normal(size=(2, 5, 5, 3)).astype("float32")
kernel = rng.normal(size=(3, 3, 3, 4)).astype("float32")

conv = keras.layers.Conv2D(4, 3, use_bias=False)
conv.build((None, 5, 5, 3))
shape = list(conv.kernel.shape)
conv.set_weights([kernel])
output = conv(images).numpy()
print("kernel:", shape, "output:", list(output.shape))
print("first pixel:", output[0, 0, 0].round(3))

layout = keras.config.image_data_format()
print("layout by default:", layout)
