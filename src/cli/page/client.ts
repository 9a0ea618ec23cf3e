// The code that runs in the page. It is put there as text, so it uses nothing from outside its one function.
import type { Chart, PageData, Span } from './data.ts';

/**
 * Draws the charts of `data` into the page of page.ts and makes them answer to pointer and keys: wheel or + and - zoom,
 * dragging or Page Up and Page Down move, arrows go from transaction to transaction, 0 shows all.
 */
export function showCharts(data: PageData): void {
  const LANE = 34;
  const GAP = 10;
  const TOP = 26;
  const LEFT = 76;
  const element = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T;
  const canvas = element<HTMLCanvasElement>('chart');
  const tip = element('tip');
  const picked = element('picked');
  const choice = element<HTMLSelectElement>('choice');
  const pen = canvas.getContext('2d') as CanvasRenderingContext2D;
  const style = getComputedStyle(document.documentElement);
  const color = (name: string): string => style.getPropertyValue(name).trim();

  let chart = data.charts[0] as Chart;
  let from = 0;
  let to = 1;
  let selected = -1;

  const endOf = (): number => Math.max(0.001, ...chart.spans.map((span) => span[2]));
  const width = (): number => canvas.clientWidth;
  const x = (ms: number): number => LEFT + ((ms - from) / (to - from)) * (width() - LEFT - 8);
  const ms = (at: number): number => from + ((at - LEFT) / (width() - LEFT - 8)) * (to - from);
  const y = (lane: number): number => TOP + lane * (LANE + GAP);
  const height = (): number => TOP + chart.lanes.length * (LANE + GAP) + 8;
  const spansOf = (tx: number): readonly Span[] => chart.spans.filter((span) => span[4] === tx);

  function line(points: readonly (readonly [number, number])[], stroke: string, dash: number[] = []): void {
    pen.strokeStyle = stroke;
    pen.setLineDash(dash);
    pen.beginPath();
    points.forEach(([px, py], i) => {
      if (i === 0) pen.moveTo(px, py);
      else pen.lineTo(px, py);
    });
    pen.stroke();
    pen.setLineDash([]);
  }

  function drawAxis(): void {
    const rough = (to - from) / 8;
    const unit = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map((factor) => factor * unit).find((each) => each >= rough) ?? rough;
    pen.fillStyle = color('--faint');
    pen.textAlign = 'center';
    for (let at = Math.ceil(from / step) * step; at <= to; at += step) {
      line(
        [
          [x(at), TOP - 6],
          [x(at), height()],
        ],
        color('--grid'),
      );
      pen.fillText(`${Number(at.toPrecision(6))} ms`, x(at), 12);
    }
  }

  function drawSpan([lane, start, end, kind, tx]: Span): void {
    const left = Math.max(LEFT, x(start));
    const right = Math.min(width() - 8, x(end));
    if (right < LEFT || left > width() - 8) return;
    pen.fillStyle = color(`--kind${kind}`);
    pen.fillRect(left, y(lane), Math.max(1, right - left - 0.5), LANE);
    if (tx >= 0 && right - left > 26) {
      pen.fillStyle = color('--on');
      pen.textAlign = 'center';
      pen.fillText(String(tx), (left + right) / 2, y(lane) + LANE / 2 + 4);
    }
    if (tx >= 0 && tx === selected) {
      pen.strokeStyle = color('--text');
      pen.lineWidth = 2;
      pen.strokeRect(left, y(lane) - 2, Math.max(3, right - left), LANE + 4);
      pen.lineWidth = 1;
    }
  }

  /** Curves from what the picked transaction needs, to it. */
  function drawNeeds(): void {
    const target = spansOf(selected)[0];
    if (target === undefined) return;
    for (const [on] of data.transactions[selected]?.needs ?? []) {
      const source = spansOf(on).at(-1);
      if (source === undefined) continue;
      const [x1, y1] = [x(source[2]), y(source[0]) + LANE / 2];
      const [x2, y2] = [x(target[1]), y(target[0]) + LANE / 2];
      pen.strokeStyle = color('--arrow');
      pen.lineWidth = 1.5;
      pen.beginPath();
      pen.moveTo(x1, y1);
      pen.bezierCurveTo(x1 + 30, y1, x2 - 30, y2, x2, y2);
      pen.stroke();
      pen.fillStyle = color('--arrow');
      pen.beginPath();
      pen.moveTo(x2, y2);
      pen.lineTo(x2 - 7, y2 - 4);
      pen.lineTo(x2 - 7, y2 + 4);
      pen.fill();
      pen.lineWidth = 1;
    }
  }

  function drawFrontier(): void {
    const most = Math.max(1, data.transactions.length);
    const points = chart.frontier.map(
      ([at, tx]) => [x(at), height() - 8 - (tx / most) * (height() - TOP - 8)] as const,
    );
    pen.save();
    pen.beginPath();
    pen.rect(LEFT, 0, width() - LEFT, height());
    pen.clip();
    line(points, color('--frontier'), [5, 3]);
    pen.restore();
  }

  function draw(): void {
    const ratio = devicePixelRatio;
    canvas.style.height = `${height()}px`;
    canvas.width = width() * ratio;
    canvas.height = height() * ratio;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.font = '12px system-ui, sans-serif';
    drawAxis();
    for (const span of chart.spans) drawSpan(span);
    drawFrontier();
    drawNeeds();
    pen.fillStyle = color('--back');
    pen.fillRect(0, TOP - 4, LEFT - 1, height());
    pen.fillStyle = color('--text');
    pen.textAlign = 'left';
    chart.lanes.forEach((name, lane) => {
      pen.fillText(name, 4, y(lane) + LANE / 2 + 4);
    });
  }

  function spanAt(px: number, py: number): Span | undefined {
    const lane = Math.floor((py - TOP) / (LANE + GAP));
    const at = ms(px);
    const slack = (2 * (to - from)) / width();
    return chart.spans.find(
      (span) => span[0] === lane && span[1] - slack <= at && at <= span[2] + slack && py - y(lane) <= LANE,
    );
  }

  function list(heading: string, items: readonly string[], parent: HTMLElement): void {
    if (items.length === 0) return;
    const title = document.createElement('h3');
    title.textContent = `${heading} (${items.length})`;
    const body = document.createElement('ul');
    for (const item of items.slice(0, 200)) {
      const row = document.createElement('li');
      row.textContent = item;
      body.append(row);
    }
    parent.append(title, body);
  }

  function pick(tx: number): void {
    selected = tx;
    const facts = data.transactions[tx];
    picked.replaceChildren();
    if (facts !== undefined) {
      const title = document.createElement('h2');
      title.textContent = `Transaction ${tx}`;
      const table = document.createElement('dl');
      for (const [label, value] of facts.facts) {
        const [name, content] = [document.createElement('dt'), document.createElement('dd')];
        name.textContent = label;
        content.textContent = value;
        table.append(name, content);
      }
      picked.append(title, table);
      list(
        'Needs',
        facts.needs.map(([on, why]) => `transaction ${on}: ${why}`),
        picked,
      );
      list('Writes', facts.writes, picked);
      list('Reads', facts.reads, picked);
    }
    draw();
  }

  /** Brings the picked transaction into view. */
  function reveal(): void {
    const span = spansOf(selected)[0];
    if (span === undefined || (span[1] >= from && span[2] <= to)) return;
    const half = (to - from) / 2;
    from = Math.max(0, (span[1] + span[2]) / 2 - half);
    to = from + 2 * half;
    draw();
  }

  function zoom(factor: number, around: number): void {
    const end = endOf();
    const span = Math.min(end, Math.max(end / 5000, (to - from) * factor));
    const share = (around - from) / (to - from);
    from = Math.min(Math.max(0, around - share * span), end - span);
    to = from + span;
    draw();
  }

  function move(by: number): void {
    const span = to - from;
    from = Math.min(Math.max(0, from + by), Math.max(0, endOf() - span));
    to = from + span;
    draw();
  }

  function showAll(): void {
    from = 0;
    to = endOf();
    draw();
  }

  function show(index: number): void {
    chart = data.charts[index] as Chart;
    showAll();
  }

  const keys: Record<string, () => void> = {
    '+': () => zoom(0.7, (from + to) / 2),
    '=': () => zoom(0.7, (from + to) / 2),
    '-': () => zoom(1 / 0.7, (from + to) / 2),
    '0': showAll,
    PageUp: () => move((from - to) / 2),
    PageDown: () => move((to - from) / 2),
    ArrowRight: () => {
      pick(Math.min(data.transactions.length - 1, selected + 1));
      reveal();
    },
    ArrowLeft: () => {
      pick(Math.max(0, selected - 1));
      reveal();
    },
    Escape: () => pick(-1),
  };

  data.charts.forEach(({ name }, i) => {
    choice.add(new Option(name, String(i)));
  });
  choice.hidden = data.charts.length < 2;
  choice.addEventListener('change', () => show(Number(choice.value)));
  canvas.addEventListener('keydown', (event) => {
    const action = keys[event.key];
    if (action === undefined) return;
    event.preventDefault();
    action();
  });
  canvas.addEventListener(
    'wheel',
    (event) => {
      event.preventDefault();
      if (event.shiftKey) move(((to - from) * event.deltaY) / 1000);
      else zoom(1.0015 ** event.deltaY, ms(event.offsetX));
    },
    { passive: false },
  );
  let dragged: number | undefined;
  canvas.addEventListener('pointerdown', (event) => {
    dragged = event.offsetX;
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener('pointermove', (event) => {
    if (dragged !== undefined && Math.abs(event.offsetX - dragged) > 2) {
      move(ms(dragged) - ms(event.offsetX));
      dragged = event.offsetX;
    }
    const span = spanAt(event.offsetX, event.offsetY);
    tip.hidden = span === undefined;
    if (span === undefined) return;
    const [, start, end, kind, tx, note] = span;
    const what = tx < 0 ? data.kinds[kind] : `${data.kinds[kind]}: transaction ${tx}`;
    tip.textContent = `${what}, ${((end - start) * 1000).toFixed(0)} µs${note === '' ? '' : `, ${note}`}`;
    tip.style.left = `${event.clientX + 12}px`;
    tip.style.top = `${event.clientY + 12}px`;
  });
  canvas.addEventListener('pointerup', (event) => {
    dragged = undefined;
    const span = spanAt(event.offsetX, event.offsetY);
    if (span !== undefined && span[4] >= 0) pick(span[4]);
  });
  canvas.addEventListener('pointerleave', () => {
    tip.hidden = true;
  });
  addEventListener('resize', draw);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
  showAll();
}
