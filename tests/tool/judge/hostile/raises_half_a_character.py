def gradient(f, x):
    raise ValueError("half \ud800 and \x1b]0;a title\x07")
