def gradient(f, x):
    return "ÿş"
