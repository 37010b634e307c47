import torch

graphs = []


def keep(graph, inputs):
    graphs.append(graph)
    return graph.forward


calls, total = [], torch.zeros(())


@torch.compile(backend=keep)
def counts_in_a_list(x):
    calls.append("called")
    return 2 * x


@torch.compile(backend=keep)
def counts_in_a_tensor(x):
    total.add_(1)
    return 2 * x


for counts in (counts_in_a_list, counts_in_a_tensor):
    graphs.clear()
    for _ in range(5):
        counts(torch.ones(2))
    print(f"{counts.__name__}, graphs in five calls:", len(graphs))
print("counted:", len(calls), int(total))
