import re
from datetime import date

from solutions.pytorch_vs_tensorflow.comparison import ROWS

# they stand in tests/facts/test_pytorch_vs_tensorflow.py
DEMONSTRATIONS = {
    "graph building": {
        "test_pytorch_captures_a_graph_when_asked",
        "test_tensorflow_runs_eagerly_until_a_function_is_traced",
    },
    "debugging": {
        "test_pytorch_shows_its_values_to_plain_python",
        "test_tensorflow_shows_its_values_to_plain_python",
    },
    "gradients": {
        "test_pytorch_adds_gradients_up_in_the_leaves",
        "test_tensorflow_returns_gradients_from_a_tape",
    },
    "data": {
        "test_pytorch_runs_the_dataset_in_python_for_every_item",
        "test_tensorflow_traces_the_function_of_a_dataset_once",
    },
    "saving": {
        "test_pytorch_exports_a_program_that_needs_no_class",
        "test_tensorflow_saves_a_graph_that_needs_no_class",
    },
}
# a row is about a feature when its own words for it hold one of these
FEATURES = {
    "graph building": r"graph|计算图",
    "debugging": r"debug|调试",
    "gradients": r"gradient|autograd|differentiation|梯度|求导",
    "data": r"\bdata|input pipeline|数据",
    "saving": r"sav(e|ing)|checkpoint|serialization|保存",
    "deployment": r"deploy|serving|production|部署",
    "ecosystem": r"ecosystem|community|research|industry|adoption|生态|学术|工业",
}

# what one names when one knows the row: any of these will do
PYTORCH = {
    "graph building": r"torch\.compile|torch\.export|torch\.fx|dynamo",
    "debugging": r"python|pdb|breakpoint|print|debugg|inspect|step|\bide\b|调试|断点",
    "gradients": r"backward|autograd|\bgrad\b|automatic differentiation",
    "data": r"data ?loader|dataset|collate|torch\.utils\.data",
    "saving": r"state.?dict|torch\.(save|export)|\.pth?2?\b|safetensors|export",
    "deployment": r"torch\.(export|compile)|\.pt2|aot|onnx|executorch|triton|vllm"
    r"|kserve|ray serve|tensorrt|openvino|litserve|bentoml|libtorch|export|serv",
}
TENSORFLOW = {
    "graph building": r"tf\.function",
    "debugging": r"eager|python|pdb|breakpoint|\.numpy\(|即时|断点",
    "gradients": r"tape",
    "data": r"tf\.data|dataset",
    "saving": r"saved.?model|\.?keras|\.h5|export|checkpoint",
    "deployment": r"saved.?model|serving|litert|tf ?lite|tensorflow lite|triton|tf\.js",
}

URL = r"https?://[\w-]+(?:\.[\w-]+)+[^\s,;()]*"
NO = r"\b(no|not|never|nothing|nor|neither|without|cannot)\b|n't\b|[不无没]"
TRACED = r"inside|within|\btf\.function|trac|captur|compil|under"

