"""A site of a few pages that holds the elements as the real one does."""

import json
import shutil
from pathlib import Path

ASSETS = Path(__file__).parents[3] / "docs" / "assets"

QUESTIONS = [
    ("autograd/gradient", "The gradient of any function", "code", "easy", 10),
    ("autograd/leaf", "What is a leaf", "explain", "easy", 8),
    ("autograd/graph", "What this prints", "predict", "medium", 5),
    ("amp/step", "A step in half precision", "code", "hard", 20),
    ("amp/scaler", "The scaler that skips", "debug", "medium", 12),
]
TOPICS = {"autograd": "Autograd", "amp": "Mixed precision"}
AIMS = [
    {"name": "half precision", "title": "Half precision", "questions": ["amp/step"]}
]
TRUTH = {"leaf": True, "shape": [2, 3], "loss": 0.25, "dtype": "torch.float32"}
STARTER = "def answer():\n    raise NotImplementedError\n"
CARDS = {
    "autograd/gradient#11111111": ("Why one?", "Because of one."),
    "autograd/gradient#22222222": ("Why two?", "Because of <code>two</code>."),
    "amp/step#33333333": ("Why three?", "Because of three."),
}
"""By their keys, what stands on their two sides."""
SECRET = "the sentinel of the answer"

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'"
)


def build(folder: Path) -> None:
    for part in ("js", "vendor"):
        shutil.copytree(ASSETS / part, folder / "assets" / part)
    sheets = [path.read_text() for path in sorted((ASSETS / "css").glob("*.css"))]
    write(folder / "assets/backprep.css", "\n".join(sheets))
    listed = [
        {
            "id": id,
            "title": title,
            "topic": id.partition("/")[0],
            "topicTitle": TOPICS[id.partition("/")[0]],
            "kind": kind,
            "level": level,
            "minutes": minutes,
            "url": f"questions/{id}/",
        }
        for id, title, kind, level, minutes in QUESTIONS
    ]
    write(folder / "assets/data/questions.json", json.dumps(listed))
    write(folder / "assets/data/aims.json", json.dumps(AIMS))
    write(folder / "assets/truth/autograd/graph.json", json.dumps(TRUTH))
    for id, title, kind, _, minutes in QUESTIONS:
        write(folder / f"questions/{id}/index.html", question(id, title, kind, minutes))
        write(folder / f"solutions/{id}/index.html", answer(title))
        write(folder / f"hints/{id}/index.html", hints(title))
    start = '<a href="questions/autograd/gradient/">Start</a>'
    topic = '<backprep-topic topic="autograd">3 questions</backprep-topic>'
    home = f"{aim()}<backprep-next>{start}</backprep-next>{topic}"
    write(folder / "index.html", page("Home", home, "."))
    write(folder / "questions/index.html", page("All questions", table(listed), ".."))
    write(folder / "assets/data/cards.json", json.dumps(list(CARDS)))
    write(folder / "cards/deck/index.html", page("All cards", deck(), "../.."))
    for name in ("cards", "mock", "progress"):
        element = f"<backprep-{name}>Needs scripts.</backprep-{name}>"
        write(folder / name / "index.html", page(name, element, ".."))


