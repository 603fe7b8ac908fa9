"""How the page of a plan looks: on a desk, on a phone, in the dark, on paper. A state has a sign and words too."""

STYLE = """
:root { color-scheme: light dark; --ink: #1b1f24; --quiet: #57606a; --line: #d0d7de; --ground: #fff; --sheet: #f6f8fa;
  --link: #0550ae; --good: #116329; --good-ground: #e9f7ec; --bad: #a40e26; --bad-ground: #ffebe9; --warn: #7d4e00;
  --warn-ground: #fff5d6; --ask: #5a32a3; --ask-ground: #f3ecff; --off-ground: #eef1f4; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --quiet: #9da7b1; --line: #3d444d; --ground: #0d1117;
  --sheet: #161b22; --link: #79b8ff; --good: #56d364; --good-ground: #12261a; --bad: #ff9a95; --bad-ground: #3a1517;
  --warn: #e3b341; --warn-ground: #2e2411; --ask: #cfb0ff; --ask-ground: #271c3d; --off-ground: #1c2128; } }
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif;
  overflow-wrap: anywhere; }
header, main, footer { max-width: 76rem; margin: 0 auto; padding: 0 1rem; }
header { padding-top: 1.5rem; }
footer { padding-bottom: 3rem; }
h1, h2, h3 { line-height: 1.25; text-wrap: balance; }
h1 { font-size: 1.6rem; margin: 0 0 .25rem; }
h2 { font-size: 1.3rem; margin: 2.5rem 0 .5rem; padding-top: .75rem; border-top: 2px solid var(--ink); }
h3 { font-size: 1.1rem; margin: 2rem 0 .25rem; }
p { margin: .5rem 0; max-width: 60rem; }
a { color: var(--link); }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.skip { position: absolute; left: -999rem; background: var(--ground); padding: .5rem 1rem; }
.skip:focus { left: 1rem; top: .5rem; z-index: 9; }
.quiet, footer { color: var(--quiet); font-size: .875rem; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.lead { font-size: 1.2rem; max-width: 60rem; padding: .75rem 1rem; background: var(--sheet);
  border-left: .4rem solid var(--ink); border-radius: 0 .4rem .4rem 0; }
.alarm { padding: .6rem 1rem; background: var(--bad-ground); border-left: .4rem solid var(--bad);
  border-radius: 0 .4rem .4rem 0; }
.points { display: grid; grid-template-columns: repeat(auto-fit, minmax(14rem, 1fr)); gap: .75rem; margin: 1rem 0; }
.points div { border: 1px solid var(--line); border-radius: .4rem; padding: .5rem .75rem; }
dt { color: var(--quiet); font-size: .875rem; } dd { margin: 0; font-weight: 600; }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; list-style: none; padding: 0; margin: 1rem 0; }
nav a { display: inline-block; padding: .15rem 0; }
b, strong { font-weight: 600; }
code { font: .9em ui-monospace, monospace; background: var(--sheet); border: 1px solid var(--line);
  border-radius: .25rem; padding: 0 .25em; }
.rows { border-collapse: collapse; width: 100%; margin: .75rem 0; }
.rows th, .rows td { text-align: left; vertical-align: top; padding: .5rem .75rem; border: 1px solid var(--line); }
.rows thead th { background: var(--sheet); }
.rows .who { width: 15%; } .rows .where { width: 16%; } .rows .state { width: 25%; }
.rows p { margin: 0 0 .35rem; } .rows p:last-child { margin: 0; }
.flag { display: inline-block; font-size: .8rem; font-weight: 700; padding: 0 .45em; border-radius: .25rem;
  border: 1.5px solid; margin-right: .25em; }
.flag.loud, .flag.sensitive { color: var(--bad); background: var(--bad-ground); }
.flag.new, .flag.writes { color: var(--warn); background: var(--warn-ground); }
.note { color: var(--quiet); }
.school .rows tbody th { font-weight: 400; }
summary { cursor: pointer; padding: .15rem 0; }
.box { position: relative; width: fit-content; max-width: 100%; overflow: auto; max-height: 85vh;
  border: 1px solid var(--line); border-radius: .4rem; margin: .75rem 0; }
.matrix { border-collapse: separate; border-spacing: 0; font-size: .875rem; overflow-wrap: normal; }
.matrix th, .matrix td { border: 0 solid var(--line); border-width: 0 1px 1px 0; padding: 0; text-align: center; }
.matrix thead th { position: sticky; top: 0; z-index: 2; background: var(--sheet); vertical-align: bottom; }
.matrix thead span { display: inline-block; writing-mode: vertical-rl; transform: rotate(180deg); max-height: 12rem;
  padding: .4rem .3rem; text-align: left; line-height: 1.2; }
.matrix tbody th { position: sticky; left: 0; z-index: 1; background: var(--sheet); text-align: left; font-weight: 600;
  white-space: nowrap; max-width: 40vw; overflow: hidden; text-overflow: ellipsis; }
.matrix thead th:first-child { left: 0; z-index: 3; text-align: left; padding: .4rem .6rem; }
.matrix a { display: block; min-width: 2rem; min-height: 1.75rem; padding: .2rem .3rem; color: inherit;
  text-decoration: none; white-space: nowrap; }
.matrix tbody th a { padding-left: .6rem; } .matrix a:hover { text-decoration: underline; }
.matrix a:focus-visible { outline-offset: -3px; }
.agreed { color: var(--good); background: var(--good-ground); }
.refused, .over { color: var(--bad); background: var(--bad-ground); font-weight: 700; }
.missing, .otherwise { color: var(--warn); background: var(--warn-ground); font-weight: 600; }
.unknown { color: var(--ask); background: var(--ask-ground); }
.accepted { color: var(--quiet); background: var(--off-ground); }
.none { background: repeating-linear-gradient(135deg, transparent 0 5px, var(--off-ground) 5px 7px); }
.marked { box-shadow: inset 0 0 0 2px var(--ink); }
.key { display: flex; flex-wrap: wrap; gap: .35rem 1rem; list-style: none; padding: 0; font-size: .875rem; }
.key span { display: inline-block; min-width: 1.9rem; text-align: center; padding: 0 .3rem; margin-right: .3rem;
  border: 1px solid var(--line); }
.school { content-visibility: auto; contain-intrinsic-size: auto 20rem; }
.access { border: 1px solid var(--line); border-radius: .4rem; margin: .4rem 0; padding: .15rem .75rem; }
.access > summary { padding: .35rem 0; } .access[open] > summary { border-bottom: 1px solid var(--line); }
:target { outline: 3px solid var(--warn); outline-offset: 3px; }
.sign { width: 2.5rem; text-align: center; font-weight: 700; }
@media (max-width: 44rem) {
  .rows, .rows tbody, .rows tr, .rows td, .rows tbody th { display: block; width: auto; }
  .rows thead { display: none; }
  .rows tr { border: 1px solid var(--line); border-radius: .4rem; margin: .6rem 0; padding: .4rem 0; }
  .rows td, .rows tbody th { border: 0; padding: .2rem .75rem; }
  .rows [data-label]::before { content: attr(data-label) ": "; color: var(--quiet); font-weight: 400; }
  .rows .sign { display: none; }
  .lead { font-size: 1.05rem; }
}
@media print {
  :root { --ink: #000; --quiet: #333; --line: #888; --ground: #fff; --sheet: #fff; --link: #000; --good: #000;
    --good-ground: #fff; --bad: #000; --bad-ground: #fff; --warn: #000; --warn-ground: #fff; --ask: #000;
    --ask-ground: #fff; --off-ground: #ddd; }
  @page { margin: 12mm; }
  body { font-size: 10pt; }
  nav, .skip { display: none; }
  .box { overflow: visible; max-height: none; border: 0; }
  .matrix thead th, .matrix tbody th { position: static; }
  .school { content-visibility: visible; }
  details::details-content { content-visibility: visible; block-size: auto; }
  h2, h3 { break-after: avoid; } tr, .access { break-inside: avoid; }
}
"""
