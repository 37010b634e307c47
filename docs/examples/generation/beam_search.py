import torch

from solutions.generation.beam_search import beam_search

words = ["<end>", "the", "a", "cat", "dog"]
chances = torch.tensor(
    [
        [1.00, 0.00, 0.00, 0.00, 0.00],  # after <end>
        [0.02, 0.00, 0.00, 0.50, 0.48],  # after "the"
        [0.02, 0.00, 0.00, 0.03, 0.95],  # after "a"
        [0.30, 0.35, 0.35, 0.00, 0.00],  # after "cat"
        [0.90, 0.05, 0.05, 0.00, 0.00],  # after "dog"
    ]
)
start = torch.tensor([3])


def model(tokens):
    return chances.log()[tokens]


for beams, penalty in ((1, 1.0), (2, 1.0), (2, 0.0), (50, 1.0)):
    text, score = beam_search(model, start, beams, 3, 0, penalty)
    print(f"{beams:2} beams, penalty {penalty}: {score:.3f}", *(words[i] for i in text))
