def gradient(f, x):
    return gradient(f, x)
