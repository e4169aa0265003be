/** The style sheet of every page. Colors have a contrast of at least 4.5 in both themes. */
export const styleSheet = `:root {
  color-scheme: light dark;
  --ground: light-dark(#fbfaf8, #141312); --panel: light-dark(#fff, #1d1b1a); --line: light-dark(#dedad4, #37332f);
  --text: light-dark(#1f1c19, #ece7e1); --quiet: light-dark(#645d55, #a89f95); --link: light-dark(#8a2b12, #ff9d7d);
  --green: light-dark(#1d6b3a, #6fcf97); --red: light-dark(#a61b1b, #ff8a80); --gray: light-dark(#6b655e, #9b938a);
  --blue: light-dark(#1f5a8f, #86bdf0);
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 14px/1.5 system-ui, sans-serif; }
a { color: var(--link); } code, pre { font: 12px/1.5 ui-monospace, monospace; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
.skip { position: absolute; left: -99em; } .skip:focus { left: 8px; top: 8px; background: var(--panel); padding: 4px 8px; }
header { display: flex; flex-wrap: wrap; gap: 4px 20px; align-items: center; padding: 8px 20px; background: var(--panel);
  border-bottom: 1px solid var(--line); }
header nav { display: flex; flex-wrap: wrap; gap: 4px 14px; } header nav a { color: var(--quiet); text-decoration: none; padding: 4px 0; }
header nav a[aria-current] { color: var(--text); border-bottom: 2px solid var(--link); }
header form { margin-left: auto; } header input { width: 270px; } .operator { color: var(--quiet); }
main { max-width: 1400px; margin: 0 auto; padding: 16px 20px 48px; outline: none; }
h1 { font-size: 20px; margin: 4px 0 12px; } h2 { font-size: 15px; margin: 24px 0 8px; } h3 { font-size: 14px; margin: 16px 0 4px; }
input, button, select { font: inherit; color: inherit; background: var(--panel); border: 1px solid var(--gray); border-radius: 5px;
  padding: 4px 8px; max-width: 100%; }
button { cursor: pointer; } button:hover { border-color: var(--link); }
.filter { display: flex; gap: 8px; align-items: center; } .filter.fields { flex-wrap: wrap; gap: 8px 16px; margin: 0 0 12px; } .filter input { flex: 1; min-width: 0; }
.shortcuts { display: flex; flex-wrap: wrap; gap: 4px 12px; margin: 0 0 12px; }
/* The shadows scroll with the box, and the covers over them with its content: a shadow shows that there is more. */
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: 6px; margin: 8px 0; --shade: light-dark(#0003, #000c);
  background: linear-gradient(to right, var(--panel) 40%, transparent) left / 48px 100% no-repeat local,
    linear-gradient(to left, var(--panel) 40%, transparent) right / 48px 100% no-repeat local,
    linear-gradient(to right, var(--shade), transparent) left / 16px 100% no-repeat scroll,
    linear-gradient(to left, var(--shade), transparent) right / 16px 100% no-repeat scroll, var(--panel); }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: 4px 10px; border-bottom: 1px solid var(--line); vertical-align: top; }
td { overflow-wrap: anywhere; min-width: 76px; } td.number, td.box { min-width: 0; } th.box { width: 1px; } td a code { display: inline-block; width: 24ch; }
.number, td time, .status { white-space: nowrap; } th.number { white-space: normal; } td .actions form { min-width: 200px; }
th { font-weight: 500; color: var(--quiet); } tbody tr:last-child td { border-bottom: 0; }
tbody tr:focus-within, tbody tr:hover { background: light-dark(#f4f0ea, #262220); }
td a { text-decoration: none; } td a:hover { text-decoration: underline; } td a code { color: var(--text); }
.number { font-variant-numeric: tabular-nums; text-align: right; }
small, .none, .note, .empty { color: var(--quiet); }
.empty p { margin: 0; }
.empty { border: 1px dashed var(--line); border-radius: 6px; padding: 12px; }
.status { font-weight: 500; color: var(--blue); } .status.completed { color: var(--green); } .status.failed { color: var(--red); }
.status::before { content: ""; display: inline-block; width: 7px; height: 7px; margin-right: 7px; border-radius: 50%;
  background: currentColor; vertical-align: 1px; }
.status.canceled { color: var(--gray); } .status.pending { color: var(--quiet); }
dl { margin: 0; } dd { margin: 0; overflow-wrap: anywhere; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(120px, 1fr)); gap: 8px; }
.tiles div { background: var(--panel); border: 1px solid var(--line); border-radius: 6px; padding: 8px 12px; }
.tiles dt { color: var(--quiet); font-size: 12px; } .tiles a { color: inherit; text-decoration: none; }
.tiles a:hover { text-decoration: underline; } .tiles dd { font-size: 20px; font-variant-numeric: tabular-nums; }
.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(160px, 1fr)); gap: 8px 20px; }
.facts div:first-child { grid-column: 1 / -1; } .facts dt { color: var(--quiet); font-size: 12px; }
.balance b { font-size: 20px; font-variant-numeric: tabular-nums; } .shortcuts a { text-decoration: none; }
.qualifiers { display: grid; grid-template-columns: max-content 1fr; gap: 2px 14px; padding: 8px 0; }
.columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 420px), 1fr)); gap: 0 16px; align-items: start; }
.chart { width: 100%; height: 90px; display: block; background: var(--panel); border: 1px solid var(--line); border-radius: 6px; }
.axis { display: flex; justify-content: space-between; margin: 4px 0 0; color: var(--quiet); font-size: 12px; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 16px; list-style: none; padding: 0; margin: 6px 0; color: var(--quiet); }
.legend i { display: inline-block; width: 10px; height: 10px; border-radius: 2px; }
.completed { fill: var(--green); } .failed { fill: var(--red); } .canceled { fill: var(--gray); } .active { fill: var(--blue); }
.legend .completed { background: var(--green); } .legend .failed { background: var(--red); }
.legend .canceled { background: var(--gray); } .legend .active { background: var(--blue); }
.actions { display: flex; flex-wrap: wrap; gap: 8px; align-items: start; }
details > summary { cursor: pointer; color: var(--link); } .actions details, section > details { background: var(--panel);
  border: 1px solid var(--line); border-radius: 6px; padding: 6px 12px; }
form p { margin: 6px 0; } form label { display: block; margin: 6px 0; } form[method=post] { max-width: 480px; }
fieldset { border: 1px solid var(--line); border-radius: 5px; margin: 6px 0; padding: 2px 10px; }
form[method=post] label input:not([type=radio]) { display: block; width: 100%; }
.filter label { margin: 0; } .bulk { display: flex; gap: 16px; align-items: center; margin: 8px 0; }
progress { width: 100%; max-width: 480px; accent-color: var(--green); } .ids { list-style: none; padding: 0; }
.result { padding: 8px 12px; border-radius: 6px; border: 1px solid; background: var(--panel); }
.notice { margin: 0; padding: 6px 20px; color: var(--red); background: var(--panel); border-bottom: 1px solid var(--line); }
.result p { margin: 2px 0; } .result code { color: inherit; } .loss { color: var(--red); } .shortcuts [aria-current] { color: var(--text); }
.result.applied { color: var(--green); } .result.unchanged { color: var(--red); }
.timeline { list-style: none; padding: 0; } .timeline li { display: grid; grid-template-columns: minmax(92px, max-content) 1fr;
  column-gap: 8px; }
.timeline time { color: var(--quiet); font-variant-numeric: tabular-nums; } .failure span { color: var(--red); }
pre { background: var(--panel); border: 1px solid var(--line); border-radius: 6px; padding: 12px; white-space: pre-wrap;
  overflow-wrap: anywhere; }
.outputs { display: flex; flex-wrap: wrap; gap: 8px; } .outputs :is(img, video) { display: block; max-width: 240px; max-height: 240px; border-radius: 6px; }
.drop { border: 1px dashed var(--gray); border-radius: 6px; padding: 12px 16px; margin: 0 0 12px; background: var(--panel); }
kbd { display: none; font: 11px/1 ui-monospace, monospace; color: var(--quiet); border: 1px solid var(--line); border-radius: 3px;
  padding: 1px 4px; } .keys kbd, dialog kbd { display: inline-block; }
.hint { display: none; color: var(--quiet); max-width: 1400px; margin: 0 auto; padding: 0 20px 20px; } .keys .hint { display: block; }
dialog { background: var(--panel); color: var(--text); border: 1px solid var(--line); border-radius: 8px; }
dialog::backdrop { background: #0006; } dialog h2 { margin: 0 0 8px; }
dialog dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px 14px; margin: 0 0 12px; }
@media (hover: none) { .keys kbd, .keys .hint { display: none; } .keys dialog kbd { display: inline-block; } }
.pages { display: flex; gap: 16px; margin: 12px 0; }
@media (min-width: 601px) and (max-width: 1000px) { td { min-width: 130px; } }
@media (max-width: 600px) { header, main { padding-left: 12px; padding-right: 12px; } .operator { margin-left: auto; }
  header nav, header form { order: 1; width: 100%; margin: 0; justify-content: space-between; }
  header form input { width: 100%; }
  .filter.fields > * { width: 100%; } .filter.fields :is(input, select) { display: block; width: 100%; }
  /* Each row as a card. */
  .scroll { border: 0; background: none; overflow: visible; } table, tbody { display: block; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
  tbody tr { display: block; position: relative; background: var(--panel); border: 1px solid var(--line); border-radius: 6px; margin: 8px 0;
    padding: 5px 0; }
  td, td.number { display: flow-root; border: 0; padding: 2px 12px 2px 122px; min-height: 25px; text-align: left; }
  td::before { content: attr(data-label); float: left; width: 102px; margin: 0 8px 0 -110px; white-space: normal; color: var(--quiet); font-size: 12px; line-height: 21px; }
  td.blank { display: none; } td.box { min-height: 0; padding: 2px 12px; position: absolute; right: 0; top: 4px; z-index: 1; }
  td.box::before { content: none; } td.box + td { padding-right: 44px; } td.box input { width: 20px; height: 20px; } }
`;
