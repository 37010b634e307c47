def gradient(f, x):
    raise SystemExit
