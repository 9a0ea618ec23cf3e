// Fits of costs.
import { expect, test } from 'vitest';
import { leastSquares } from '../../src/simulate/least-squares.ts';

test('finds the factors that values were made with', () => {
  const rows = [
    [600, 1200, 1],
    [160, 2240, 1],
    [160, 320, 1],
    [48, 144, 1],
  ];
  const values = rows.map(([a = 0, b = 0, c = 0]) => 0.3 * a + 0.05 * b + 20 * c);
  expect(leastSquares(rows, values)).toEqual([expect.closeTo(0.3), expect.closeTo(0.05), expect.closeTo(20)]);
});

test('no factor is below zero: without it the others fit as well as they can', () => {
  const rows = [
    [1, 0],
    [1, 1],
    [1, 2],
  ];
  expect(leastSquares(rows, [3, 2, 1])).toEqual([expect.closeTo(2), 0]);
});
