/** Styles of the panel, in its shadow root. The colors follow the color scheme of the element that holds it. */
export const panelStyle = `
:host { display: block; color-scheme: light dark; }
.panel { font: 13px/1.5 ui-sans-serif, system-ui, sans-serif; color: light-dark(#1c1917, #f5f5f4); background: light-dark(#fff, #1c1917); min-height: 100%; }
[role=tablist] { display: flex; gap: 4px; padding: 8px; border-bottom: 1px solid light-dark(#d6d3d1, #44403c); flex-wrap: wrap; }
button, input, select { font: inherit; color: inherit; background: light-dark(#fff, #292524); border: 1px solid light-dark(#a8a29e, #78716c); border-radius: 6px; padding: 3px 10px; }
input[type=checkbox] { accent-color: light-dark(#b2410c, #fb923c); }
button { cursor: pointer; }
button[aria-selected=true], button[aria-pressed=true] { background: light-dark(#1c1917, #f5f5f4); color: light-dark(#fff, #1c1917); }
:focus-visible { outline: 2px solid light-dark(#b2410c, #fb923c); outline-offset: 2px; }
[role=tabpanel] { padding: 12px; overflow: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: start; vertical-align: top; padding: 3px 12px 3px 0; overflow-wrap: anywhere; }
th { font-weight: 600; } td { border-top: 1px solid light-dark(#e7e5e4, #292524); }
h3 { font-size: 13px; margin: 12px 0 4px; } p { margin: 0 0 8px; }
.bar { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; margin-bottom: 8px; }
.controls { display: grid; gap: 10px; justify-items: start; }
`;
