import keras
import numpy as np

keras.utils.set_random_seed(0)
dense = keras.layers.Dense(50)
dense.build((None, 100))
bound = float(np.abs(dense.kernel.numpy()).max())
bias = float(np.abs(dense.bias.numpy()).max())
print(f"Dense: kernel within {bound:.3f} = sqrt(6/(100+50))")
print(f"       bias within {bias:.3f}")

embedding = keras.layers.Embedding(1000, 50)
embedding.build()
table = embedding.embeddings.numpy()
spread = float(table.std())
largest = float(np.abs(table).max())
print(f"Embedding: std {spread:.2f}, largest {largest:.2f}")
