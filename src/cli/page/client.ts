// The code that runs in the page. It is put there as text, so it uses nothing from outside its one function.
import type { Arrow, Chart, PageData, Span } from './data.ts';

type Point = readonly [x: number, y: number];
/** A Bézier curve: ends and handles. */
type Curve = readonly [Point, Point, Point, Point];

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

  /** An arrow bows out below its lanes where both ends are in one, so that it does not hide in their spans. */
  function curveOf([fromLane, start, toLane, end]: Arrow): Curve {
    const [x1, x2] = [x(start), x(end)];
    const [y1, y2] = [y(fromLane) + LANE / 2, y(toLane) + LANE / 2];
    const bow = fromLane === toLane ? LANE / 2 + GAP : 0;
    const reach = Math.max(12, Math.min(60, Math.abs(x2 - x1) / 2));
    return [
      [x1, y1],
      [x1 + reach, y1 + bow],
      [x2 - reach, y2 + bow],
      [x2, y2],
    ];
  }

  function drawArrow(arrow: Arrow, isStrong: boolean): void {
    const [[x1, y1], [x2, y2], [x3, y3], [x4, y4]] = curveOf(arrow);
    if (x4 < LEFT || x1 > width()) return;
    for (const [stroke, line] of [
      ['--back', isStrong ? 5 : 3.5],
      ['--arrow', isStrong ? 2.5 : 1.5],
    ] as const) {
      pen.strokeStyle = color(stroke);
      pen.lineWidth = line;
      pen.beginPath();
      pen.moveTo(x1, y1);
      pen.bezierCurveTo(x2, y2, x3, y3, x4, y4);
      pen.stroke();
    }
    pen.lineWidth = 1;
    pen.fillStyle = color('--arrow');
    const turn = Math.atan2(y4 - y3, x4 - x3);
    pen.beginPath();
    pen.moveTo(x4, y4);
    for (const side of [0.45, -0.45]) pen.lineTo(x4 - 9 * Math.cos(turn + side), y4 - 9 * Math.sin(turn + side));
    pen.fill();
  }

  /** From what the picked transaction needs, to it. */
  function needsOf(tx: number): Arrow[] {
    const target = spansOf(tx)[0];
    if (target === undefined) return [];
    return (data.transactions[tx]?.needs ?? []).flatMap(([on, why]): Arrow[] => {
      const source = spansOf(on).at(-1);
      return source === undefined ? [] : [[source[0], source[2], target[0], target[1], tx, why]];
    });
  }

  const arrowsNow = (): readonly Arrow[] => (chart.arrows.length > 0 ? chart.arrows : needsOf(selected));

  function drawArrows(): void {
    pen.save();
    pen.beginPath();
    pen.rect(LEFT, 0, width() - LEFT, height());
    pen.clip();
    for (const arrow of arrowsNow()) if (arrow[4] !== selected) drawArrow(arrow, false);
    for (const arrow of arrowsNow()) if (arrow[4] === selected) drawArrow(arrow, true);
    pen.restore();
  }

  /** The arrow that passes within some pixels of a point. */
  function arrowAt(px: number, py: number): Arrow | undefined {
    return arrowsNow().find((arrow) => {
      const points = curveOf(arrow);
      for (let i = 0; i <= 40; i++) {
        const t = i / 40;
        const weights = [(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t ** 3];
        const along = (axis: 0 | 1): number =>
          points.reduce((total, point, k) => total + (weights[k] as number) * point[axis], 0);
        if (Math.hypot(along(0) - px, along(1) - py) < 5) return true;
      }
      return false;
    });
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
    drawArrows();
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

  /** What there is to say of what lies at a point. */
  function tipAt(px: number, py: number): string | undefined {
    const arrow = arrowAt(px, py);
    if (arrow !== undefined) return arrow[5];
    const span = spanAt(px, py);
    if (span === undefined) return undefined;
    const [, start, end, kind, tx, note] = span;
    const what = tx < 0 ? data.kinds[kind] : `${data.kinds[kind]}: transaction ${tx}`;
    return `${what}, ${((end - start) * 1000).toFixed(0)} µs${note === '' ? '' : `, ${note}`}`;
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
        facts.needs.map(([on, why]) => (on < 0 ? why : `transaction ${on}: ${why}`)),
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
    const text = tipAt(event.offsetX, event.offsetY);
    tip.hidden = text === undefined;
    if (text === undefined) return;
    tip.textContent = text;
    tip.style.left = `${event.clientX + 12}px`;
    tip.style.top = `${event.clientY + 12}px`;
  });
  canvas.addEventListener('pointerup', (event) => {
    dragged = undefined;
    const tx = arrowAt(event.offsetX, event.offsetY)?.[4] ?? spanAt(event.offsetX, event.offsetY)?.[4] ?? -1;
    if (tx >= 0) pick(tx);
  });
  canvas.addEventListener('pointerleave', () => {
    tip.hidden = true;
  });
  addEventListener('resize', draw);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
  showAll();
}
