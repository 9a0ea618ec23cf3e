// The code that runs in the page. It is put there as text, so each part uses nothing from outside its one function: what it
// needs of the others is handed to it.
import { createArrows } from './arrows.ts';
import { showCharts } from './client.ts';
import { createPainter } from './painter.ts';
import { createPanel } from './panel.ts';
import { createView } from './view.ts';

export interface Parts {
  createView: typeof createView;
  createArrows: typeof createArrows;
  createPainter: typeof createPainter;
  createPanel: typeof createPanel;
}

const PARTS: Parts = { createView, createArrows, createPainter, createPanel };

/** A script that shows the charts of `data`, which is JSON. */
export function clientScript(data: string): string {
  const parts = Object.entries(PARTS).map(([name, part]) => `${name}: ${part.toString()}`);
  return `(${showCharts.toString()})(${data}, { ${parts.join(',\n')} });`;
}
