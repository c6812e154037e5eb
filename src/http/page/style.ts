/** The one style sheet, inlined so that the page needs nothing but itself. Its hash is in the policy of every answer. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ground: #fafaf9; --surface: #ffffff; --line: #e4e4e1; --line-soft: #f0f0ed; --hover: #f6f6f3;
  --text: #1b1c1e; --muted: #62656b; --link: #1d4fa8;
  --bad: #b3181f; --bad-ground: #fdecec; --warning: #8a5200; --warning-ground: #fdf2dd;
  --good: #1d6b3a; --good-ground: #e6f4ea; --neutral: #3d5166; --neutral-ground: #e9eef3;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #131416; --surface: #1a1c1f; --line: #2f3237; --line-soft: #25282c; --hover: #202327;
    --text: #e6e6e4; --muted: #9da1a8; --link: #8db7ff;
    --bad: #ff8f8f; --bad-ground: #431b1d; --warning: #f2bf68; --warning-ground: #3d2d10;
    --good: #7fd19b; --good-ground: #17331f; --neutral: #a9bfd6; --neutral-ground: #232d38;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--ground); color: var(--text);
  font: 13px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  font-variant-numeric: tabular-nums;
}
a { color: var(--link); text-decoration: none; }
a:hover { text-decoration: underline; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 3px; }
.page { max-width: 1640px; margin: 0 auto; padding: 14px 24px 40px; }
.bar { display: flex; gap: 6px 18px; align-items: baseline; flex-wrap: wrap; color: var(--muted); }
.bar .product { color: var(--text); font-weight: 600; }
.bar .end { margin-left: auto; }
h1 { font-size: 22px; line-height: 1.25; font-weight: 600; margin: 18px 0 4px; letter-spacing: -0.01em; overflow-wrap: anywhere; }
h1 .muted { font-size: 14px; font-weight: 400; }
h1.bad { color: var(--bad); } h1.warning { color: var(--warning); }
h2 { font-size: 14px; font-weight: 600; margin: 0; }
h2 .count { color: var(--muted); font-weight: 400; margin-left: 6px; }
.lead { margin: 0 0 14px; color: var(--muted); }
.words { margin: 0 0 14px; padding: 0; list-style: none; overflow-wrap: anywhere; } .words li + li { color: var(--muted); }
.muted { color: var(--muted); }
.tiles { display: flex; flex-wrap: wrap; margin: 14px 0 20px; padding: 0; list-style: none;
  background: var(--surface); border: 1px solid var(--line); border-radius: 8px; }
.tiles li { flex: 1 1 130px; padding: 9px 16px; border-right: 1px solid var(--line-soft); }
.tiles li:last-child { border-right: 0; }
.tiles .value { display: block; font-size: 18px; font-weight: 600; line-height: 1.3; white-space: nowrap; }
.tiles .value small { font-size: 13px; font-weight: 400; color: var(--muted); }
.tiles .name { color: var(--muted); } .tiles a.name:hover { color: var(--link); }
.tiles .bad .value { color: var(--bad); } .tiles .warning .value { color: var(--warning); }
section { margin: 0 0 22px; }
.head { display: flex; gap: 8px 16px; align-items: center; flex-wrap: wrap; margin: 0 0 8px; min-height: 30px; }
.head form { margin-left: auto; display: flex; gap: 6px; }
input, select, button { font: inherit; color: inherit; background: var(--surface); border: 1px solid var(--line);
  border-radius: 6px; padding: 4px 9px; }
input[type=search] { width: 250px; max-width: 60vw; }
button { cursor: pointer; }
button:hover { background: var(--hover); }
.layout { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0 24px; align-items: start; }
@media (min-width: 1180px) { .layout { grid-template-columns: minmax(0, 1fr) 336px; } }
#rail table th { font-weight: 400; min-width: 0; } #rail section { margin-bottom: 16px; }
#rail .head { margin: 0 0 4px; }
.scroll { overflow-x: auto; background: var(--surface); border: 1px solid var(--line); border-radius: 8px; }
table { border-collapse: collapse; width: 100%; }
th, td { padding: 6px 11px; text-align: left; vertical-align: baseline; font-weight: 400; }
thead th { color: var(--muted); font-size: 12px; white-space: nowrap; border-bottom: 1px solid var(--line); }
thead th[aria-sort] { color: var(--text); font-weight: 600; }
thead a { color: inherit; }
tbody th, .name-cell { overflow-wrap: anywhere; min-width: 180px; }
tbody + tbody > tr:first-child > *, .rows tbody tr + tr > * { border-top: 1px solid var(--line-soft); }
.groups tbody:hover, .rows tbody tr:hover { background: var(--hover); }
.groups tbody th { font-weight: 600; } .groups > thead th:first-child { width: 30%; }
.num { text-align: right; white-space: nowrap; }
.tight { white-space: nowrap; }
.strong { font-weight: 600; }
.chip { font-size: 11px; font-weight: 400; color: var(--muted); border: 1px solid var(--line); border-radius: 4px;
  padding: 0 5px; margin-left: 5px; white-space: nowrap; }
.state { display: inline-block; border-radius: 4px; padding: 0 7px; font-size: 12px; line-height: 19px; white-space: nowrap;
  color: var(--neutral); background: var(--neutral-ground); }
.state.bad { color: var(--bad); background: var(--bad-ground); font-weight: 600; }
.state.warning { color: var(--warning); background: var(--warning-ground); font-weight: 600; }
.state.good { color: var(--good); background: var(--good-ground); }
.age.bad { color: var(--bad); font-weight: 600; } .age.warning { color: var(--warning); font-weight: 600; }
.detail > td { padding: 0 12px 7px; }
details > summary { cursor: pointer; color: var(--muted); overflow-wrap: anywhere; width: fit-content; max-width: 100%; }
details > summary.told, details > summary:hover, details[open] > summary { color: var(--text); }
.detail details table { margin: 5px 0 4px 14px; width: auto; min-width: 60%; }
.detail details th, .detail details td { padding: 3px 14px 3px 0; }
.detail details thead th { border-bottom: 1px solid var(--line-soft); }
.detail details th { font-weight: 400; min-width: 0; } .detail details tbody th { min-width: 110px; }
.detail details p { margin: 2px 0 4px 14px; }
.empty { padding: 14px; margin: 0; color: var(--muted); background: var(--surface); border: 1px solid var(--line);
  border-radius: 8px; }
.more { margin: 8px 2px 0; color: var(--muted); display: flex; gap: 14px; flex-wrap: wrap; }
.failure { color: var(--bad); overflow-wrap: anywhere; }
.facts { display: grid; grid-template-columns: max-content 1fr; gap: 3px 18px; margin: 0; }
.facts dt { color: var(--muted); } .facts dd { margin: 0; overflow-wrap: anywhere; }
.notice { margin: 10px 0 0; padding: 7px 12px; border-radius: 8px; color: var(--bad); background: var(--bad-ground); }
.notice[hidden] { display: none; }
.hidden-label { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media (max-width: 760px) {
  .page { padding: 10px 12px 30px; }   .head form { margin-left: 0; }
}
@media print { .head form, .more, .bar .end { display: none; } }
`
