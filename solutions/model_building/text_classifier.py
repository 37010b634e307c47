"""Read the text from both ends, and classify what the two readers end with.

The LSTM returns the last hidden state of each direction apart from its output
sequence, as (directions, batch, units) even with `batch_first`. The forward one
has read the last word, the backward one the first: joined, both have seen the
whole text. The classifier ends in logits, as cross-entropy expects.
"""

import torch
from torch import Tensor, nn


class TextClassifier(nn.Module):
    """Word ids to class logits."""

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

    def forward(self, x: Tensor) -> Tensor:
        """Ids of shape (batch, seq_len) to logits of shape (batch, num_classes)."""
        _, (hidden, _) = self.encoder(self.embedding(x))
        return self.classifier(torch.cat([hidden[0], hidden[1]], dim=1))
