import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence

torch.manual_seed(0)
embedding = nn.Embedding(10, 4, padding_idx=0)
lstm = nn.LSTM(4, 3, batch_first=True)
text = torch.tensor([[5, 6, 7]])
padded = torch.tensor([[5, 6, 7, 0, 0]])


def last_state(ids, lengths=None):
    x = embedding(ids)
    if lengths is not None:
        x = pack_padded_sequence(x, lengths, batch_first=True)
    return lstm(x)[1][0]


right = last_state(text)
as_it_is = torch.allclose(last_state(padded), right)
packed = torch.allclose(last_state(padded, [3]), right)
print("padded, as it is: same state", as_it_is)
print("packed with its length: same state", packed)
