// What answers to pointer and keys. In the page as text (parts.ts).
import type { PageData } from './data.ts';
import type { Parts } from './parts.ts';

/**
 * Draws the charts of `data` into the page of page.ts and makes them answer to pointer and keys: wheel or + and - zoom,
 * dragging or Page Up and Page Down move, arrows go from transaction to transaction, 0 shows all.
 */
export function showCharts(data: PageData, { createView, createArrows, createPainter, createPanel }: Parts): void {
  const [first] = data.charts;
  if (first === undefined) return;
  const element = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T;
  const canvas = element<HTMLCanvasElement>('chart');
  const choice = element<HTMLSelectElement>('choice');
  const view = createView(canvas, first);
  const arrows = createArrows(data, view);
  const draw = createPainter(canvas, view, arrows, data.transactions.length);
  const panel = createPanel(data, element('picked'), element('tip'));

  function pick(tx: number): void {
    view.selected = tx;
    panel.tell(tx);
  }

  function goTo(tx: number): void {
    pick(Math.max(0, Math.min(data.transactions.length - 1, tx)));
    view.reveal();
  }

  const span = (): number => view.seen().to - view.seen().from;
  const keys: Record<string, () => void> = {
    '+': () => view.zoom(0.7, view.middle()),
    '=': () => view.zoom(0.7, view.middle()),
    '-': () => view.zoom(1 / 0.7, view.middle()),
    '0': () => view.showAll(),
    PageUp: () => view.move(-span() / 2),
    PageDown: () => view.move(span() / 2),
    ArrowRight: () => goTo(view.selected + 1),
    ArrowLeft: () => goTo(view.selected - 1),
    Escape: () => pick(-1),
  };

  data.charts.forEach(({ name }, i) => {
    choice.add(new Option(name, String(i)));
  });
  choice.hidden = data.charts.length < 2;
  choice.addEventListener('change', () => {
    view.show(data.charts[Number(choice.value)] ?? first);
    draw();
  });
  canvas.addEventListener('keydown', (event) => {
    const action = keys[event.key];
    if (action === undefined) return;
    event.preventDefault();
    action();
    draw();
  });
  canvas.addEventListener(
    'wheel',
    (event) => {
      event.preventDefault();
      if (event.shiftKey) view.move((span() * event.deltaY) / 1000);
      else view.zoom(1.0015 ** event.deltaY, view.ms(event.offsetX));
      draw();
    },
    { passive: false },
  );
  let dragged: number | undefined;
  canvas.addEventListener('pointerdown', (event) => {
    dragged = event.offsetX;
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener('pointermove', ({ offsetX, offsetY, clientX, clientY }) => {
    if (dragged !== undefined && Math.abs(offsetX - dragged) > 2) {
      view.move(view.ms(dragged) - view.ms(offsetX));
      dragged = offsetX;
      draw();
    }
    const text = panel.textOf(arrows.at(offsetX, offsetY), view.spanAt(offsetX, offsetY));
    panel.hint(text, clientX, clientY);
  });
  canvas.addEventListener('pointerup', ({ offsetX, offsetY }) => {
    dragged = undefined;
    const tx = arrows.at(offsetX, offsetY)?.[4] ?? view.spanAt(offsetX, offsetY)?.[4] ?? -1;
    if (tx < 0) return;
    pick(tx);
    draw();
  });
  canvas.addEventListener('pointerleave', () => panel.hint(undefined, 0, 0));
  addEventListener('resize', draw);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
  draw();
}
