import keras
import numpy as np

keras.utils.set_random_seed(0)
lstm = keras.layers.LSTM(3)
plain = keras.layers.Embedding(10, 4)
masked = keras.layers.Embedding(10, 4, mask_zero=True)
text = np.array([[5, 6, 7]])
padded = np.array([[5, 6, 7, 0, 0]])


def same_state(embedding):
    """Whether padding leaves the LSTM's last state alone."""
    states = [lstm(embedding(ids)) for ids in (text, padded)]
    return bool(np.allclose(*states, atol=1e-6))


as_it_is = same_state(plain)
with_mask = same_state(masked)  # the mask travels by itself
print("padded, as it is: same state", as_it_is)
print("with mask_zero=True: same state", with_mask)
