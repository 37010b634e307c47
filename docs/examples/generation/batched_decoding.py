import torch
from torch.nn.functional import one_hot

from solutions.generation.batched_decoding import greedy_decode

prompts = [torch.tensor([5, 6, 7]), torch.tensor([8])]


def model(tokens, attention_mask, position_ids):
    """Its next token is the number of tokens seen so far."""
    if len(tokens) == 2:
        print(f"step {tokens.shape[1] - 2}\n  tokens    {tokens.tolist()}")
        print(f"  mask      {attention_mask.int().tolist()}")
        print(f"  positions {position_ids.tolist()}")
    return one_hot(attention_mask.cumsum(dim=1), 10).float()


print("both:", greedy_decode(model, prompts, 3, eos_id=4, pad_id=0))
for prompt in prompts:
    print(prompt.tolist(), "alone:", *greedy_decode(model, [prompt], 3, 4, 0))
