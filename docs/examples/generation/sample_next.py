import torch

from solutions.generation.sample_next import next_distribution, sample_next

words = ["cat", "dog", "fish", "bird", "axolotl"]
logits = torch.tensor([[0.45, 0.30, 0.15, 0.07, 0.03]]).log()
cuts = {
    "as they are": {},
    "temperature 0.5": {"temperature": 0.5},
    "temperature 2": {"temperature": 2.0},
    "top_k 2": {"top_k": 2},
    "top_p 0.8": {"top_p": 0.8},
    "top_k 2, top_p 0.55": {"top_k": 2, "top_p": 0.55},
    "temperature 0": {"temperature": 0},
}
for name, cut in cuts.items():
    found = next_distribution(logits, **cut)[0].tolist()
    print(f"{name:20}", "  ".join(f"{p:.3f}" for p in found))

generator = torch.Generator().manual_seed(0)
drawn = sample_next(logits.expand(8, 5), top_p=0.8, generator=generator)
print("eight of top_p 0.8:", *(words[i] for i in drawn))
