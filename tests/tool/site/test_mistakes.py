"""Near misses as diffs: what is marked is the mistake, and nothing that is innocent."""

import ast
from functools import cache
from itertools import pairwise

import pytest

from backprep.bank import source
from backprep.bank.near_misses import near_misses
from backprep.bank.question import read_text
from backprep.bank.questions import load_questions, read_question
from backprep.site import diff, mistakes
from backprep.site.mistakes import Line

QUESTIONS = load_questions()


@cache
def diffs(question):
    fails = {wrong.name: wrong.fails for wrong in near_misses(question)}
    near, right = question.near_misses_path, question.solution_path
    return mistakes.diffs(read_text(near), read_text(right), fails)


# what the title, the consequence and the checks of each say is wrong with it
MARKED = {
    "amp/saved_bytes takes_a_view_for_its_storage": [
        "- there_anyway = {",
        "- t.untyped_storage().data_ptr() for t in (x, *model.parameters())",
        "- }",
        "+ skip = {t.data_ptr() for t in (x, *model.parameters())}",
        "+ saved[t.data_ptr()] = t.untyped_storage()",
    ],
    "amp/saved_bytes counts_the_parameters_too": [
        "- there_anyway = {",
        "- t.untyped_storage().data_ptr() for t in (x, *model.parameters())",
        "- }",
        "+ saved.pop(x.untyped_storage().data_ptr(), None)",
    ],
    "amp/saved_bytes leaves_out_every_leaf": [
        "- there_anyway = {",
        "- t.untyped_storage().data_ptr() for t in (x, *model.parameters())",
        "- }",
        "+ if not t.is_leaf:",
    ],
    "amp/saved_bytes runs_the_backward_pass_as_well": [
        "+ out.sum().backward()",
    ],
    "amp/saved_bytes lets_a_copy_of_x_require_a_gradient": [
        "+ x = x.detach().clone().requires_grad_()",
    ],
    "amp/train_step clips_the_scaled_gradients": [
        "- scaler.unscale_(optimizer)",
    ],
    "amp/train_step writes_cuda_for_the_device": [
        "- device = next(model.parameters()).device",
        "- with torch.autocast(device.type, dtype=dtype):",
        '+ with torch.autocast("cuda", dtype=dtype):',
    ],
    "amp/train_step goes_backward_under_autocast": [
        "- scaler.scale(loss).backward()",
        "+ scaler.scale(loss).backward()",
    ],
    "amp/train_step steps_past_the_scaler": [
        "- scaler.step(optimizer)  # does not divide again, and skips inf and nan",
        "+ optimizer.step()",
    ],
    "amp/train_step never_clears_the_gradients": [
        "- optimizer.zero_grad()",
    ],
    "amp/train_step returns_the_scaled_loss": [
        "- loss = loss_fn(model(inputs), targets)",
        "+ loss = scaler.scale(loss_fn(model(inputs), targets))",
    ],
    "amp/train_step puts_all_of_it_in_train_mode": [
        "+ model.train()",
    ],
    "amp/which_dtype thinks_that_the_weights_decide": [
        '+ ("logits", "softmax", "layer_norm", "total"), "float32"',
    ],
    "amp/which_dtype thinks_that_bfloat16_counts_to_257": [
        '+ PREDICTIONS = RIGHT | {"one_more": 257.0}',
    ],
    "autograd/grad_accumulates thinks_that_autograd_saved_a_copy": [
        '+ "edit_under_no_grad_raises": False,',
        '+ "edit_through_data": 2.0,',
    ],
    "autograd/grad_accumulates leaves_out_the_line_it_is_not_sure_of": [
        '+ PREDICTIONS: ClassVar = {n: RIGHT[n] for n in RIGHT if n != "grad_of_y"}',
    ],
    "autograd/gradient marks_the_tensor_it_was_given": [],
    "autograd/gradient keeps_the_graph_of_the_gradient": [
        "+ leaf = x.clone().requires_grad_()",
        "+ (result,) = torch.autograd.grad(y, leaf, create_graph=True, "
        "allow_unused=True)",
    ],
    "autograd/gradient switches_gradients_on_for_good": [
        "+ torch.set_grad_enabled(True)",
    ],
    "autograd/leaky_graph mends_nothing": [
        "+ loss = ((w * x + b - y) ** 2).sum()",
        "- losses.append(loss.item())",
        "+ losses.append(loss)",
        "+ w = w - lr * w0.grad",
        "+ b = b - lr * b0.grad",
    ],
    "autograd/leaky_graph updates_through_the_graph": [
        "+ w.retain_grad()",
        "+ b.retain_grad()",
        "+ w = w - lr * w.grad",
        "+ b = b - lr * b.grad",
    ],
    "autograd/leaky_graph takes_the_sum_for_the_mean": [
        "+ loss = ((w * x + b - y) ** 2).sum()",
    ],
    "autograd/leaky_graph keeps_the_loss_tensors_to_the_end": [
        "- losses.append(loss.item())",
        "+ losses.append(loss)",
        "+ return w.item(), b.item(), [loss.item() for loss in losses]",
    ],
    "data_loading/shard_iterable leaves_the_work_to_one_worker": [
        "+ if worker is None or worker.id == 0:",
        "+ return iter(())",
    ],
    "data_loading/shard_iterable deals_by_hash": [
        "+ return (x for x in self.source() if hash(x) % count == first)",
    ],
    "data_loading/text_dataset pads_every_text_in_advance": [
        "+ longest = max(len(text) for text in texts)",
        "+ for text in texts:",
        "+ text += [0] * (longest - len(text))",
    ],
    "data_loading/text_dataset drops_the_last_batch": [
        "+ drop_last=True,",
    ],
    "data_loading/text_dataset shuffles_alike_in_every_epoch": [
        "- shuffle=shuffle,",
        "+ sampler=_Permutation(len(dataset), seed) if shuffle else None,",
    ],
    "data_loading/text_dataset pins_memory_everywhere": [
        "- pin_memory=torch.cuda.is_available(),",
        "+ pin_memory=True,",
    ],
    "data_loading/text_dataset keeps_every_loader": [
        "+ persistent_workers=num_workers > 0,",
        "+ _LOADERS.append(loader)",
    ],
    "model_building/padded_text_classifier needs_sorted_lengths": [
        "+ packed = pack_padded_sequence(embedded, lengths.cpu(), batch_first=True)",
    ],
    "model_building/padded_text_classifier blanks_the_padding_in_place": [
        "+ x[positions >= lengths.to(x.device)[:, None]] = 0",
    ],
    "model_building/text_classifier puts_the_backward_state_first": [
        "- return self.classifier(torch.cat([hidden[0], hidden[1]], dim=1))",
        "+ return self.classifier(torch.cat([hidden[1], hidden[0]], dim=1))",
    ],
    "model_building/text_classifier ends_in_a_softmax": [
        "+ return logits.softmax(dim=1)",
    ],
    "model_building/text_classifier freezes_the_embedding": [
        "+ vectors = torch.randn(vocab_size, embed_dim)",
        "+ self.embedding = nn.Embedding.from_pretrained(vectors)",
    ],
    "pytorch_vs_tensorflow/port_dense reshapes_the_kernel": [
        "+ linear.weight = _parameter(kernel.reshape(kernel.shape[::-1]))",
    ],
    "pytorch_vs_tensorflow/port_dense ends_with_a_relu": [
        "- layers += [nn.ReLU(), linear]",
        "+ layers += [linear, nn.ReLU()]",
        "- return nn.Sequential(*layers[1:])",
        "+ return nn.Sequential(*layers)",
    ],
    "pytorch_vs_tensorflow/port_dense shares_memory_with_the_arrays": [
        "+ linear.weight = nn.Parameter(torch.from_numpy(kernel.T).float())",
        "+ linear.bias = nn.Parameter(torch.from_numpy(bias).float())",
    ],
    "save_load/checkpoint forgets_the_optimizer": [
        '- "optimizer": optimizer.state_dict(),',
        '- optimizer.load_state_dict(state["optimizer"])',
    ],
    "save_load/checkpoint forgets_the_schedule": [
        '- "scheduler": scheduler.state_dict(),',
        '- scheduler.load_state_dict(state["scheduler"])',
    ],
    "save_load/checkpoint returns_the_next_epoch": [
        '- return state["epoch"]',
        '+ return state["epoch"] + 1',
    ],
    "save_load/checkpoint moves_the_old_file_away": [
        "+ if path.exists():",
        '+ path.replace(Path(folder, "old"))',
    ],
    "save_load/round_trip switches_to_eval_before_saving": [
        "+ model.eval()",
    ],
    "save_load/round_trip forgets_eval_mode": [
        "+ return model.to(device)",
    ],
    "train_vs_eval/batch_norm keeps_the_biased_variance": [
        "+ self._take_in(mean, var)",
    ],
    "train_vs_eval/batch_norm normalises_by_the_unbiased_variance": [
        "+ var, mean = torch.var_mean(x, 0)",
    ],
    "train_vs_eval/batch_norm holds_the_statistics_constant": [
        "+ var, mean = torch.var_mean(x.detach(), 0, correction=0)",
    ],
    "train_vs_eval/batch_norm subtracts_the_squares": [
        "+ mean = x.mean(0)",
        "+ var = (x**2).mean(0) - mean**2",
    ],
    "train_vs_eval/predict detaches_the_result": [
        "+ return model(x).detach().argmax(-1)",
    ],
    "train_vs_eval/predict restores_through_train": [
        "+ module.train(training)",
    ],
    "train_vs_eval/predict takes_the_second_dimension_for_the_last": [
        "+ return model(x).argmax(1)",
    ],
    "training_loop/accumulate_gradients clears_the_gradients_in_the_loop": [
        "+ model.zero_grad()",
    ],
    "training_loop/accumulate_gradients returns_a_loss_with_its_graph": [
        "+ mean_loss += loss",
    ],
    "training_loop/accumulate_gradients adds_up_in_single_precision": [
        "+ mean_loss = torch.zeros(())",
    ],
    "training_loop/train_classifier forgets_to_clear_the_gradients": [
        "- optimizer.zero_grad()",
    ],
    "training_loop/train_classifier sets_train_mode_once": [
        "+ model.train()",
        "- model.train()",
    ],
    "training_loop/train_classifier adds_up_losses_with_their_graphs": [
        "+ total += loss * len(y)",
    ],
    "training_loop/train_classifier steps_by_unclipped_gradients": [
        "+ nn.utils.clip_grad_norm_(model.parameters(), max_norm)",
    ],
    "training_loop/train_classifier moves_the_model_and_the_inputs": [
        "- y = y.to(device, non_blocking=True)",
        "- y = y.to(device, non_blocking=True)",
    ],
    "training_loop/train_classifier trusts_eval_mode_with_the_gradients": [
        "- with torch.no_grad():",
    ],
}


