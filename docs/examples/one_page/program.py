# tolerance: 5e-2
# %% tensors
import torch
from torch import nn

x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
y = x**2 + 2 * x + 1  # recorded as it runs
y.sum().backward()  # from a scalar; adds to x.grad
print("gradient:", x.grad)  # 2x + 2
try:
    y.sum().backward()
except RuntimeError as error:
    print("again:", str(error).partition(" (")[0])
with torch.no_grad():  # an update is not part of the graph
    x -= 0.5 * x.grad
print("after a step:", x.tolist())
print("dtypes:", x.dtype, torch.tensor([1, 2]).dtype)
print("broadcast:", (torch.ones(2, 1) * torch.ones(3)).shape)

device = torch.device("cpu")
if torch.accelerator.is_available():  # whoever made it
    device = torch.accelerator.current_accelerator()

# %% model
from torch.nn.functional import pad
from torch.nn.utils.rnn import pack_padded_sequence


class TextClassifier(nn.Module):
    def __init__(self, vocab_size, embed_dim, num_classes):
        super().__init__()  # before the first layer
        self.embedding = nn.Embedding(
            vocab_size, embed_dim, padding_idx=0
        )
        self.encoder = nn.LSTM(
            embed_dim, 64, batch_first=True, bidirectional=True
        )
        self.classifier = nn.Sequential(
            nn.Linear(2 * 64, 32),
            nn.ReLU(),
            nn.Dropout(0.3),
            nn.Linear(32, num_classes),
        )

    def forward(self, x, lengths):  # (batch, seq), (batch,)
        packed = pack_padded_sequence(
            self.embedding(x),  # (batch, seq, embed)
            lengths.cpu(),
            batch_first=True,
            enforce_sorted=False,
        )
        _, (hidden, _) = self.encoder(packed)  # (2, batch, 64)
        ends = torch.cat([hidden[-2], hidden[-1]], dim=1)
        return self.classifier(ends)  # logits: (batch, classes)


torch.manual_seed(0)
model = TextClassifier(vocab_size=20, embed_dim=16, num_classes=2)
model.to(device).eval()  # in place; a tensor's .to() is not
text = torch.tensor([[7, 3, 12]], device=device)
length = torch.tensor([3])
logits = model(text, length)
padded = model(pad(text, (0, 20)), length)
print("logits:", logits.shape)
print("the same with 20 zeros:", logits.equal(padded))
print("eval mode, and still a graph:", logits.requires_grad)
print("parameters:", sum(p.numel() for p in model.parameters()))

# %% data
import random

from torch.nn.utils.rnn import pad_sequence
from torch.utils.data import DataLoader, Dataset

GOOD, BAD = ["warm", "funny"], ["dull", "noisy"]
OTHER = ["the", "film", "plot", "cast", "and", "was", "rather"]
WORDS = ["<pad>", *GOOD, *BAD, *OTHER]  # id 0 is the padding
rng = random.Random(0)


def review(label):  # two words of its kind, one of the other
    own, other = (GOOD, BAD) if label else (BAD, GOOD)
    words = [*rng.choices(own, k=2), *rng.choices(other, k=1)]
    words += rng.choices(OTHER, k=rng.randint(0, 9))
    return " ".join(rng.sample(words, k=len(words)))


class Reviews(Dataset):
    def __init__(self, texts, labels):
        if len(texts) != len(labels):  # or nobody does
            raise ValueError("not as many labels as texts")
        self.texts, self.labels = texts, labels

    def __len__(self):
        return len(self.texts)

    def __getitem__(self, n):
        words = self.texts[n].split()
        ids = torch.tensor([WORDS.index(word) for word in words])
        return ids, self.labels[n]


def collate(batch):  # [(ids, label), ...]
    texts, labels = zip(*batch, strict=True)
    lengths = torch.tensor([len(text) for text in texts])
    x = pad_sequence(texts, batch_first=True, padding_value=0)
    return x, lengths, torch.tensor(labels)


def make_loader(size, generator=None):
    labels = [n % 2 for n in range(size)]
    return DataLoader(
        Reviews([review(label) for label in labels], labels),
        batch_size=32,  # the last batch holds what is left
        shuffle=generator is not None,
        generator=generator,
        collate_fn=collate,
        pin_memory=device.type == "cuda",
    )


