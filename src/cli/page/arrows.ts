// From what a transaction needs to the transaction: which arrows there are, and the curves that they take. In the page as
// text (parts.ts).
import type { Arrow, PageData } from './data.ts';
import type { View } from './view.ts';

type Point = readonly [x: number, y: number];
/** A Bézier curve: ends and handles. */
export type Curve = readonly [Point, Point, Point, Point];

export interface Arrows {
  /** Those of the chart. If it has none: from what the picked transaction needs, to it. */
  present(): readonly Arrow[];
  curveOf(arrow: Arrow): Curve;
  /** The one that passes within some pixels of a point. */
  at(x: number, y: number): Arrow | undefined;
}

export function createArrows({ transactions }: PageData, view: View): Arrows {
  const STEPS = 40;
  const NEAR = 5;

  function needsOf(tx: number): Arrow[] {
    const [target] = view.spansOf(tx);
    if (target === undefined) return [];
    return (transactions[tx]?.needs ?? []).flatMap(([on, why]): Arrow[] => {
      const source = view.spansOf(on).at(-1);
      return source === undefined ? [] : [[source[0], source[2], target[0], target[1], tx, why]];
    });
  }

  const present = (): readonly Arrow[] => (view.chart.arrows.length > 0 ? view.chart.arrows : needsOf(view.selected));

  /** It bows out below its lanes where both ends are in one, so that it does not hide in their spans. */
  function curveOf([fromLane, start, toLane, end]: Arrow): Curve {
    const [x1, x2] = [view.x(start), view.x(end)];
    const [y1, y2] = [view.y(fromLane) + view.lane / 2, view.y(toLane) + view.lane / 2];
    const bow = fromLane === toLane ? view.lane / 2 + view.gap : 0;
    const reach = Math.max(12, Math.min(60, Math.abs(x2 - x1) / 2));
    return [
      [x1, y1],
      [x1 + reach, y1 + bow],
      [x2 - reach, y2 + bow],
      [x2, y2],
    ];
  }

  function pointOn(curve: Curve, t: number): Point {
    const weights = [(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t ** 3];
    const along = (axis: 0 | 1): number =>
      curve.reduce((total, point, k) => total + (weights[k] as number) * point[axis], 0);
    return [along(0), along(1)];
  }

  function passes(curve: Curve, x: number, y: number): boolean {
    for (let i = 0; i <= STEPS; i++) {
      const [px, py] = pointOn(curve, i / STEPS);
      if (Math.hypot(px - x, py - y) < NEAR) return true;
    }
    return false;
  }

  return { present, curveOf, at: (x, y) => present().find((arrow) => passes(curveOf(arrow), x, y)) };
}
