"""The search finds what people type, as they type it, and nothing of an answer."""

import json
import re
from html import unescape

import pytest

from backprep.bank.questions import load_questions

pytestmark = pytest.mark.xdist_group("browser")

AUTOGRAD = "questions/autograd/"
MODELS = "questions/model_building/"
TRAINING = "questions/training_loop/"
DATA = "questions/data_loading/"
MODES = "questions/train_vs_eval/"
FILES = "questions/save_load/"
AMP = "questions/amp/"
TENSORFLOW = "questions/pytorch_vs_tensorflow/"

FIRST = {
    # a name in one word, in several, and as it is written
    "dataloader": DATA,
    "data loader": DATA,
    "DataLoader": DATA,
    "dataset": DATA,
    "iterabledataset": f"{DATA}shard_iterable/",
    "iterable dataset": f"{DATA}shard_iterable/",
    "num_workers": f"{DATA}shard_iterable/",
    "num workers": f"{DATA}shard_iterable/",
    "collate_fn": f"{DATA}pad_collate/",
    "collate": f"{DATA}pad_collate/",
    "batchnorm": f"{MODES}batch_norm/",
    "batch norm": f"{MODES}batch_norm/",
    "BatchNorm1d": f"{MODES}batch_norm/",
    "batch normalization": f"{MODES}batch_norm/",
    "running mean": f"{MODES}batch_norm/",
    "no_grad": f"{MODES}three_switches/",
    "no grad": f"{MODES}three_switches/",
    "inference": f"{MODES}three_switches/",
    "model.eval()": MODES,
    "train vs eval": MODES,
    "dropout": f"{MODES}dropout/",
    "gradscaler": f"{AMP}grad_scaler/",
    "GradScaler": f"{AMP}grad_scaler/",
    "grad scaler": f"{AMP}grad_scaler/",
    "loss scaling": f"{AMP}grad_scaler/",
    "autocast": f"{AMP}which_dtype/",
    "bf16": f"{AMP}which_dtype/",
    "amp": AMP,
    "mixed precision": AMP,
    "fp16": AMP,
    "half precision": AMP,
    "gpu memory": f"{AMP}saved_bytes/",
    "crossentropyloss": f"{TRAINING}train_classifier/",
    "cross entropy": "questions/generation/next_token_loss/",
    "nn.CrossEntropyLoss": f"{TRAINING}train_classifier/",
    "adamw": f"{TRAINING}adamw/",
    "clip_grad_norm_": f"{TRAINING}clip_grad_norm/",
    "training loop": TRAINING,
    "gradient accumulation": f"{TRAINING}accumulate_gradients/",
    "zero grad": f"{AUTOGRAD}grad_accumulates/",
    "zero_grad": f"{AUTOGRAD}grad_accumulates/",
    "zerograd": f"{AUTOGRAD}grad_accumulates/",
    "retain_graph": f"{AUTOGRAD}grad_accumulates/",
    "requires grad": AUTOGRAD,
    "requires_grad": AUTOGRAD,
    "autograd": AUTOGRAD,
    "memory leak": f"{AUTOGRAD}leaky_graph/",
    "lstm": f"{MODELS}text_classifier/",
    "rnn": f"{MODELS}text_classifier/",
    "padding": f"{MODELS}padded_text_classifier/",
    "state_dict": f"{FILES}round_trip/",
    "pickle": f"{FILES}what_pickle_runs/",
    "weights_only": f"{FILES}round_trip/",
    "torch.load": f"{FILES}round_trip/",
    "checkpoint": f"{FILES}checkpoint/",
    "resume training": f"{FILES}checkpoint/",
    "tensorflow": TENSORFLOW,
    "keras": f"{TENSORFLOW}port_dense/",
    "convert weights": f"{TENSORFLOW}port_dense/",
    "tf.function": f"{TENSORFLOW}comparison/",
    "torchscript": f"{TENSORFLOW}comparison/",
    "host the site": "guides/host_the_site/",
    "practice screen": "guides/practice/",
    "hints": "guides/practice/",
    "vscode": "guides/tutor/",
    "benchmarks": "amp/",
    "ddp": f"{TRAINING}accumulate_gradients/",
    # one mistake in typing
    "dataloder": DATA,
    "datalaoder": DATA,
    "gradsclaer": f"{AMP}grad_scaler/",
    "batchnrom": f"{MODES}batch_norm/",
    "tensorfow": TENSORFLOW,
    "crossentropylos": f"{TRAINING}train_classifier/",
    "autgrad": AUTOGRAD,
    "chekpoint": f"{FILES}checkpoint/",
    "pikcle": f"{FILES}what_pickle_runs/",
    "gradient acumulation": f"{TRAINING}accumulate_gradients/",
    "requries_grad": f"{MODES}three_switches/",
}


def targets(page, query):
    """The pages that are listed for a query, in their order."""
    box = page.get_by_role("textbox", name="Search")
    results = page.locator(".md-search-result__item")
    for text, state in (("", "detached"), (query, "visible")):
        box.fill(text)
        box.press("End")  # the theme listens to keys
        results.first.wait_for(state=state)
    pages = page.locator(".md-search-result__item > .md-search-result__link")
    return pages.evaluate_all("links => links.map(a => a.origin + a.pathname)")


def test_what_is_looked_for_comes_first(page, address):
    page.goto("")
    page.keyboard.press("/")
    found = {query: targets(page, query)[0].removeprefix(address) for query in FIRST}
    assert len(FIRST) > 60
    assert found == FIRST
    assert page.problems == []


@pytest.mark.parametrize("question", load_questions(), ids=str)
def test_the_index_holds_no_hint(site, question):
    index = json.loads((site / "search/search_index.json").read_text())
    text = " ".join(unescape(re.sub("<[^>]+>", "", e["text"])) for e in index["docs"])
    hints = [" ".join(hint.replace("`", "").split()) for hint in question.hints]
    assert [hint for hint in hints if hint[:40] in " ".join(text.split())] == []


def test_the_keyboard_goes_through_the_results(page):
    page.goto("")
    page.keyboard.press("/")
    assert targets(page, "gradscaler")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/questions/amp/grad_scaler/*")
    assert page.problems == []


def test_a_word_that_is_nowhere_is_named_as_missing(page):
    page.goto("")
    page.keyboard.press("/")
    assert targets(page, "checkpoint zeppelin")
    result = page.locator(".md-search-result__item").first
    assert "Missing: zeppelin" in result.inner_text().replace("\n", " ")


def test_selecting_and_typing_in_the_search_keeps_to_the_policy(page):
    page.goto("")
    page.keyboard.press("/")
    assert targets(page, "pickle")
    page.keyboard.press("Control+A")
    page.keyboard.type("dataset")
    page.keyboard.press("Escape")
    assert page.problems == []


def test_no_answer_is_listed(page):
    page.goto("")
    page.keyboard.press("/")
    for query in ("answer", "solution", "reference", "rubric", "people write instead"):
        assert not any("solutions/" in target for target in targets(page, query))