shuffling = torch.Generator().manual_seed(0)
train_loader = make_loader(320, shuffling)
val_loader = make_loader(80)
print(val_loader.dataset.texts[0])
for x, lengths, y in val_loader:
    print(tuple(x.shape), tuple(lengths.shape), tuple(y.shape))

# %% loop
loss_fn = nn.CrossEntropyLoss()  # takes logits; the batch's mean


def train(model, loader, optimizer):
    model.train()  # evaluate left it in eval mode
    total, seen = torch.zeros((), device=device), 0
    for x, lengths, y in loader:
        x = x.to(device, non_blocking=True)
        y = y.to(device, non_blocking=True)
        optimizer.zero_grad()
        loss = loss_fn(model(x, lengths), y)
        loss.backward()
        nn.utils.clip_grad_norm_(
            model.parameters(),
            max_norm=1.0,
            error_if_nonfinite=True,
        )
        optimizer.step()
        total += loss.detach() * len(y)
        seen += len(y)
    return total.item() / seen


@torch.inference_mode()
def evaluate(model, loader):
    model.eval()
    total, right = torch.zeros(2, device=device)
    seen = 0
    for x, lengths, y in loader:
        logits, y = model(x.to(device), lengths), y.to(device)
        total += loss_fn(logits, y) * len(y)
        right += (logits.argmax(dim=1) == y).sum()
        seen += len(y)
    return total.item() / seen, right.item() / seen


def make(seed):
    torch.manual_seed(seed)
    model = TextClassifier(len(WORDS), embed_dim=16, num_classes=2)
    model.to(device)  # before the optimizer is made
    matrices = [p for p in model.parameters() if p.ndim >= 2]
    vectors = [p for p in model.parameters() if p.ndim < 2]
    groups = [
        {"params": matrices, "weight_decay": 0.01},  # the default
        {"params": vectors, "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(groups, lr=3e-3)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(
        optimizer, 8
    )
    return model, optimizer, schedule


def fit(epochs, model, optimizer, schedule):
    for epoch in epochs:
        loss = train(model, train_loader, optimizer)
        schedule.step()
        held_out, accuracy = evaluate(model, val_loader)
        print(
            f"epoch {epoch}: loss {loss:.4f}, "
            f"held out {held_out:.4f}, right {accuracy:.1%}"
        )


model, optimizer, schedule = make(seed=0)
fit(range(4), model, optimizer, schedule)

# %% resume
from pathlib import Path

state = {
    "epoch": 4,  # the one to go on with
    "model": model.state_dict(),
    "optimizer": optimizer.state_dict(),
    "schedule": schedule.state_dict(),
    "shuffling": shuffling.get_state(),
    "torch": torch.get_rng_state(),  # dropout draws from it
    "cuda": torch.cuda.get_rng_state_all(),  # or, there, from these
}
torch.save(state, "run.pt.new")
Path("run.pt.new").replace("run.pt")
print("without a break")
fit(range(4, 6), model, optimizer, schedule)

model, optimizer, schedule = make(seed=1)  # other weights
state = torch.load("run.pt", map_location="cpu", weights_only=True)
model.load_state_dict(state["model"])
optimizer.load_state_dict(state["optimizer"])
schedule.load_state_dict(state["schedule"])
shuffling.set_state(state["shuffling"])
torch.set_rng_state(state["torch"])
torch.cuda.set_rng_state_all(state["cuda"])
print("from the file")
fit(range(state["epoch"], 6), model, optimizer, schedule)

# %% amp
dtype = torch.bfloat16  # torch.float16 on a GPU without it
scaler = torch.amp.GradScaler(
    device.type, enabled=dtype == torch.float16
)


def amp_step(model, x, lengths, y, optimizer):
    model.train()
    optimizer.zero_grad()
    with torch.autocast(device.type, dtype=dtype):
        logits = model(x.to(device), lengths)
        loss = loss_fn(logits, y.to(device))
    scaler.scale(loss).backward()
    scaler.unscale_(optimizer)
    nn.utils.clip_grad_norm_(model.parameters(), max_norm=1.0)
    scaler.step(optimizer)
    scaler.update()
    return logits.dtype, loss.dtype


x, lengths, y = next(iter(train_loader))
print("logits, loss:", *amp_step(model, x, lengths, y, optimizer))
weight = model.classifier[0].weight
moment = optimizer.state[weight]["exp_avg"]
print("weight, gradient:", weight.dtype, weight.grad.dtype)
print("moment:", moment.dtype)
print("the scaler scales:", scaler.is_enabled())
