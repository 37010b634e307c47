"""Near misses of model_building/padded_text_classifier."""

import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence

from backprep.testing import fails
from solutions.model_building.padded_text_classifier import PaddedTextClassifier


def _check(x, lengths):
    if (lengths < 1).any() or (lengths > x.shape[1]).any():
        raise ValueError(f"lengths must be from 1 to {x.shape[1]}")


@fails(
    "test_neighbours_do_not_matter",
    "test_padding_does_not_reach_the_forward_direction",
    "test_padding_does_not_reach_the_backward_direction",
    "test_words_get_their_gradient_and_padding_none",
    "test_refuses_lengths_that_do_not_fit",
)
class trusts_padding_idx(PaddedTextClassifier):
    """The pads are zeros, and the LSTM reads these zeros like any other word."""

    def __init__(self, vocab_size, embed_dim, num_classes):
        super().__init__(vocab_size, embed_dim, num_classes)
        self.embedding = nn.Embedding(vocab_size, embed_dim, padding_idx=0)

    def forward(self, x, lengths):
        _, (hidden, _) = self.encoder(self.embedding(x))
        return self.classifier(torch.cat([hidden[0], hidden[1]], dim=1))


@fails(
    "test_neighbours_do_not_matter",
    "test_padding_does_not_reach_the_backward_direction",
    "test_words_get_their_gradient_and_padding_none",
)
class mends_the_forward_half_only(PaddedTextClassifier):
    """The backward direction still begins in the padding."""

    def forward(self, x, lengths):
        _check(x, lengths)
        output, _ = self.encoder(self.embedding(x))
        rows = torch.arange(x.shape[0], device=x.device)
        last = output[rows, lengths.to(x.device) - 1, :128]
        return self.classifier(torch.cat([last, output[:, 0, 128:]], dim=1))


@fails(
    "test_neighbours_do_not_matter",
    "test_padding_does_not_reach_the_forward_direction",
    "test_padding_does_not_reach_the_backward_direction",
    "test_words_get_their_gradient_and_padding_none",
)
class zeroes_the_embeddings_of_padding(PaddedTextClassifier):
    """Zeros are an input too: both directions take steps on them."""

    def forward(self, x, lengths):
        _check(x, lengths)
        positions = torch.arange(x.shape[1], device=x.device)
        words = positions < lengths.to(x.device)[:, None]
        _, (hidden, _) = self.encoder(self.embedding(x) * words[..., None])
        return self.classifier(torch.cat([hidden[0], hidden[1]], dim=1))


@fails("test_words_get_their_gradient_and_padding_none")
class learns_nothing_for_id_zero(PaddedTextClassifier):
    """`padding_idx` keeps one row from learning, also where that id is a word."""

    def __init__(self, vocab_size, embed_dim, num_classes):
        super().__init__(vocab_size, embed_dim, num_classes)
        self.embedding = nn.Embedding(vocab_size, embed_dim, padding_idx=0)


@fails(
    "test_padding_does_not_reach_the_forward_direction",
    "test_padding_does_not_reach_the_backward_direction",
    "test_words_get_their_gradient_and_padding_none",
    "test_refuses_lengths_that_do_not_fit",
)
class counts_the_ids_that_are_not_zero(PaddedTextClassifier):
    """A text with id 0 among its words is cut short, and other padding is read."""

    def forward(self, x, lengths):
        return super().forward(x, (x != 0).sum(dim=1))


@fails(
    "test_neighbours_do_not_matter",
    "test_lengths_come_in_any_order",
)
class leaves_the_batch_sorted(PaddedTextClassifier):
    """Each text gets the logits of another one, without an error."""

    def forward(self, x, lengths):
        _check(x, lengths)
        lengths, order = lengths.cpu().sort(descending=True)
        embedded = self.embedding(x[order.to(x.device)])
        packed = pack_padded_sequence(embedded, lengths, batch_first=True)
        _, (hidden, _) = self.encoder(packed)
        return self.classifier(torch.cat([hidden[0], hidden[1]], dim=1))


@fails(
    "test_neighbours_do_not_matter",
    "test_lengths_come_in_any_order",
    "test_words_get_their_gradient_and_padding_none",
    "test_drops_hidden_units_in_train_mode",
    "test_leaves_its_arguments_as_they_were",
)
class needs_sorted_lengths(PaddedTextClassifier):
    """Works in a notebook with one sorted batch, and raises on the next."""

    def forward(self, x, lengths):
        _check(x, lengths)
        embedded = self.embedding(x)
        packed = pack_padded_sequence(embedded, lengths.cpu(), batch_first=True)
        _, (hidden, _) = self.encoder(packed)
        return self.classifier(torch.cat([hidden[0], hidden[1]], dim=1))


@fails(
    "test_lengths_may_be_on_either_device",
)
class packs_with_lengths_on_the_gpu(PaddedTextClassifier):
    """Runs on the CPU, and raises once the batch is moved to a GPU."""

    def forward(self, x, lengths):
        _check(x, lengths)
        packed = pack_padded_sequence(
            self.embedding(x), lengths, batch_first=True, enforce_sorted=False
        )
        _, (hidden, _) = self.encoder(packed)
        return self.classifier(torch.cat([hidden[0], hidden[1]], dim=1))


@fails(
    "test_leaves_its_arguments_as_they_were",
)
class blanks_the_padding_in_place(PaddedTextClassifier):
    """The caller's batch is not the same afterwards."""

    def forward(self, x, lengths):
        positions = torch.arange(x.shape[1], device=x.device)
        x[positions >= lengths.to(x.device)[:, None]] = 0
        return super().forward(x, lengths)


@fails(
    "test_has_the_layers_under_their_names",
    "test_neighbours_do_not_matter",
    "test_padding_does_not_reach_the_forward_direction",
    "test_padding_does_not_reach_the_backward_direction",
    "test_words_get_their_gradient_and_padding_none",
    "test_drops_hidden_units_in_train_mode",
)
class forgets_the_dropout(PaddedTextClassifier):
    """The head has three layers, so a saved one does not load, and dropout is gone."""

    def __init__(self, vocab_size, embed_dim, num_classes):
        super().__init__(vocab_size, embed_dim, num_classes)
        self.classifier = nn.Sequential(
            nn.Linear(256, 64), nn.ReLU(), nn.Linear(64, num_classes)
        )