# claims that were true once, or never; NO and TRACED excuse the clause they are in
DEFAULT = r"default|since|tensorflow 2|tf ?2|unless|until|out of the box|默认"
DEFAULT += r"|\b(runs|executes|works|also) eager|unasked|being asked|from the start"
DEFAULT += r"|(do|doing|ask|asking)( for)? nothing"
STATIC = r"static|define.(and|then).run|静态"
PAST = rf"{NO}|{TRACED}|tensorflow 1|tf ?1|1\.x|\bwas\b|were|used to"
PAST += r"|only (when|if|on|for|after|in)|on (request|demand)|when|\bopt\b|option"
EAGER_IS_OFF = (
    r"eager.*(\boff\b|disabled|opt.?in|optional|(must|has to|needs? to) be)"
    r"|enable_eager|eager.*(must enable|as an option)"
    r"|graphs?( mode)? (is|are)( still)?( the)? default"
)
NOT_EAGER = r"(\bnot|n't|\bnever)( (?!only|just|merely)\w+){0,2} eager"
LAZY = r"\blaz(y|ily)\b|\bdeferred\b"
TOOL = r"(tf\.debugging\b(?!\.\w)|tfdbg|session)"
NEEDS_A_TOOL = (
    rf"(needs?|requires?|must|ha(s|ve) to|需|必须).*{TOOL}"
    rf"|{TOOL}.*\b(is|are) (needed|required|necessary|a must)"
)
PYTHON_IS_BLIND = (
    r"(pdb|breakpoint|print|debugger).*(\bnot|n't|never)|(cannot|can't|not).*pdb"
)
GONE = r"torch ?script|torch\.jit|jit\.(script|trace)|torch ?serve|pytorch mobile"
SAID_TO_BE_GONE = (
    r"deprecat|archiv|legacy|obsolete|outdated|supersed|replace[ds]|retired"
    r"|no longer|successor|avoid|discontinu|dropped|end of life|sunset|frozen"
    r"|abandon|read.only|way out|formerly|used to be"
    r"|favou?r of|t(ake|aken|akes|ook)\b.*\bplace|\bplace of\b|maintenance"
    r"|unmaintained|弃用|废弃|过时|归档|停止|淘汰"
    rf"|(\bnot|n't|never|instead of|rather than)( \w+){{0,3}} ({GONE})"
)
OF_TENSORFLOW_1 = r"placeholder|feed_?dict|sess(ion)?\.run|tf\.session|tf\.estimator"
SHARE = r"\d\s*[%\uff05]|\bper ?cent\b|\b(out of|in) (ten|10|five|5|four|4)\b"


def about(row, feature):
    return re.search(FEATURES[feature], row.feature, re.IGNORECASE) is not None


def rows(feature):
    found = [row for row in ROWS if about(row, feature)]
    assert found, f"there is no row about {feature}"
    return found


def clauses(text, pattern, unless):
    """The clauses that match `pattern` and say nothing of `unless`."""
    parts = re.split(r"[,;:,。;:\n]|\.\s|\bbut\b", text)
    kept = [part for part in parts if re.search(pattern, part, re.IGNORECASE)]
    return [part for part in kept if not re.search(unless, part, re.IGNORECASE)]


def demonstrations(row):
    return set(re.findall(r"\btest_\w+\b(?!\.py)", re.sub(URL, "", row.evidence)))


def dated_source(row):
    """Whether the evidence has a URL, and beside it a day or at least a year."""
    beside = re.sub(URL, "", row.evidence)
    for day in re.findall(r"(?<!\d)20\d\d-\d\d-\d\d(?!\d)", beside):
        try:
            date.fromisoformat(day)
        except ValueError:
            return False
    dated = re.search(r"(?<!\d)20[2-9]\d(?!\d)", beside)
    return dated is not None and re.search(URL, row.evidence) is not None


def test_has_a_row_for_each_feature():
    """All seven features are asked for; one row may be about two of them."""
    assert type(ROWS) is list, f"ROWS is a {type(ROWS).__name__}, not a list"
    for feature in FEATURES:
        assert rows(feature)


def test_says_something_in_every_cell():
    """A cell says in words of its own how it is on that side."""
    for row in ROWS:
        assert isinstance(row, tuple), f"{row!r} is no NamedTuple"
        assert row._fields == ("feature", "pytorch", "tensorflow", "evidence")
        assert all(type(cell) is str for cell in row), f"not all strings: {row}"
        for cell in (row.pytorch, row.tensorflow):
            enough = len(cell.split()) >= 4 or len(cell.strip()) >= 25
            assert enough, f"{row.feature}: {cell!r} says too little"
        assert row.pytorch != row.tensorflow, f"{row.feature}: both sides are the same"


def test_gives_evidence_for_every_row():
    """Name a demonstration, or give a URL and the day on which you read it."""
    for row in ROWS:
        enough = demonstrations(row) or dated_source(row)
        assert enough, f"{row.feature}: {row.evidence!r} holds neither"


