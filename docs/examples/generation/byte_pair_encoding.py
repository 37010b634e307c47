from solutions.generation.byte_pair_encoding import decode, encode, learn_merges

texts = b"low low lower lowest newest widest".split()
merges = learn_merges(texts, 8)
for new, pair in enumerate(merges, start=256):
    print(new, "=", pair, decode([new], merges).decode())


def split(text):
    return [decode([i], merges) for i in encode(text.encode(), merges)]


for text in ("lowest", "slower", "über"):
    print(f"{text:7}", *split(text))
