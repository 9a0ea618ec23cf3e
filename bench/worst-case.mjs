/**
 * Whether several slots are slower than one on blocks that they cannot profit from: more than 5 % and 0.2 ms by the minimum,
 * twice in a row, while a second engine of one slot (the control) is not slower than the first.
 */
const SLOWER = 1.05;
const MILLISECONDS = 0.2;

const least = (/** @type {number[]} */ list) => Math.min(...list);
const isSlower = (/** @type {number} */ time, /** @type {number} */ than) =>
  time > SLOWER * than && time > than + MILLISECONDS;

/** One round of `runs` turns. @param {Record<string, any>} holds @param {number} runs @returns {Promise<Record<string, number>>} minima */
async function round(holds, runs) {
  const names = Object.keys(holds);
  const times = Object.fromEntries(names.map((name) => [name, /** @type {number[]} */ ([])]));
  for (let turn = 0; turn < runs; turn++)
    for (const name of turn % 2 === 0 ? names : [...names].reverse())
      times[name].push((await holds[name].run()).execute);
  return Object.fromEntries(names.map((name) => [name, least(times[name])]));
}

/**
 * @param {{ one: any, control: any, several: any }} holds of one block @param {number} runs
 * @returns {Promise<{ rounds: Record<string, number>[], isSlower: boolean }>}
 */
export async function worstCase(holds, runs) {
  const rounds = [await round(holds, runs)];
  const fails = (/** @type {Record<string, number>} */ { one, control, several }) =>
    isSlower(several, Math.max(one, control));
  if (fails(rounds[0])) rounds.push(await round(holds, runs));
  return { rounds, isSlower: rounds.length === 2 && rounds.every(fails) };
}
