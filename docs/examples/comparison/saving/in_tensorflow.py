from pathlib import Path
from tempfile import TemporaryDirectory

import keras
import tensorflow as tf

keras.utils.set_random_seed(0)
x = tf.ones((1, 3))
layers = [keras.Input((3,)), keras.layers.Dense(2)]
model = keras.Sequential(layers)
with TemporaryDirectory() as name:
    saved = Path(name, "saved")
    model.export(saved, verbose=False)
    names = sorted(path.name for path in saved.iterdir())
    loaded = tf.saved_model.load(saved)
    output = loaded.serve(x)
    try:
        model.save(Path(name, "again"))
        to_a_folder = "works"
    except ValueError as error:
        to_a_folder = type(error).__name__

print("SavedModel:", *names)
comes_back_as = type(loaded).__name__
print("comes back as:", comes_back_as)
difference = float(abs(output - model(x)).numpy().max())
print("largest difference:", difference)
print("model.save of a folder:", to_a_folder)
