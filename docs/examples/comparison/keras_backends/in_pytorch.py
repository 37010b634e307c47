import os

os.environ["KERAS_BACKEND"] = "torch"  # before the import

import keras
import numpy as np
import torch

kernel = np.array([[0.5, -1.0], [1.5, 2.0], [-0.5, 1.0]])
model = keras.Sequential(
    [keras.Input((3,)), keras.layers.Dense(2)]
)
model.set_weights([kernel, np.array([0.25, -0.75])])

backend = keras.backend.backend()
is_a_module = isinstance(model, torch.nn.Module)
output = model(torch.tensor([[1.0, 2.0, 3.0]]))
kind = type(output).__name__
output = output.tolist()
print("backend:", backend)
print("the model is an nn.Module:", is_a_module)
print("output:", kind, output)
