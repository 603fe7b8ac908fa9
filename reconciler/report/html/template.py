"""The page of a plan: HTML with its styles inside, no script, nothing from the network. Filled by `html`."""

from reconciler.report.html.style import STYLE

TEMPLATE = (
    """\
{% macro said(parts) %}{% for part in parts %}
{%- if part.mark.value == "label" %}<strong>{{ part.text }}</strong>
{%- elif part.mark.value == "value" %}<code>{{ part.text }}</code>
{%- else %}{{ part.text }}{% endif %}{% endfor %}{% endmacro %}
{% macro flag(weight) %}{% if weight in flags %}
<span class="flag {{ flags[weight][0] }}">{{ flags[weight][1] }}</span> {% endif %}{% endmacro %}
{% macro items(all) %}{% for item in all %}
{%- if all|length > 1 and item|length > 1 %}<br>{% elif not loop.first %}, {% endif %}{{ said(item) }}
{%- endfor %}{% endmacro %}
{% macro what(row) %}
<p>{{ flag(row.weight) }}{{ row.words }}
{% if row.items|length > 4 %}
{{ counted(row.items|length, "entity", "entities") if row.of_entities else row.items|length }}
{%- elif row.items %}
{{ items(row.items) }}
{%- endif %}
{%- if row.end %}, {{ row.end }}{% endif %}</p>
{% if row.items|length > 4 %}
<details><summary>which</summary>{{ items(row.items) }}</details>
{% endif %}
{% if row.note %}
<p class="note">{{ row.note }}</p>
{% endif %}
{%- endmacro %}
{% macro where(places, total) %}
{% if not total %}everywhere
{% elif total <= 3 %}{% for place in places %}{{ place.schools|join(", ") }}{{ "" if loop.last else ", " }}{% endfor %}
{% else %}
<details><summary>{{ counted(total, "school") }}</summary>
{% for place in places %}
<p>{% if places|length > 1 %}{{ place.state }}: {% endif %}{{ place.schools|join(", ") }}</p>
{% endfor %}
</details>
{% endif %}
{%- endmacro %}
{% macro state(places, total) %}
{% for place in places %}
<p>{{ place.state }}
{%- if place.schools|length < total %} at
{{ place.schools|join(", ") if total <= 3 else place.schools|length }}{% endif %}
{%- if place.whys %}: {{ place.whys|join("; ") }}{% endif %}</p>
{% endfor %}
{%- endmacro %}
<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy"
 content="default-src 'none'; style-src 'sha256-{{ allowed }}'; base-uri 'none'; form-action 'none'">
<title>{{ story.title }}</title>
<style>"""
    + STYLE
    + """</style>
</head>
<body>
<a class="skip" href="#main">Go to what matters</a>
<header>
<h1>{{ story.title }}</h1>
<p class="quiet">{{ material.wording.title }} <code>{{ plan.fingerprint[:8] }}</code> ·
{{ plan.summary.known }} of {{ counted(plan.summary.facts, "fact") }} known{% if share %} ({{ share }}){% endif %}
 · {{ counted(plan.schools|length, "school") }}, {{ counted(plan.summary.accesses, "access", "accesses") }}
{%- if material.created %} · made {{ material.created.strftime("%Y-%m-%d %H:%M") }} UTC{% endif %}</p>
</header>
<main id="main" tabindex="-1">
{% for alarm in story.alarms %}
<p class="alarm">{{ said(alarm) }}</p>
{% endfor %}
<p class="lead">{{ said(story.headline) }}</p>
<dl class="points">
{% for point in story.points %}
<div><dt>{{ point.about }}</dt><dd>{{ said(point.said) }}</dd></div>
{% endfor %}
</dl>
<nav aria-label="Contents">
<ul>
{% for chapter in story.chapters %}
<li><a href="#{{ chapter.id }}">{{ chapter.heading }}</a></li>
{% endfor %}
{% if story.dark %}
<li><a href="#dark">What is not known</a></li>
{% endif %}
<li><a href="#matrix">Schools and suppliers at one look</a></li>
<li><a href="#all">All of it, school by school</a></li>
</ul>
</nav>
{% for chapter in story.chapters %}
<section aria-labelledby="{{ chapter.id }}">
<h2 id="{{ chapter.id }}">{{ chapter.heading }}</h2>
<table class="rows">
<caption class="hidden">{{ chapter.heading }}</caption>
<thead><tr><th scope="col" class="who">Supplier</th><th scope="col">What</th><th scope="col" class="where">Where</th>
<th scope="col" class="state">In Bromcom</th></tr></thead>
<tbody>
{% for group in together(chapter.rows) %}
{% set row = group[0] %}
<tr><th scope="row">{% if not row.supplier %}{{ "the school itself" if row.schools else "everywhere" }}
{%- else %}{{ story.titles.get(row.supplier, row.supplier) }}
{%- if story.titles.get(row.supplier, row.supplier) != row.supplier %} <code>{{ row.supplier }}</code>{% endif %}
{%- endif %}</th>
<td>{% for each in group %}{{ what(each) }}{% endfor %}</td>
<td data-label="Where">{{ where(row.places, row.schools) }}</td>
<td data-label="In Bromcom">{{ state(row.places, row.schools) }}</td></tr>
{% endfor %}
</tbody>
</table>
{% for note in chapter.notes %}
<p>{{ said(note) }}</p>
{% endfor %}
</section>
{% endfor %}
{% if story.dark %}
<section aria-labelledby="dark">
<h2 id="dark">What is not known</h2>
<table class="rows">
<caption class="hidden">What is not known, why, and where</caption>
<thead><tr><th scope="col">Why</th><th scope="col" class="where">How much</th><th scope="col">Where</th></tr></thead>
<tbody>
{% for item in story.dark %}
<tr><th scope="row">{{ item.words }}
{% if item.reasons|length == 1 %}
<p class="note">{{ item.reasons[0] }}</p>
{% elif item.reasons %}
<details><summary>what was said</summary><p class="note">{{ item.reasons|join("; ") }}</p></details>
{% endif %}</th>
<td data-label="How much">{{ counted(item.facts, "fact") }}</td>
<td data-label="Where">
{% if item.places|length > 3 %}
<details><summary>{{ counted(item.places|length, "place") }}</summary>{{ item.places|join(", ") }}</details>
{% else %}{{ item.places|join(", ") }}
{% endif %}</td></tr>
{% endfor %}
</tbody>
</table>
</section>
{% endif %}
<section aria-labelledby="matrix">
<h2 id="matrix">Schools and suppliers at one look</h2>
<ul class="key" aria-label="What the signs mean">
<li><span class="agreed">✓</span>as agreed</li>
<li><span class="over">-2</span>2 more than agreed</li>
<li><span class="over">⚠</span>some of it sensitive</li>
<li><span class="refused">!</span>login refused</li>
<li><span class="missing">+2</span>2 missing</li>
<li><span class="otherwise">*1</span>1 set otherwise</li>
<li><span class="unknown">?3</span>3 not known</li>
<li><span class="accepted">~1</span>1 accepted for now</li>
<li><span class="none">&nbsp;</span>no access agreed</li>
{% if material.review %}
<li><span class="marked">&nbsp;</span>this change asks for something there</li>
{% endif %}
</ul>
<div class="box" role="region" aria-label="The table of schools and suppliers" tabindex="0">
<table class="matrix">
<caption class="hidden">Each supplier at each school: how Bromcom stands to what is agreed</caption>
<thead><tr><th scope="col">School</th><th scope="col"><span>the school itself</span></th>
{% for title in matrix.titles %}
<th scope="col"><span>{{ title }}</span></th>
{% endfor %}
</tr></thead>
<tbody>
{% for row in matrix.rows %}
<tr><th scope="row"><a href="#at-{{ row.itself.number }}">{{ row.school }}</a></th>
{% for cell in (row.itself,) + row.cells %}
{% if cell %}
<td class="{{ cell.state }}{{ " marked" if cell.marked }}"><a href="#at-{{ cell.number }}" title="{{ cell.words }}">
{#- #}<span aria-hidden="true">{{ cell.signs }}</span><span class="hidden">{{ cell.words }}</span></a></td>
{% else %}
<td class="none"></td>
{% endif %}
{% endfor %}
</tr>
{% endfor %}
</tbody>
</table>
</div>
</section>
<section aria-labelledby="all">
<h2 id="all">All of it, school by school</h2>
{% macro detail(section) %}
<p>{{ said(section.about) }} · agreed in <code>{{ section.declared }}</code></p>
{% if section.lines %}
<table class="rows">
<caption class="hidden">{{ section.place }}: what there is to say</caption>
<thead><tr><th scope="col" class="sign"><span class="hidden">Sign</span></th><th scope="col">What</th>
<th scope="col" class="state">In Bromcom</th><th scope="col">Why it matters, and where it is agreed</th></tr></thead>
<tbody>
{% for line in section.lines %}
<tr><td class="sign" aria-hidden="true">{{ line.sign }}</td>
<th scope="row">{% if line.sensitive %}<span class="flag sensitive">Sensitive</span> {% endif %}
{{ line.words }} {{ items(line.items) }}{% if line.end %}, {{ line.end }}{% endif %}</th>
<td data-label="In Bromcom">{{ line.state }}
{% if line.cause %}<br><span class="note">{{ line.cause }}</span>{% endif %}</td>
<td>{{ line.note }}{% if line.note and line.place %}<br>{% endif %}
{%- if line.place %}<code>{{ line.place }}</code>{% endif %}</td></tr>
{% endfor %}
</tbody>
</table>
{% endif %}
{% endmacro %}
{% for (number, school), accesses in schools %}
<section class="school" aria-labelledby="at-{{ number }}">
<h3 id="at-{{ number }}">{{ school.school }}</h3>
{{ detail(school) }}
{% for number, section in accesses %}
<details class="access"{{ "" if section.quiet else " open" }}>
<summary id="at-{{ number }}"><strong>{{ section.title }}</strong>
{% if section.title != section.supplier %}
<code>{{ section.supplier }}</code>
{% endif %}
<span class="{{ section.tally.state }}">{{ section.tally.signs }}</span> {{ section.counts }}</summary>
{{ detail(section) }}
</details>
{% endfor %}
</section>
{% endfor %}
</section>
</main>
<footer>
<p>{{ agreed }} Made by reconciler {{ material.version }}. <a href="#main">Back to the top</a></p>
</footer>
</body>
</html>
"""
)
