"""Pack the batch, so that the LSTM reads words and nothing else.

In a padded batch the forward direction runs on into the padding, and the
backward one begins there. Packed, each text ends at its own last word: the
final states are those of the text alone, in the order of the batch.
"""

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence


class PaddedTextClassifier(nn.Module):
    """Word ids and lengths of texts to class logits."""

    def __init__(self, vocab_size: int, embed_dim: int, num_classes: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, embed_dim)
        self.encoder = nn.LSTM(embed_dim, 128, batch_first=True, bidirectional=True)
        self.classifier = nn.Sequential(
            nn.Linear(2 * 128, 64),
            nn.ReLU(),
            nn.Dropout(0.3),
            nn.Linear(64, num_classes),
        )

    def forward(self, x: Tensor, lengths: Tensor) -> Tensor:
        """Ids (batch, seq_len) and lengths (batch) to logits (batch, num_classes)."""
        lengths = lengths.cpu()  # packing takes them from nowhere else
        if lengths.min() < 1 or lengths.max() > x.shape[1]:
            raise ValueError(
                f"lengths must be from 1 to {x.shape[1]}, not {lengths.tolist()}"
            )
        packed = pack_padded_sequence(
            self.embedding(x), lengths, batch_first=True, enforce_sorted=False
        )
        _, (hidden, _) = self.encoder(packed)
        return self.classifier(torch.cat([hidden[0], hidden[1]], dim=1))
