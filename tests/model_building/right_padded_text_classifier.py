"""Other right answers to model_building/padded_text_classifier."""

import torch
from torch.nn.utils import rnn

from solutions.model_building.padded_text_classifier import PaddedTextClassifier


def _check(x, lengths):
    if lengths.min() < 1 or lengths.max() > x.shape[1]:
        raise ValueError(f"lengths must be from 1 to {x.shape[1]}")


class sorts_and_sorts_back(PaddedTextClassifier):
    """Sorted by length, the batch packs with the default `enforce_sorted=True`, which
    export to ONNX asks for. Whoever forgets to sort back gets no error."""

    def forward(self, x, lengths):
        _check(x, lengths)
        sizes, order = lengths.cpu().sort(descending=True)
        embedded = self.embedding(x[order.to(x.device)])
        packed = rnn.pack_padded_sequence(embedded, sizes, batch_first=True)
        _, (hidden, _) = self.encoder(packed)
        ends = torch.cat(tuple(hidden), dim=1)
        return self.classifier(ends[order.argsort().to(x.device)])


class counts_on_the_cpu(PaddedTextClassifier):
    """`tolist` waits for the device once, and the lengths are on the CPU from the first
    line on, so that the check costs no second transfer. They go through a Python list,
    which is slow for a very large batch."""

    def forward(self, x, lengths):
        sizes = torch.tensor(lengths.tolist())
        _check(x, sizes)
        packed = rnn.pack_padded_sequence(
            self.embedding(x), sizes, batch_first=True, enforce_sorted=False
        )
        _, (hidden, _) = self.encoder(packed)
        return self.classifier(torch.cat([hidden[0], hidden[1]], dim=1))


class takes_the_texts_apart(PaddedTextClassifier):
    """Cutting each text out says plainly what is read, and padding cannot leak into
    what is never there. The Python loop over the batch is slow for a large one."""

    def forward(self, x, lengths):
        _check(x, lengths)
        texts = [text[:n] for text, n in zip(x, lengths.tolist(), strict=True)]
        packed = rnn.pack_sequence(
            [self.embedding(text) for text in texts], enforce_sorted=False
        )
        _, (hidden, _) = self.encoder(packed)
        return self.classifier(hidden.transpose(0, 1).flatten(1))


class rolls_the_padding_to_the_front(PaddedTextClassifier):
    """Without packing: the backward direction reads a batch that is padded on the left,
    so that both begin at a word. It works where packing is not supported, and runs the
    LSTM twice, with half of each run thrown away."""

    def forward(self, x, lengths):
        _check(x, lengths)
        lengths = lengths.to(x.device)
        rows = torch.arange(x.shape[0], device=x.device)
        positions = torch.arange(x.shape[1], device=x.device)
        first = x.shape[1] - lengths
        rolled = x.gather(1, (positions - first[:, None]) % x.shape[1])
        behind, _ = self.encoder(self.embedding(x))
        before, _ = self.encoder(self.embedding(rolled))
        ends = behind[rows, lengths - 1, :128], before[rows, first, 128:]
        return self.classifier(torch.cat(ends, dim=1))
