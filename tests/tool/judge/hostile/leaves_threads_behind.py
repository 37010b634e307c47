import threading
import time


def gradient(f, x):
    for _ in range(4):
        threading.Thread(target=time.sleep, args=(3600,)).start()
    return x
