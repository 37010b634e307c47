import torch

graphs = []


def backend(graph, inputs):
    graphs.append(graph)
    return graph.forward


@torch.compile(backend=backend)
def double_and_add(x):
    doubled = x * 2
    print("  Python runs, doubled =", doubled)
    return doubled + 1


torch._dynamo.reset()
results = []
for value in (1.0, 2.0, 3.0):
    print("called with", value)
    results.append(double_and_add(torch.tensor(value)).item())
print("results:", results)
print("graphs, one on each side of the print:", len(graphs))
