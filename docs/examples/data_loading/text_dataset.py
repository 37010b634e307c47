from torch.utils.data import DataLoader

from solutions.data_loading.text_dataset import TextDataset, make_loader

texts = [[1], [2, 2], [3, 3, 3], [4, 4, 4, 4], [5, 5]]
dataset = TextDataset(texts, labels=[0, 1, 0, 1, 0])

loader = make_loader(dataset, batch_size=2, seed=0)
for epoch in range(2):
    print(f"epoch {epoch}:", *(batch.tolist() for batch, _ in loader))
again = make_loader(dataset, batch_size=2, seed=0)
print("again:  ", *(batch.tolist() for batch, _ in again))

try:
    next(iter(DataLoader(dataset, batch_size=2)))
except RuntimeError as error:
    print("without collate_fn:", error)
