import numpy as np
import torch
from torch import nn

rng = np.random.default_rng(0)
kernel = rng.normal(size=(3, 4 * 2)).astype("float32")
recurrent = rng.normal(size=(2, 4 * 2)).astype("float32")
bias = rng.normal(size=4 * 2).astype("float32")
x = rng.normal(size=(1, 5, 3)).astype("float32")

lstm = nn.LSTM(3, 2, batch_first=True)
biases = [
    list(lstm.bias_ih_l0.shape),
    list(lstm.bias_hh_l0.shape),
]
with torch.no_grad():  # the gates keep their order
    lstm.weight_ih_l0.copy_(torch.tensor(kernel.T))
    lstm.weight_hh_l0.copy_(torch.tensor(recurrent.T))
    lstm.bias_ih_l0.copy_(torch.tensor(bias))
    lstm.bias_hh_l0.zero_()  # Keras has one bias
    output = lstm(torch.tensor(x))[0].numpy()
print("biases:", biases)
print("last state:", output[0, -1].round(4))