def aim() -> str:
    names = {"everything": "Everything"} | {aim["name"]: aim["title"] for aim in AIMS}
    options = "".join(f'<option value="{n}">{t}</option>' for n, t in names.items())
    said = "".join(
        f'<span data-aim="{n}">All about {t}.</span>' for n, t in names.items()
    )
    return f"""<backprep-aim><label>Your aim <select disabled>{options}</select></label>
<p role="status">{said}</p></backprep-aim>"""


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def page(title: str, body: str, root: str) -> str:
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<meta name="viewport" content="width=device-width">
<meta name="backprep-root" content="{root}">
<title>{title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{root}/assets/backprep.css">
<script type="module" src="{root}/assets/js/backprep.js"></script>
</head>
<body class="md-typeset"><header><backprep-bar></backprep-bar></header>
<main><h1>{title}</h1>
{body}
</main></body>
</html>
"""


def question(id: str, title: str, kind: str, minutes: int) -> str:
    link = f"../../../solutions/{id}/"
    names = json.dumps(list(TRUTH))
    common = f'question="{id}" minutes="{minutes}"'
    own = {
        "predict": f"""<backprep-predict {common} names='{names}'>
<a href="{link}#truth">What it prints</a></backprep-predict>""",
        "explain": f'<backprep-rubric {common} seconds="120">'
        f'<a href="{link}#rubric">The rubric</a></backprep-rubric>',
    }.get(
        kind,
        f"""<backprep-judge {common}>
<div class="bp-starter"><pre><code>{STARTER}</code></pre></div>
<p>Judge it in a terminal.</p></backprep-judge>""",
    )
    parts = {
        "question": f"""<p>Write what {title} asks for in {minutes} minutes.</p>""",
        "hints": f"""<backprep-hints question="{id}" count="3">
<a href="../../../hints/{id}/">Hints</a></backprep-hints>""",
        "follow-ups": f"""<backprep-follow-ups question="{id}">
<ol><li>Why?</li><li>And then?</li></ol></backprep-follow-ups>""",
        "answer": f"""<backprep-reveal question="{id}">
<a href="{link}">Reveal the answer</a></backprep-reveal>""",
    }
    links = "".join(f'<a href="#{id}">{id.capitalize()}</a>' for id in parts)
    panels = "".join(
        f'<section class="bp-panel" id="{id}">{text}</section>'
        for id, text in parts.items()
    )
    panels = panels.replace("<p>Write", '<p class="bp-prompt">Write')
    body = f"""
<div class="bp-bench"><div class="bp-reading">
<p><backprep-state question="{id}"></backprep-state></p>
<backprep-tabs class="bp-tabs" aria-label="Parts">{links}</backprep-tabs>
{panels}
</div>
<backprep-split name="prompt" least="25" most="70" usual="42" aria-label="Width">
</backprep-split>
<section class="bp-desk" aria-label="Your answer">{own}
<backprep-grade question="{id}"></backprep-grade></section></div>
"""
    return page(title, body, "../../..")


def hints(title: str) -> str:
    texts = "".join(
        f'<details id="hint-{n}"><summary>Hint {n}</summary><p>Hint text {n}</p>'
        "</details>"
        for n in (1, 2, 3)
    )
    return page(f"Hints: {title}", texts, "../../..")


def answer(title: str) -> str:
    body = f"""
<div id="answer">
<h2 id="model-answer">What one says</h2><p>{SECRET} to {title}.</p>
<p><a href="#rubric" id="jump">The rubric</a> <a href="../../../mock/">A mock</a></p>
<pre><code>x = 1\n</code></pre>
<section id="reference"><details><summary>The code</summary>
<div class="highlight"><pre><code>def answer():
    return 2
</code></pre></div></details></section>
<div id="follow-up-1">Because of one.</div><div id="follow-up-2">Then two.</div>
<section id="rubric"><h2>Rubric</h2>
<p>Must have:</p><ul><li>names the leaf</li><li>says why</li></ul>
<p>Nice to have:</p><ul><li>mentions hooks</li></ul></section>
</div>
"""
    return page(f"Answer: {title}", body, "../../..")


def deck() -> str:
    return "".join(
        f'<section class="bp-card" data-card="{key}">'
        f'<div class="bp-card-front"><p>{front}</p></div>'
        f'<div class="bp-card-back"><p>{back}</p></div></section>'
        for key, (front, back) in CARDS.items()
    )


def table(listed: list[dict[str, object]]) -> str:
    rows = "".join(
        f'<tr><td><a href="../{q["url"]}">{q["title"]}</a></td>'
        f'<td><backprep-state question="{q["id"]}"></backprep-state></td></tr>'
        for q in listed
    )
    return (
        "<backprep-filter><table><thead><tr><th>Question</th><th>You</th></tr></thead>"
        f"<tbody>{rows}</tbody></table></backprep-filter>"
    )
