import torch
from torch import nn

torch.manual_seed(0)
lstm = nn.LSTM(3, 4, batch_first=True, bidirectional=True)
x = torch.randn(2, 5, 3)  # two texts of five words

output, (h_n, _) = lstm(x)
print("output:", tuple(output.shape), " h_n:", tuple(h_n.shape))

joined, last = torch.cat([h_n[0], h_n[1]], dim=1), output[:, -1]
print("output[:, -1] has the right forward half:", last[:, :4].equal(joined[:, :4]))
print("and the right backward half:", last[:, 4:].equal(joined[:, 4:]))

_, (of_one_word, _) = lstm(x[:, -1:])
print("it has read the last word only:", last[:, 4:].allclose(of_one_word[1]))

first_row = h_n.view(2, -1)[0]
print("view puts two texts into a row:", first_row.equal(h_n[0].flatten()))
