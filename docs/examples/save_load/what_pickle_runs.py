import pickle
import zipfile

import torch

from solutions.save_load.what_pickle_runs import calls_when_loaded

note = calls_when_loaded(print, "  (this line was printed by the file)")
torch.save({"note": note, "weight": torch.ones(2)}, "model.pt")

print("without weights_only:")
print("  loaded:", torch.load("model.pt", weights_only=False))

print("with it:")
try:
    torch.load("model.pt", weights_only=True)
except pickle.UnpicklingError as error:
    said = next(line for line in str(error).splitlines() if "GLOBAL" in line)
    print("  refused:", said.partition("error: ")[2].partition(" by default")[0])

print("what it asks for, without loading:")
print(" ", torch.serialization.get_unsafe_globals_in_checkpoint("model.pt"))
with zipfile.ZipFile("model.pt") as file:
    print("  'weight' is data:", len(file.read("model/data/0")), "bytes")
