// What the page says beside the picture: of the transaction that is picked, and of what the pointer is at. In the page as
// text (parts.ts).
import type { Arrow, PageData, Span } from './data.ts';

export interface Panel {
  /** Tells of a transaction, or of none (-1). */
  tell(tx: number): void;
  /** Says something at a place of the window; undefined: nothing. */
  hint(text: string | undefined, x: number, y: number): void;
  textOf(arrow: Arrow | undefined, span: Span | undefined): string | undefined;
}

export function createPanel(data: PageData, picked: HTMLElement, tip: HTMLElement): Panel {
  const MOST_ITEMS = 200;
  const MARGIN = 8;

  function element(tag: string, text: string): HTMLElement {
    const made = document.createElement(tag);
    made.textContent = text;
    return made;
  }

  function listOf(heading: string, items: readonly string[]): HTMLElement[] {
    if (items.length === 0) return [];
    const list = document.createElement('ul');
    list.append(...items.slice(0, MOST_ITEMS).map((item) => element('li', item)));
    return [element('h3', `${heading} (${items.length})`), list];
  }

  return {
    tell(tx) {
      picked.replaceChildren();
      const transaction = data.transactions[tx];
      if (transaction === undefined) return;
      const { facts, needs, reads, writes } = transaction;
      const table = document.createElement('dl');
      table.append(...facts.flatMap(([label, value]) => [element('dt', label), element('dd', value)]));
      const why = needs.map(([on, reason]) => (on < 0 ? reason : `transaction ${on}: ${reason}`));
      picked.append(element('h2', `Transaction ${tx}`), table);
      picked.append(...listOf('Needs', why), ...listOf('Writes', writes), ...listOf('Reads', reads));
    },
    hint(text, x, y) {
      tip.hidden = text === undefined;
      if (text === undefined) return;
      tip.textContent = text;
      tip.style.left = '0'; // where it is as wide as it may be
      tip.style.left = `${Math.max(MARGIN, Math.min(x + 12, innerWidth - tip.offsetWidth - MARGIN))}px`;
      tip.style.top = `${y + 12}px`;
    },
    textOf(arrow, span) {
      if (arrow !== undefined) return arrow[5];
      if (span === undefined) return undefined;
      const [, start, end, kind, tx, note] = span;
      const what = tx < 0 ? data.kinds[kind] : `${data.kinds[kind]}: transaction ${tx}`;
      return `${what}, ${((end - start) * 1000).toFixed(0)} µs${note === '' ? '' : `, ${note}`}`;
    },
  };
}