def test_names_only_demonstrations_of_its_own_row():
    """A demonstration shows what it shows: copy its name from the row of the list."""
    for row in ROWS:
        own = [wanted for f, wanted in DEMONSTRATIONS.items() if about(row, f)]
        strange = demonstrations(row) - set().union(*own)
        fine = not strange or dated_source(row)
        assert fine, f"{row.feature}: not shown by {', '.join(sorted(strange))}"


def test_shows_both_sides_where_it_shows_one():
    """A row compares: name the demonstrations of both libraries, or a source."""
    for feature, wanted in DEMONSTRATIONS.items():
        for row in (row for row in ROWS if about(row, feature)):
            missing = wanted - demonstrations(row)
            fine = missing in (set(), wanted) or dated_source(row)
            assert fine, f"{row.feature}: missing {', '.join(sorted(missing))}"


def test_names_what_each_side_offers():
    """Name the thing: what captures, records, feeds, saves or serves on this side?"""
    for feature in PYTORCH:
        for side, known in (("pytorch", PYTORCH), ("tensorflow", TENSORFLOW)):
            text = " ".join(getattr(row, side) for row in rows(feature))
            named = re.search(known[feature], text, re.IGNORECASE)
            assert named, f"{feature}: what does {side} use? You say {text!r}"


def test_tensorflow_runs_eagerly_by_default():
    """Which of the two modes do you get in TensorFlow 2 without asking?"""
    text = ". ".join(row.tensorflow for row in rows("graph building"))
    assert re.search("eager|即时", text, re.IGNORECASE), f"no word of eager: {text!r}"
    assert re.search(DEFAULT, text, re.IGNORECASE), f"which is the default? {text!r}"
    wrong = clauses(text, STATIC, PAST) + clauses(text, EAGER_IS_OFF, f"{NO}|compat")
    wrong += clauses(text, LAZY, PAST)
    wrong += clauses(text, NOT_EAGER, rf"{TRACED}|tensorflow 1|tf ?1|1\.x|no longer")
    assert not wrong, f"that was TensorFlow 1: {wrong[0].strip()!r}"


def test_debugging_tensorflow_needs_no_module_of_its_own():
    """Eager values are there to be printed; only a traced function hides them."""
    for row in ROWS:
        wrong = clauses(row.tensorflow, NEEDS_A_TOOL, f"{NO}|{TRACED}")
        wrong += clauses(row.tensorflow, PYTHON_IS_BLIND, f"{TRACED}|graph")
        assert not wrong, f"{row.feature}: not so in eager mode: {wrong[0].strip()!r}"


def test_does_not_advise_what_is_no_longer_maintained():
    """What a project has deprecated is named as such, or not at all."""
    for row in ROWS:
        old = re.search(GONE, row.pytorch, re.IGNORECASE)
        fine = not old or re.search(SAID_TO_BE_GONE, row.pytorch, re.IGNORECASE)
        assert fine, f"{row.feature}: what became of {old[0]}? {row.pytorch!r}"
        excuse = f"{PAST}|{SAID_TO_BE_GONE}|compat"
        wrong = clauses(row.tensorflow, OF_TENSORFLOW_1, excuse)
        assert not wrong, f"{row.feature}: that was TensorFlow 1: {wrong[0].strip()!r}"


def test_gives_year_and_source_for_every_share():
    """A number that nobody can look up is a rumour: of which year, by whom?"""
    for row in ROWS:
        for cell in (row.pytorch, row.tensorflow):
            sentences = re.split(r"[.!?]\s|[。\n]", cell)
            for i, sentence in enumerate(sentences):
                if re.search(SHARE, sentence, re.IGNORECASE):
                    beside = " ".join(sentences[i : i + 2])
                    year = re.search(r"(?<!\d)20\d\d(?!\d)", beside)
                    assert year, f"{row.feature}: which year is it of? {sentence!r}"
                    assert dated_source(row), f"{row.feature}: who counted? {cell!r}"
