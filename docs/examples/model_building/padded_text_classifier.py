import torch
from torch.nn.functional import pad

from solutions.model_building.padded_text_classifier import PaddedTextClassifier
from solutions.model_building.text_classifier import TextClassifier

torch.manual_seed(0)
packing = PaddedTextClassifier(vocab_size=100, embed_dim=16, num_classes=2).eval()
reading_on = TextClassifier(vocab_size=100, embed_dim=16, num_classes=2).eval()
reading_on.load_state_dict(packing.state_dict())  # the same weights

text, length = torch.tensor([[17, 4, 52]]), torch.tensor([3])
with torch.no_grad():
    for zeros in (0, 2, 20):
        padded = pad(text, (0, zeros))
        print(f"{zeros:2} zeros, reading on:", reading_on(padded))
        print(f"{zeros:2} zeros, packing:   ", packing(padded, length))
