// Which part of a chart is seen, and where on the canvas things lie then. In the page as text (parts.ts).
import type { Chart, Span } from './data.ts';

/** A chart, a stretch of its time, and the transaction that is picked. Places are pixels of the canvas. */
export interface View {
  readonly chart: Chart;
  /** Index of the picked transaction; -1: none. */
  selected: number;
  /** Height of a lane. */
  readonly lane: number;
  /** Between two lanes. */
  readonly gap: number;
  /** Above the lanes, where the times stand. */
  readonly top: number;
  /** Beside the lanes, where their names stand. */
  readonly left: number;
  /** The stretch that is seen, milliseconds. */
  seen(): { from: number; to: number };
  width(): number;
  height(): number;
  x(ms: number): number;
  ms(x: number): number;
  y(lane: number): number;
  spansOf(tx: number): readonly Span[];
  spanAt(x: number, y: number): Span | undefined;
  /** What stays where it is when keys zoom: the picked transaction if it is seen, else the middle. */
  middle(): number;
  zoom(factor: number, around: number): void;
  move(by: number): void;
  showAll(): void;
  show(chart: Chart): void;
  /** Brings the picked transaction into view. */
  reveal(): void;
}

export function createView(canvas: HTMLCanvasElement, first: Chart): View {
  const [lane, gap, top, left, right] = [34, 10, 26, 76, 8];
  let chart = first;
  let from = 0;
  let to = 1;

  const endOf = (): number => chart.spans.reduce((end, span) => Math.max(end, span[2]), 0.001);
  const width = (): number => canvas.clientWidth;
  const timeWidth = (): number => width() - left - right;
  const y = (index: number): number => top + index * (lane + gap);
  const ms = (x: number): number => from + ((x - left) / timeWidth()) * (to - from);
  const spansOf = (tx: number): readonly Span[] => chart.spans.filter((span) => span[4] === tx);

  /** A stretch of `span` that begins at `start`, as far as there is time. */
  function see(start: number, span: number): void {
    from = Math.min(Math.max(0, start), Math.max(0, endOf() - span));
    to = from + span;
  }

  const view: View = {
    get chart() {
      return chart;
    },
    selected: -1,
    lane,
    gap,
    top,
    left,
    seen: () => ({ from, to }),
    width,
    height: () => y(chart.lanes.length) + 8,
    x: (time) => left + ((time - from) / (to - from)) * timeWidth(),
    ms,
    y,
    spansOf,
    spanAt(px, py) {
      const index = Math.floor((py - top) / (lane + gap));
      if (py - y(index) > lane) return undefined;
      const [at, slack] = [ms(px), (2 * (to - from)) / width()];
      return chart.spans.find((span) => span[0] === index && span[1] - slack <= at && at <= span[2] + slack);
    },
    middle() {
      const [span] = spansOf(view.selected);
      const at = span === undefined ? Number.NaN : (span[1] + span[2]) / 2;
      return at >= from && at <= to ? at : (from + to) / 2;
    },
    zoom(factor, around) {
      const end = endOf();
      const span = Math.min(end, Math.max(end / 5000, (to - from) * factor));
      see(around - ((around - from) / (to - from)) * span, span);
    },
    move: (by) => see(from + by, to - from),
    showAll: () => see(0, endOf()),
    show(next) {
      chart = next;
      view.showAll();
    },
    reveal() {
      const [span] = spansOf(view.selected);
      if (span === undefined || (span[1] >= from && span[2] <= to)) return;
      see((span[1] + span[2] - (to - from)) / 2, to - from);
    },
  };
  view.showAll();
  return view;
}
