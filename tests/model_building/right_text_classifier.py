"""Other right answers to model_building/text_classifier."""

import torch
from torch import nn
from torch.nn.utils import rnn

from solutions.model_building.text_classifier import TextClassifier


class cuts_the_ends_out_of_the_output(TextClassifier):
    """Each direction's last output is its final state: the forward one's at the end of
    the text, the backward one's at its beginning. This holds for a single layer's
    hidden state, not for its cell state, and not with padding."""

    def forward(self, x):
        output, _ = self.encoder(self.embedding(x))
        forward, backward = output.chunk(2, dim=2)
        return self.classifier(torch.cat([forward[:, -1], backward[:, 0]], dim=1))


class moves_the_batch_to_the_front(TextClassifier):
    """Once the batch comes first, flattening joins each text's own two states, for any
    number of directions. It hides the order of the halves, which `cat` spells out."""

    def forward(self, x):
        _, (hidden, _) = self.encoder(self.embedding(x))
        return self.classifier(hidden.transpose(0, 1).flatten(start_dim=1))


class _Head(nn.Sequential):
    """From the summary of a text to its logits."""

    def __init__(self, features, hidden, num_classes):
        super().__init__(
            nn.Linear(features, hidden),
            nn.ReLU(inplace=True),
            nn.Dropout(0.3),
            nn.Linear(hidden, num_classes),
        )


class names_its_parts(nn.Module):
    """The head is a class and the sizes have names, which pays once there are several
    models. The summary is a method, so that texts can be compared by it. With
    `padding_idx=0` the row of id 0 never learns, so no word may have that id."""

    UNITS = 128

    def __init__(self, vocab_size, embed_dim, num_classes):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, embed_dim, padding_idx=0)
        self.encoder = nn.LSTM(
            embed_dim, self.UNITS, batch_first=True, bidirectional=True
        )
        self.classifier = _Head(2 * self.UNITS, 64, num_classes)

    def summary(self, x):
        _, (hidden, _) = self.encoder(self.embedding(x))
        forward, backward = hidden.unbind(0)
        return torch.hstack((forward, backward))

    def forward(self, x):
        return self.classifier(self.summary(x))


class packs_the_texts(TextClassifier):
    """Packed sequences are ready for texts that differ in length. Here all are of one
    length, and packing costs a copy for nothing."""

    def forward(self, x):
        words = rnn.pack_sequence(list(self.embedding(x)))
        _, (hidden, _) = self.encoder(words)
        return self.classifier(torch.cat(tuple(hidden), dim=-1))
