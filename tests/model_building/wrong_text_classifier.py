"""Near misses of model_building/text_classifier."""

import torch
import torch.nn.functional as F
from torch import nn

from backprep.testing import fails
from solutions.model_building.text_classifier import TextClassifier


@fails(
    "test_gives_the_logits_of_the_same_weights",
    "test_reads_the_last_state_of_each_direction",
    "test_takes_one_text_and_one_word",
    "test_every_parameter_gets_its_gradient",
)
class reads_the_last_position(TextClassifier):
    """The backward half of the summary has seen one word, the last of the text."""

    def forward(self, x):
        output, _ = self.encoder(self.embedding(x))
        return self.classifier(output[:, -1])


@fails(
    "test_gives_the_logits_of_the_same_weights",
    "test_reads_the_last_state_of_each_direction",
    "test_takes_one_text_and_one_word",
    "test_every_parameter_gets_its_gradient",
)
class puts_the_backward_state_first(TextClassifier):
    """It learns just as well, but saved weights give other logits."""

    def forward(self, x):
        _, (hidden, _) = self.encoder(self.embedding(x))
        return self.classifier(torch.cat([hidden[1], hidden[0]], dim=1))


@fails(
    "test_gives_the_logits_of_the_same_weights",
    "test_reads_the_last_state_of_each_direction",
    "test_takes_one_text_and_one_word",
    "test_every_parameter_gets_its_gradient",
)
class flattens_the_states(TextClassifier):
    """The sizes fit, and each row is made of two different texts."""

    def forward(self, x):
        _, (hidden, _) = self.encoder(self.embedding(x))
        return self.classifier(hidden.reshape(x.shape[0], -1))


@fails(
    "test_gives_the_logits_of_the_same_weights",
    "test_reads_the_last_state_of_each_direction",
    "test_returns_logits",
    "test_takes_one_text_and_one_word",
    "test_drops_hidden_units_in_train_mode",
    "test_every_parameter_gets_its_gradient",
)
class ends_in_a_softmax(TextClassifier):
    """The loss applies another softmax, and stays above 0.55 for three classes."""

    def forward(self, x):
        _, (hidden, _) = self.encoder(self.embedding(x))
        logits = self.classifier(torch.cat([hidden[0], hidden[1]], dim=1))
        return logits.softmax(dim=1)


@fails(
    "test_takes_one_text_and_one_word",
)
class squeezes_the_batch(TextClassifier):
    """A batch of one loses its first dimension."""

    def forward(self, x):
        _, (hidden, _) = self.encoder(self.embedding(x))
        ends = torch.cat([hidden[0], hidden[1]], dim=1)
        return self.classifier(ends).squeeze(0)


@fails(
    "test_has_the_layers_under_their_names",
    "test_gives_the_logits_of_the_same_weights",
    "test_reads_the_last_state_of_each_direction",
    "test_takes_one_text_and_one_word",
    "test_repeats_itself_in_eval_mode",
    "test_drops_hidden_units_in_train_mode",
    "test_every_parameter_gets_its_gradient",
    "test_works_on_the_device_of_its_input",
)
class drops_units_in_eval_mode(nn.Module):
    """`F.dropout` does not know the mode of the module, so predictions differ."""

    def __init__(self, vocab_size, embed_dim, num_classes):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, embed_dim)
        self.encoder = nn.LSTM(embed_dim, 128, batch_first=True, bidirectional=True)
        self.classifier = nn.ModuleList(
            [nn.Linear(256, 64), nn.ReLU(), nn.Identity(), nn.Linear(64, num_classes)]
        )

    def forward(self, x):
        _, (hidden, _) = self.encoder(self.embedding(x))
        first, relu, _, last = self.classifier
        units = relu(first(torch.cat([hidden[0], hidden[1]], dim=1)))
        return last(F.dropout(units, 0.3))


@fails(
    "test_every_parameter_gets_its_gradient",
)
class freezes_the_embedding(TextClassifier):
    """`from_pretrained` freezes unless told otherwise, so words are never learnt."""

    def __init__(self, vocab_size, embed_dim, num_classes):
        super().__init__(vocab_size, embed_dim, num_classes)
        vectors = torch.randn(vocab_size, embed_dim)
        self.embedding = nn.Embedding.from_pretrained(vectors)


@fails(
    "test_gives_the_logits_of_the_same_weights",
    "test_works_on_the_device_of_its_input",
)
class starts_from_zeros_on_the_cpu(TextClassifier):
    """The zeros are float32 and on the CPU; the weights need be neither."""

    def forward(self, x):
        zeros = torch.zeros(2, x.shape[0], 128)
        _, (hidden, _) = self.encoder(self.embedding(x), (zeros, zeros))
        return self.classifier(torch.cat([hidden[0], hidden[1]], dim=1))
