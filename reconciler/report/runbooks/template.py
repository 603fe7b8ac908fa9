"""The page of a runbook: HTML with its styles inside, no script, nothing from the network. Filled by `runbook_html`."""

TEMPLATE = """\
<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Runbook for {{ runbook.workspace }}</title>
<style>
:root { color-scheme: light dark; --ink: #1b1f24; --quiet: #57606a; --line: #d0d7de; --ground: #fff; --sheet: #f6f8fa;
  --on: #116329; --off: #a40e26; --warn: #7d4e00; --warn-ground: #fff8e5; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --quiet: #9da7b1; --line: #3d444d; --ground: #0d1117;
  --sheet: #161b22; --on: #56d364; --off: #ff8182; --warn: #e3b341; --warn-ground: #272115; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 52rem; padding: 1.5rem 1rem 4rem; background: var(--ground); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1, h2, h3, h4 { line-height: 1.25; text-wrap: balance; }
h1 { font-size: 1.75rem; margin: 0 0 .25rem; }
h2 { font-size: 1.4rem; margin: 3rem 0 .25rem; padding-top: 1rem; border-top: 2px solid var(--ink); }
h3 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
p { margin: .25rem 0; }
a { color: inherit; }
.quiet, footer { color: var(--quiet); font-size: .875rem; }
.step { border: 1px solid var(--line); border-radius: .5rem; padding: .75rem 1rem; margin: .75rem 0; }
.step h4 { margin: 0; font-size: 1rem; }
label { display: flex; gap: .6rem; align-items: baseline; cursor: pointer; }
input[type=checkbox] { flex: none; width: 1.1rem; height: 1.1rem; margin: 0; position: relative; top: .15rem; }
.step:has(> h4 input:checked) { background: var(--sheet); }
.step:has(> h4 input:checked) h4 { color: var(--quiet); }
.notes { list-style: none; margin: .5rem 0; padding: .4rem .75rem; background: var(--warn-ground);
  border-left: 3px solid var(--warn); border-radius: 0 .25rem .25rem 0; font-size: .925rem; }
.notes li + li { margin-top: .3rem; }
.when { margin: .75rem 0 0; font-weight: 600; }
ol { margin: .4rem 0; padding-left: 1.9rem; }
ol > li { margin: .15rem 0; }
b { font-weight: 600; }
code { font: .9em ui-monospace, monospace; background: var(--sheet); border: 1px solid var(--line);
  border-radius: .25rem; padding: 0 .25em; }
.boxes { list-style: none; margin: .3rem 0; padding: 0; columns: 16rem auto; column-gap: 1.5rem; }
.boxes li { break-inside: avoid; padding: .1rem 0; }
.on { color: var(--on); } .off { color: var(--off); }
.on, .off { flex: none; width: 1.6rem; font-weight: 600; font-size: .875rem; }
.signed { display: none; }
.end { margin-top: 3rem; padding-top: 1rem; border-top: 2px solid var(--ink); }
table { border-collapse: collapse; width: 100%; background: var(--sheet); }
caption { text-align: left; font-weight: 600; padding: .4rem 0; }
th, td { text-align: left; vertical-align: top; padding: .4rem .6rem; border: 1px solid var(--line); }
th { font-weight: 600; width: 11rem; }
nav ol { padding-left: 1.4rem; }
@media (max-width: 30rem) { th, td { display: block; width: auto; } th { border-bottom: 0; padding-bottom: 0; }
  td { border-top: 0; } }
@media print {
  :root { --ink: #000; --quiet: #333; --line: #888; --ground: #fff; --sheet: #fff; --on: #000; --off: #000;
    --warn: #000; --warn-ground: #fff; }
  @page { margin: 16mm; }
  body { max-width: none; padding: 0; font-size: 10pt; }
  nav { display: none; }
  .school { break-before: page; }
  h2 { border-top: 0; margin-top: 0; padding-top: 0; }
  h2, h3, h4, .when { break-after: avoid; }
  .notes, ol > li, tr, table { break-inside: avoid; }
  .boxes { columns: 3; }
  .signed { display: flex; gap: .4rem; align-items: end; margin-top: .9rem; break-inside: avoid; break-before: avoid; }
  .signed span { flex: 2; min-width: 0; height: 1.6em; border-bottom: 1px solid var(--ink); }
  .signed span:last-child { flex: 3; }
}
</style>
</head>
<body>
<header>
<h1>Runbook for {{ runbook.workspace }}</h1>
<p class="quiet">Plan <code>{{ runbook.fingerprint[:8] }}</code>
{%- if runbook.schools %} · {{ steps }} · {{ effort }}{% endif %}</p>
</header>
<main>
{% macro said(parts) %}{% for part in parts %}
{%- if part.mark.value == "label" %}<b>{{ part.text }}</b>
{%- elif part.mark.value == "value" %}<code>{{ part.text }}</code>
{%- else %}{{ part.text }}{% endif %}{% endfor %}{% endmacro %}
{% macro noted(notes) %}
<ul class="notes">
{% for note in notes %}
<li>{{ note }}</li>
{% endfor %}
</ul>
{%- endmacro %}
{% if not runbook.schools %}
<p>{{ phrases.NOTHING }}</p>
{% else %}
<p>{{ phrases.START }}</p>
<p>{{ phrases.LABELS_NOTE }}</p>
{% if runbook.schools|length > 1 %}
<nav aria-label="Schools">
<ol>
{% for school in runbook.schools %}
<li><a href="#school-{{ loop.index }}">{{ school.school }}</a>
<span class="quiet">{{ about(school.seconds) }}</span></li>
{% endfor %}
</ol>
</nav>
{% endif %}
{% for offer in runbook.central %}
<section aria-labelledby="offer-{{ loop.index }}">
<h2 id="offer-{{ loop.index }}">One edit for {{ offer.schools|length }} schools: {{ offer.username }}</h2>
<p>{{ phrases.OFFER }}</p>
<h3>{{ phrases.trail(offer.page) }}</h3>
<div class="step">
<p class="quiet">{{ about(offer.seconds) }}</p>
{{ noted(offer.overwrites) }}
<ol>
{% for what in offer.what %}
<li><label><input type="checkbox"> <span>On the central user: {{ what }}.</span></label></li>
{% endfor %}
<li><label><input type="checkbox"> <span>Distribute it to {{ offer.schools|join(", ") }}.</span></label></li>
</ol>
</div>
</section>
{% endfor %}
{% for school in runbook.schools %}
<section class="school" aria-labelledby="school-{{ loop.index }}">
<h2 id="school-{{ loop.index }}">{{ school.school }}</h2>
<p class="quiet">School {{ school.school_id }} on {{ school.platform }} · {{ about(school.seconds) }}</p>
{% for visit in school.visits %}
<h3>{{ phrases.trail(visit.page) }}</h3>
{% for also in visit.page.also %}
<p class="quiet">Also seen as {{ also|join(" > ") }}</p>
{% endfor %}
{% for shared in phrases.shared_notes(visit) %}
{% if shared.accounts %}
<p>For {% for account in shared.accounts %}<code>{{ account }}</code>{{ ":" if loop.last else ", " }}{% endfor %}</p>
{% endif %}
{{ noted(shared.notes) }}
{% endfor %}
{% for step in visit.steps %}
<div class="step">
<h4><label><input type="checkbox"> <span>{{ step.title }}</span></label></h4>
<p class="quiet">{{ phrases.time_and_proof(step) }}</p>
{% if phrases.own_notes(step, visit) %}
{{ noted(phrases.own_notes(step, visit)) }}
{% endif %}
{% for way in step.ways %}
{% if phrases.condition(way) %}
<p class="when">{{ said(phrases.condition(way)) }}</p>
{% endif %}
{% if way.clicks %}
<ol>
{% for line in phrases.lines(way) %}
{% if line.clicks is defined %}
<li>Set these boxes:
<ul class="boxes">
{% for click in line.clicks %}
{% set state = "on" if click.do.value == "tick" else "off" %}
<li><label><input type="checkbox"> <span class="{{ state }}">{{ state }}</span>
<span>{{ click.label }}</span></label></li>
{% endfor %}
</ul></li>
{% else %}
<li>{{ said(phrases.sentence(line)) }}</li>
{% endif %}
{% endfor %}
</ol>
{% endif %}
{% endfor %}
{% if step.proof.value == "attestation" %}
<p class="signed">Name <span></span> Date <span></span> Evidence <span></span></p>
{% endif %}
</div>
{% endfor %}
{% endfor %}
{% for sheet in school.hand_overs %}
<h3>Hand-over sheet: {{ sheet.title }}</h3>
<table>
{% for name, value in phrases.rows(sheet) %}
<tr><th scope="row">{{ name }}</th><td>{{ value }}</td></tr>
{% endfor %}
</table>
{% endfor %}
</section>
{% endfor %}
<p class="end">{{ said(end) }}</p>
{% endif %}
</main>
{% if runbook.schools %}
<footer>
<h3>{{ phrases.SOURCES }}</h3>
<ul>
{% for source in phrases.sources(runbook.visits) %}
<li>{{ source.source }}{% if source.guesses %}; {{ phrases.GUESSES }}:
{% for word in source.guesses %}
<b>{{ word }}</b>{{ "" if loop.last else "," }}
{% endfor %}
{% endif %}</li>
{% endfor %}
</ul>
</footer>
{% endif %}
</body>
</html>
"""