@pytest.mark.parametrize("near_miss", MARKED)
def test_the_mistake_is_marked_and_nothing_else(near_miss):
    place, name = near_miss.split()
    lines = diffs(read_question(place))[name]
    marked = [f"{line.sign} {line.text.strip()}" for line in lines if line.sign != " "]
    assert marked == MARKED[near_miss]


@pytest.mark.parametrize("question", QUESTIONS, ids=str)
def test_a_diff_without_what_is_missing_is_the_near_miss(question):
    nodes = source.parse(read_text(question.near_misses_path)).body
    written = {node.name: node for node in nodes if isinstance(node, source.Definition)}
    for name, lines in diffs(question).items():
        own = "\n".join(line.text for line in lines if line.sign != "-")
        node = written[name]
        node.body = node.body[1:]  # the docstring
        node.decorator_list = [
            d for d in node.decorator_list if "fails" not in ast.unparse(d)
        ]
        assert ast.unparse(ast.parse(own)) == ast.unparse(node)


@pytest.mark.parametrize("question", QUESTIONS, ids=str)
def test_what_is_marked_as_missing_is_in_the_reference_and_not_in_place(question):
    for lines in diffs(question).values():
        for one, other in pairwise(lines):
            assert (one.sign, other.sign, one.text) != ("-", " ", other.text)


