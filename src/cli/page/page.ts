// One self-contained HTML page: style, data and code lie in it, nothing is loaded. What comes from a block is escaped.
import type { PageData, PageTable } from './data.ts';
import { clientScript } from './parts.ts';

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

const escaped = (text: string): string => text.replace(/[&<>"]/g, (character) => ESCAPES[character] as string);

/** JSON that cannot end the script that it stands in. */
const scriptJson = (value: unknown): string => JSON.stringify(value).replace(/</g, '\\u003c');

const STYLE = `
:root { color-scheme: light dark; --back: #fff; --text: #1c2330; --faint: #667085; --grid: #e6e9ef; --card: #f6f7f9;
  --on: #fff; --arrow: #c4320a; --frontier: #7a5af8;
  --kind0: #2e6fd8; --kind1: #12805c; --kind2: #c4320a; --kind3: #b54708; --kind4: #98a2b3; --kind5: #7a5af8; --kind6: #0e7090; }
@media (prefers-color-scheme: dark) { :root { --back: #14171f; --text: #e6e9ef; --faint: #98a2b3; --grid: #2a303c;
  --card: #1c212b; --on: #0c0f14; --arrow: #ff9c66; --frontier: #bdb4fe;
  --kind0: #84adff; --kind1: #6ce9a6; --kind2: #fd853a; --kind3: #fec84b; --kind4: #475467; --kind5: #bdb4fe; --kind6: #67e3f9; } }
body { margin: 0 auto; padding: 24px; max-width: 1280px; background: var(--back); color: var(--text);
  font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 22px; margin: 0 0 4px; } h2 { font-size: 17px; margin: 24px 0 8px; } h3 { font-size: 14px; margin: 12px 0 4px; }
p, ul { margin: 4px 0; } .faint { color: var(--faint); }
canvas { width: 100%; display: block; touch-action: none; cursor: crosshair; border-radius: 6px; }
canvas:focus-visible { outline: 2px solid var(--kind0); }
#tip { position: fixed; pointer-events: none; background: var(--text); color: var(--back); padding: 3px 8px; border-radius: 4px; font-size: 13px;
  max-width: min(640px, calc(100vw - 32px)); overflow-wrap: anywhere; }
#picked:not(:empty) { background: var(--card); border-radius: 6px; padding: 4px 16px 12px; margin-top: 12px; }
#picked ul { columns: 2; font: 12px/1.5 ui-monospace, monospace; overflow-wrap: anywhere; padding-left: 18px; } #picked li { break-inside: avoid; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 16px; margin: 0; } dt { color: var(--faint); } dd { margin: 0; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: 4px 12px 4px 0; border-bottom: 1px solid var(--grid); }
th { color: var(--faint); font-weight: 500; } td { overflow-wrap: anywhere; }
.legend span { display: inline-block; margin-right: 16px; } .legend i { display: inline-block; width: 11px; height: 11px; border-radius: 2px; margin-right: 5px; }
select { font: inherit; }
@media (max-width: 640px) { body { padding: 12px; } dl { grid-template-columns: 1fr; } dd { margin-bottom: 6px; }
  #picked { padding-inline: 10px; } #picked ul { columns: 1; } table { font-size: 13px; } th, td { padding-right: 8px; } }`;

const legend = (kinds: readonly string[]): string =>
  kinds.map((kind, i) => `<span><i style="background:var(--kind${i})"></i>${escaped(kind)}</span>`).join('');

function tableHtml({ heading, head, rows }: PageTable): string {
  const cells = (tag: string, row: readonly string[]): string =>
    row.map((cell) => `<${tag}>${escaped(cell)}</${tag}>`).join('');
  const body = rows.map((row) => `<tr>${cells('td', row)}</tr>`).join('\n');
  return `<h2>${escaped(heading)}</h2>\n<table><thead><tr>${cells('th', head)}</tr></thead><tbody>\n${body}\n</tbody></table>`;
}

export interface Page {
  title: string;
  /** One paragraph each. */
  notes: readonly string[];
  data: PageData;
  tables: readonly PageTable[];
}

export function pageHtml({ title, notes, data, tables }: Page): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(title)}</title>
<style>${STYLE}</style></head>
<body>
<h1>${escaped(title)}</h1>
${notes.map((note) => `<p>${escaped(note)}</p>`).join('\n')}
<p class="legend">${legend(data.kinds)}<select id="choice" aria-label="Chart"></select></p>
<canvas id="chart" tabindex="0" aria-label="Lanes of slots over time"></canvas>
<p class="faint">Wheel or + and - zoom, drag or Page Up and Page Down move, arrows go from transaction to transaction, 0 shows all.</p>
<div id="tip" hidden></div>
<section id="picked" aria-live="polite"></section>
${tables.map(tableHtml).join('\n')}
<script>${clientScript(scriptJson(data))}</script>
</body></html>
`;
}
