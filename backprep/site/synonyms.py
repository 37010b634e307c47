"""What else people type when they look for a question: the search finds these."""

from backprep.bank.question import TOPICS, Question

OF_TOPICS = {
    "autograd": ["backward", "gradient", "grad_fn", "requires_grad", "zero_grad"],
    "model_building": ["nn.Module", "layer", "LSTM", "Embedding", "architecture"],
    "training_loop": ["zero_grad", "optimizer", "AdamW", "epoch", "CrossEntropyLoss"],
    "data_loading": ["Dataset", "DataLoader", "collate_fn", "num_workers", "batch"],
    "train_vs_eval": ["model.train", "model.eval", "no_grad", "Dropout", "BatchNorm"],
    "save_load": ["state_dict", "torch.save", "torch.load", "checkpoint", "resume"],
    "amp": ["AMP", "mixed precision", "autocast", "GradScaler", "float16", "bfloat16"],
    "pytorch_vs_tensorflow": ["TensorFlow", "Keras", "TF", "framework", "tf.function"],
}

OF_QUESTIONS = {
    "amp/saved_bytes": ["AMP", "activation memory", "GPU memory", "out of memory"],
    "amp/train_step": ["AMP", "gradient clipping", "loss scaling", "GradScaler"],
    "amp/which_dtype": ["AMP", "autocast", "bfloat16", "type promotion"],
    "autograd/grad_accumulates": ["zero_grad", "retain_graph", "backward twice"],
    "autograd/gradient": ["derivative", "automatic differentiation", "autodiff"],
    "autograd/leaky_graph": ["memory leak", "out of memory", "gradient descent"],
    "data_loading/shard_iterable": ["IterableDataset", "num_workers", "duplicates"],
    "data_loading/text_dataset": ["collate_fn", "padding", "__getitem__"],
    "model_building/padded_text_classifier": ["variable length", "padding_idx"],
    "model_building/text_classifier": ["nn.LSTM", "bidirectional", "RNN"],
    "pytorch_vs_tensorflow/comparison": ["Keras", "tf.function", "TorchScript"],
    "pytorch_vs_tensorflow/port_dense": ["Keras", "convert weights", "nn.Linear"],
    "save_load/checkpoint": ["resume", "random state", "state_dict"],
    "save_load/round_trip": ["pickle", "weights_only", "serialization"],
    "train_vs_eval/batch_norm": ["BatchNorm", "running_mean", "momentum"],
    "train_vs_eval/predict": ["inference", "no_grad", "model.eval"],
    "training_loop/accumulate_gradients": ["zero_grad", "gradient accumulation"],
    "training_loop/train_classifier": ["zero_grad", "validation", "AdamW", "fit"],
}


def of_topic(topic: str) -> list[str]:
    return OF_TOPICS.get(topic, [])


def of(question: Question) -> list[str]:
    return [TOPICS[question.topic], *OF_QUESTIONS.get(question.id, [])]