@pytest.mark.parametrize(
    ("place", "name", "before", "missing", "after"),
    [
        (
            "amp/train_step",
            "never_clears_the_gradients",
            "    device = next(model.parameters()).device",
            "    optimizer.zero_grad()",
            "    with torch.autocast(device.type, dtype=dtype):",
        ),
        (
            "training_loop/train_classifier",
            "forgets_to_clear_the_gradients",
            "            y = y.to(device, non_blocking=True)",
            "            optimizer.zero_grad()",
            "            loss = cross_entropy(model(x), y)",
        ),
        (
            "save_load/checkpoint",
            "forgets_the_schedule",
            '            "optimizer": optimizer.state_dict(),',
            '            "scheduler": scheduler.state_dict(),',
            '            "epoch": epoch,',
        ),
    ],
)
def test_a_missing_line_is_shown_where_it_would_stand(
    place, name, before, missing, after
):
    lines = diffs(read_question(place))[name]
    at = lines.index(Line("-", missing))
    assert [lines[at - 1].text, lines[at + 1].text] == [before, after]


def test_a_missing_line_has_the_near_miss_s_own_names():
    lines = diffs(read_question("training_loop/train_classifier"))
    missing = [x.text for x in lines["averages_the_batch_means"] if x.sign == "-"]
    assert "            seen += len(y)" in missing


def test_a_decorator_that_matters_is_shown():
    lines = diffs(read_question("train_vs_eval/predict"))["restores_through_train"]
    assert [line.text for line in lines][:2] == [
        "@torch.no_grad()",
        "def restores_through_train(model, x):",
    ]


def test_each_line_is_an_element_that_says_what_it_is():
    shown = diff.html([Line(" ", "a = 1"), Line("-", ""), Line("+", "b < a")])
    assert [tag in shown for tag in ("<span>", "<del>\n</del>", "<ins>")] == [True] * 3
    assert "&lt;" in shown
    assert "bp-signed" in shown
    assert "bp-signed" not in diff.html([Line(" ", "a = 1")])


def test_a_near_miss_may_end_its_file_with_its_docstring():
    near = 'def does_nothing(x):\n    """Nothing comes of it."""'
    right = "def double(x):\n    return 2 * x\n"
    (lines,) = mistakes.diffs(near, right, {"does_nothing": frozenset()}).values()
    assert [line.text for line in lines][:1] == ["def does_nothing(x):"]
