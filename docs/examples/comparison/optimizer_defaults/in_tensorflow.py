import keras
import tensorflow as tf

w = tf.Variable([1.0, -2.0])
adamw = keras.optimizers.AdamW()
names = ("weight_decay", "epsilon")
defaults = {name: adamw.get_config()[name] for name in names}
print(defaults)

adamw = keras.optimizers.AdamW(
    0.1, weight_decay=0.01, epsilon=1e-8
)
for _ in range(10):
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(w**2)
    adamw.apply_gradients([(tape.gradient(loss, w), w)])
after_ten = w.numpy().tolist()
print("ten steps:", [round(v, 4) for v in after_ten])
