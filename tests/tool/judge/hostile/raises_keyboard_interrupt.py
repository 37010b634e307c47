def gradient(f, x):
    raise KeyboardInterrupt
