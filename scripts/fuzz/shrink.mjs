/** Cuts a failing case down: drops whatever can go while some difference remains. */

/** @typedef {import('./world.mjs').World} World */
/** @typedef {import('./check.mjs').Failure} Failure */

/** Lists of a world from which things can be dropped, the most telling first. @param {World} world @returns {any[][]} */
function listsOf({ drafts, accounts }) {
  const programs = Object.values(accounts).flatMap(({ program }) => (program === undefined ? [] : [program.code]));
  const lists = drafts.flatMap(({ accessList, authorizations }) => [accessList, authorizations]);
  return [drafts, ...programs, ...lists];
}

/** Simpler forms of a world, without dropping from lists. @param {World} world @returns {((copy: World) => void)[]} */
function simplifications({ accounts, drafts }) {
  return [
    ...Object.keys(accounts).flatMap((address) => [
      (/** @type {World} */ copy) => {
        delete copy.accounts[address];
      },
      (/** @type {World} */ copy) => {
        if (copy.accounts[address]) copy.accounts[address].storage = {};
      },
    ]),
    ...drafts.flatMap((_, i) => [
      (/** @type {World} */ copy) => {
        copy.drafts[i].data = '';
      },
      (/** @type {World} */ copy) => {
        copy.drafts[i].value = 0n;
      },
    ]),
  ];
}

/** Without `count` entries of list number `which` from `at` on. @param {World} world @param {number} which @param {number} at @param {number} count */
function without(world, which, at, count) {
  const copy = structuredClone(world);
  listsOf(copy)[which].splice(at, count);
  return copy;
}

/**
 * @param {World} world @param {(world: World) => Promise<Failure | undefined>} check
 * @returns {Promise<{ world: World, failure: Failure }>}
 */
export async function shrink(world, check) {
  /** What no longer assembles does not fail. @param {World} candidate */
  const tried = (candidate) => check(candidate).catch(() => undefined);
  let failure = /** @type {Failure} */ (await check(world));
  for (let changed = true; changed; ) {
    changed = false;
    const keep = (/** @type {World} */ candidate, /** @type {Failure} */ found) => {
      world = candidate;
      failure = found;
      changed = true;
    };
    for (let which = 0; which < listsOf(world).length; which++) {
      for (
        let count = Math.ceil(listsOf(world)[which].length / 2);
        count > 0;
        count = count === 1 ? 0 : Math.ceil(count / 2)
      ) {
        for (let at = listsOf(world)[which].length - count; at >= 0; at--) {
          const candidate = without(world, which, at, count);
          const found = await tried(candidate);
          if (found !== undefined) keep(candidate, found);
        }
      }
    }
    for (const simplify of simplifications(world)) {
      const candidate = structuredClone(world);
      simplify(candidate);
      if (JSON.stringify(candidate, plain) === JSON.stringify(world, plain)) continue;
      const found = await tried(candidate);
      if (found !== undefined) keep(candidate, found);
    }
  }
  return { world, failure };
}

/** For JSON. @param {string} _key @param {unknown} value */
export const plain = (_key, value) =>
  typeof value === 'bigint' ? `${value}n` : value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value;
