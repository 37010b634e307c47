def gradient(f, x):
    while True:
        x = x + 0
