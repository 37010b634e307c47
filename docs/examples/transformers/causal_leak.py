import math

import torch
from torch.nn.functional import cross_entropy

from solutions.transformers.causal_leak import Decoder


class Looks(Decoder):
    def shifted(self, tokens):
        return tokens  # one bug is enough


for kind in (Decoder, Looks):
    torch.manual_seed(0)
    model = kind(vocab_size=8, embed_dim=8, num_heads=2, max_length=6, bos_id=0)
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.1)
    for _ in range(100):
        tokens = torch.randint(8, (64, 6))  # nothing in them can be predicted
        loss = cross_entropy(model(tokens).flatten(0, 1), tokens.flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"{kind.__name__}: {loss:.1f}, and {math.log(8):.1f} is the floor")
