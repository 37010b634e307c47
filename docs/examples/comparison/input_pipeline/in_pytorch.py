import torch
from torch.utils.data import DataLoader, Dataset

calls = []


class Numbers(Dataset):
    def __len__(self):
        return 10

    def __getitem__(self, i):
        calls.append(i)
        return i


plain = [batch.tolist() for batch in DataLoader(Numbers(), 4)]
print("in order:", plain)
print("Python ran", len(calls), "times")

torch.manual_seed(0)
loader = DataLoader(Numbers(), None, shuffle=True)
orders = [[int(i) for i in loader] for _ in range(100)]
print("shuffled:", orders[0])
first = sorted({order[0] for order in orders})
print("first of 100 epochs:", first)
