// Draws what a view shows. In the page as text (parts.ts).
import type { Arrows } from './arrows.ts';
import type { Arrow, Span } from './data.ts';
import type { View } from './view.ts';

/** Returns what draws the whole canvas. `most`: transactions of the block. */
export function createPainter(canvas: HTMLCanvasElement, view: View, arrows: Arrows, most: number): () => void {
  /** Between two times on the axis, at least. */
  const TIME_WIDTH = 90;
  const pen = canvas.getContext('2d') as CanvasRenderingContext2D;
  const style = getComputedStyle(document.documentElement);
  const color = (name: string): string => style.getPropertyValue(name).trim();
  const { lane: LANE, top: TOP, left: LEFT } = view;

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

  /** What `draw` draws beside the names of the lanes is cut off. */
  function beside(draw: () => void): void {
    pen.save();
    pen.beginPath();
    pen.rect(LEFT, 0, view.width() - LEFT, view.height());
    pen.clip();
    draw();
    pen.restore();
  }

  function drawAxis(): void {
    const { from, to } = view.seen();
    const rough = (to - from) / Math.max(2, Math.min(8, Math.floor((view.width() - LEFT) / TIME_WIDTH)));
    const unit = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map((factor) => factor * unit).find((each) => each >= rough) ?? rough;
    pen.fillStyle = color('--faint');
    pen.textAlign = 'center';
    for (let at = Math.ceil(from / step) * step; at <= to; at += step) {
      const x = view.x(at);
      line(
        [
          [x, TOP - 6],
          [x, view.height()],
        ],
        color('--grid'),
      );
      const time = `${Number(at.toPrecision(6))} ms`;
      pen.fillText(time, Math.min(x, view.width() - pen.measureText(time).width / 2 - 2), 12);
    }
  }

  function drawSpan([lane, start, end, kind, tx]: Span): void {
    const edge = view.width() - 8;
    const [left, right] = [Math.max(LEFT, view.x(start)), Math.min(edge, view.x(end))];
    if (right < LEFT || left > edge) return;
    pen.fillStyle = color(`--kind${kind}`);
    pen.fillRect(left, view.y(lane), Math.max(1, right - left - 0.5), LANE);
    if (tx >= 0 && right - left > pen.measureText(String(tx)).width + 6) {
      pen.fillStyle = color('--on');
      pen.textAlign = 'center';
      pen.fillText(String(tx), (left + right) / 2, view.y(lane) + LANE / 2 + 4);
    }
    if (tx >= 0 && tx === view.selected) {
      pen.strokeStyle = color('--text');
      pen.lineWidth = 2;
      pen.strokeRect(left, view.y(lane) - 2, Math.max(3, right - left), LANE + 4);
      pen.lineWidth = 1;
    }
  }

  /** With a border in the colour of the page, to stand out from what it crosses. */
  function drawArrow(arrow: Arrow, isStrong: boolean): void {
    const [[x1, y1], [x2, y2], [x3, y3], [x4, y4]] = arrows.curveOf(arrow);
    if (x4 < LEFT || x1 > view.width()) return;
    for (const [stroke, width] of [
      ['--back', isStrong ? 5 : 3.5],
      ['--arrow', isStrong ? 2.5 : 1.5],
    ] as const) {
      pen.strokeStyle = color(stroke);
      pen.lineWidth = width;
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

  function drawArrows(): void {
    const present = arrows.present();
    for (const arrow of present) if (arrow[4] !== view.selected) drawArrow(arrow, false);
    for (const arrow of present) if (arrow[4] === view.selected) drawArrow(arrow, true);
  }

  /** From the first transaction, at the bottom, to the last. */
  function drawFrontier(): void {
    const bottom = view.height() - 8;
    const points = view.chart.frontier.map(
      ([at, tx]) => [view.x(at), bottom - (tx / Math.max(1, most)) * (bottom - TOP)] as const,
    );
    line(points, color('--frontier'), [5, 3]);
  }

  function drawNames(): void {
    pen.fillStyle = color('--back');
    pen.fillRect(0, TOP - 4, LEFT - 1, view.height());
    pen.fillStyle = color('--text');
    pen.textAlign = 'left';
    view.chart.lanes.forEach((name, lane) => {
      pen.fillText(name, 4, view.y(lane) + LANE / 2 + 4);
    });
  }

  return () => {
    const ratio = devicePixelRatio;
    canvas.style.height = `${view.height()}px`;
    canvas.width = view.width() * ratio;
    canvas.height = view.height() * ratio;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.font = '12px system-ui, sans-serif';
    drawAxis();
    for (const span of view.chart.spans) drawSpan(span);
    beside(() => {
      drawFrontier();
      drawArrows();
    });
    drawNames();
  };
}
