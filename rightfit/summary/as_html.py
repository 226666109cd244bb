"""The summary as a page of its own: nothing to fetch, one or two sheets of A4 on paper."""

from __future__ import annotations

from jinja2 import Environment, StrictUndefined

from rightfit.practice import Practice
from rightfit.records import Summary
from rightfit.summary.legible import as_name, legible
from rightfit.summary.lines import words_for
from rightfit.summary.need_map import need_map
from rightfit.summary.reading_order import GAP, blocks, label, pairs, with_gaps

_STYLE = """
:root { color-scheme: light dark; --ink: #1d2426; --quiet: #545d60; --line: #84898a;
  --accent: #17585a; --paper: #fdfcfa; }
@media (prefers-color-scheme: dark) { :root { --ink: #eceae6; --quiet: #b4bbbc; --line: #7d8586;
  --accent: #93d3cf; --paper: #171b1c; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 46rem; padding: 1.5rem 1.0625rem 3rem; color: var(--ink);
  background: var(--paper); font: 1.0625rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto,
  "Liberation Sans", sans-serif; overflow-wrap: anywhere; }
h1, h2, h3 { line-height: 1.25; font-weight: 600; margin: 0 0 .3em; }
h1 { font-size: 1.75rem; } h2 { font-size: 1.25rem; margin-top: 1.4em; }
h3, .label { font-size: 1rem; font-weight: 600; color: var(--quiet); }
p, ul, ol, dl, blockquote { margin: 0 0 .35em; } ul, ol { padding-inline-start: 1.4em; }
blockquote { padding-inline-start: .8em; border-inline-start: 3px solid var(--accent);
  white-space: pre-wrap; unicode-bidi: isolate; }
blockquote.lead { font-size: 1.25rem; line-height: 1.4; }
.whence { color: var(--quiet); font-size: 1rem; } .gap { color: var(--quiet); }
.answer, .needs li { margin: 0 0 .8em; break-inside: avoid; }
.pair { border-inline-start: 3px double var(--line); padding-inline-start: .8em; margin: 0 0 .8em; }
summary { cursor: pointer; color: var(--accent); text-decoration: underline; padding: .2em 0; }
.top { display: grid; grid-template-columns: 1fr auto; gap: 0 2rem; align-items: start; }
.need-map .grid { stroke: var(--line); stroke-width: .5; fill: none; }
.need-map .both { fill: var(--accent); fill-opacity: .14; }
.need-map text { font-size: 14px; fill: var(--quiet); }
.need-map .mark { fill: var(--paper); stroke: var(--ink); stroke-width: 1.5; }
.need-map .number { fill: var(--ink); text-anchor: middle; font-weight: 600; }
@media (max-width: 40rem) { .top { display: block; } }
@media print { :root { --ink: #000; --quiet: #444; --line: #777; --accent: #444; --paper: #fff; }
  @page { size: A4; margin: 15mm; } body { max-width: none; padding: 0; font-size: 10pt;
  line-height: 1.35; } .whence, h3, .label { font-size: 9pt; } h1 { font-size: 16pt; }
  h2 { font-size: 12pt; margin-top: .9em; break-after: avoid; } blockquote.lead { font-size: 12pt; }
  .answer, .needs li { margin-bottom: .5em; } details { display: none; } }
"""

_PAGE = """\
{%- macro whence(kind, title, turn, corrected) -%}
<span class="whence">{{ {"said": "Said", "chosen": "Chosen", "by_rule": "By rule"}[kind] }}
{%- if title %} at: {{ title }}{% endif %}{% if turn is not none %}, message {{ turn }}{% endif %}
{%- if corrected %}. {{ word("corrected") }}{% endif %}</span>
{%- endmacro -%}
{%- macro quotes(line, lead=False) -%}
{%- if line.quotes %}
<blockquote dir="auto"{% if lead %} class="lead"{% endif %}>
{%- for piece in with_gaps(line) -%}
{%- if piece == gap %}<span class="gap" title="Left out here">{{ gap }}</span>
{%- else %}{{ legible(piece) }}{% endif %}{% if not loop.last %} {% endif %}
{%- endfor -%}
</blockquote>
{%- endif %}
{%- if line.whole %}
<details><summary>All of it</summary>
<blockquote dir="auto">{{ legible(line.whole) }}</blockquote></details>
{%- endif %}
{%- endmacro -%}
{%- macro answer(line, under) -%}
<div class="answer">
{%- set head = label(line) %}
<p>{% if head and head != under %}<span class="label">{{ head }}:</span> {% endif %}
{%- if line.words %}<bdi>{{ legible(line.words) }}</bdi> {% endif %}
{{- whence(line.kind, line.title if line.parts else none, line.turn, line.corrected) }}</p>
{{- quotes(line, lead="goal" in line.parts) }}
</div>
{%- endmacro -%}
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Summary: {{ name }}</title>
<style>{{ style | safe }}</style>
</head>
<body>
<main>
<h1><bdi>{{ name }}</bdi></h1>
{%- for block in blocks %}
<section class="{{ block.name }}"
{%- if block.heading %} aria-labelledby="{{ block.name }}"{% endif %}>
{%- if block.heading %}
<h2 id="{{ block.name }}">{{ block.heading }}</h2>
{%- endif %}
{%- if block.name == "central" %}
<div class="top">
<ol class="needs">
{%- for about in block.needs %}
<li><blockquote dir="auto">{{ legible(about.need.quote) }}</blockquote>
{%- for what, title in pairs(about) %}
<p><span class="label">{{ what }}:</span> {{ title }}</p>
{%- endfor %}
<p>{{ whence("said", about.title, about.turn, about.corrected) }}</p></li>
{%- endfor %}
</ol>
{%- if map %}
{{ map | safe }}
{%- endif %}
</div>
{%- elif block.name == "also" %}
<p>{% for about in block.needs %}<q dir="auto">{{ legible(about.need.quote) }}</q>
{%- if not loop.last %} · {% endif %}{% endfor %}</p>
{%- elif block.name == "left_open" %}
{%- for words, lines in block.lines | groupby("words") %}
<p><span class="label">{{ words }}:</span> {{ lines | map(attribute="title") | join(", ") }}</p>
{%- endfor %}
{%- elif block.name in ("contradictory", "to_ask") %}
{%- for line in block.lines %}
<div class="pair">
<p>{{ line.words }} <span class="whence">By rule</span></p>
{%- for quote in line.quotes %}
<p><q dir="auto">{{ legible(quote.quote) }}</q>
{{ " " }}{{ whence("chosen" if quote.chosen else "said", none, quote.turn, false) }}</p>
{%- endfor %}
</div>
{%- endfor %}
{%- else %}
{%- for line in block.lines %}
{{ answer(line, block.heading) }}
{%- endfor %}
{%- endif %}
</section>
{%- endfor %}
</main>
</body>
</html>
"""


def as_html(practice: Practice, summary: Summary) -> str:
    """The page; whatever a client wrote is text in it."""
    name = as_name(summary.name.quotes[0].quote) if summary.name and summary.name.quotes else None
    environment = Environment(autoescape=True, undefined=StrictUndefined)
    svg = need_map(practice, summary.central)
    return environment.from_string(_PAGE).render(
        name=name or "No name given",
        style=_STYLE,
        blocks=blocks(practice, summary),
        map=svg,
        legible=legible,
        with_gaps=with_gaps,
        pairs=lambda about: pairs(practice, about),
        gap=GAP,
        label=lambda line: label(practice, line),
        word=lambda name: words_for(practice, name),
    )
