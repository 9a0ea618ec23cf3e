// A linear fit whose factors are costs: none is below zero.

/** Solves the normal equations by elimination; columns that are left out stay at 0. */
function solve(rows: readonly (readonly number[])[], values: readonly number[], columns: readonly number[]): number[] {
  const size = columns.length;
  const at = (row: readonly number[], column: number): number => row[column] as number;
  const matrix = columns.map((a) => [
    ...columns.map((b) => rows.reduce((sum, row) => sum + at(row, a) * at(row, b), 0)),
    rows.reduce((sum, row, i) => sum + at(row, a) * (values[i] as number), 0),
  ]);
  for (let pivot = 0; pivot < size; pivot++) {
    const own = matrix[pivot] as number[];
    for (let other = 0; other < size; other++) {
      if (other === pivot) continue;
      const row = matrix[other] as number[];
      const factor = at(row, pivot) / at(own, pivot);
      for (let column = pivot; column <= size; column++) row[column] = at(row, column) - factor * at(own, column);
    }
  }
  return matrix.map((row, i) => at(row, size) / at(row, i));
}

/**
 * Factors, none below zero, that make the rows' weighted sums as near to `values` as can be: what would be below zero is
 * left out, the least first. Rows are independent.
 */
export function leastSquares(rows: readonly (readonly number[])[], values: readonly number[]): number[] {
  let columns = (rows[0] ?? []).map((_, column) => column);
  const factors = columns.map(() => 0);
  while (columns.length > 0) {
    const found = solve(rows, values, columns);
    const lowest = found.indexOf(Math.min(...found));
    if ((found[lowest] as number) >= 0) {
      columns.forEach((column, i) => {
        factors[column] = found[i] as number;
      });
      break;
    }
    columns = columns.filter((_, i) => i !== lowest);
  }
  return factors;
}
