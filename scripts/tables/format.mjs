/** How the tables of benchmarks write numbers, and whence they are. */

/** @param {number} ms */
export const milliseconds = (ms) => ms.toFixed(ms < 10 ? 2 : ms < 100 ? 1 : 0);

/** @param {number} ms */
export const duration = (ms) => (ms < 1 ? `${(1000 * ms).toFixed(0)} µs` : `${milliseconds(ms)} ms`);

/** @param {number} ratio */
export const times = (ratio) => `${ratio.toFixed(ratio < 10 ? 2 : 1)}×`;

/** @param {number} gas */
export const megagas = (gas) => (gas / 1e6).toFixed(gas < 1e6 ? 3 : 1);

/** @param {(string | number)[]} head @param {(string | number)[][]} rows @param {number} texts columns that are text, from the left */
export function table(head, rows, texts = 1) {
  const rule = head.map((_cell, i) => (i < texts ? '---' : '---:'));
  return [head, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** @param {number} engines runs of each engine @param {number} reference runs of the reference */
export const medians = (engines, reference) =>
  `Medians of ${engines} runs in turns on warm engines, and of ${reference} of the reference behind that.`;

/** @param {any} report @returns {string} where and when it was measured */
export function origin({ machine, node, commit, hasLocalChanges, date }) {
  const at = `${commit?.slice(0, 10) ?? 'no commit'}${hasLocalChanges ? ' with local changes' : ''}`;
  return `${machine.cpu}, ${machine.cores} cores, Node ${node.slice(1)}, ${at}, ${date.slice(0, 10)}.`;
}
