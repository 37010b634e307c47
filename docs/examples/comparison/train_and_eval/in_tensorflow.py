import keras
import numpy as np

keras.utils.set_random_seed(0)
model = keras.Sequential([keras.layers.Dropout(0.5)])
ones = np.ones((1, 1000), "float32")


def dropped(y):
    return bool((y.numpy() == 0).any())


as_built = dropped(model(ones))
print("as built, drops:", as_built)
told = dropped(model(ones, training=True))
print("training=True, drops:", told)
afterwards = dropped(model(ones))  # an argument of one call
print("the next call, drops:", afterwards)
