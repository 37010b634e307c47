def gradient(f, x):
    return sum(range(10**13))
