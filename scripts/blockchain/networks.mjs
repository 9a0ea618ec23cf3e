/** The networks of the suites as the `config` of a genesis.json. */

/** Forks by their names in the suites, oldest first, and the fields of `config` that bring them. */
const FORKS = [
  ['Frontier', []],
  ['Homestead', ['homesteadBlock']],
  ['EIP150', ['eip150Block']],
  ['EIP158', ['eip155Block', 'eip158Block']],
  ['Byzantium', ['byzantiumBlock']],
  ['Constantinople', ['constantinopleBlock']],
  ['ConstantinopleFix', ['petersburgBlock']],
  ['Istanbul', ['istanbulBlock']],
  ['Berlin', ['muirGlacierBlock', 'berlinBlock']],
  ['London', ['londonBlock']],
  ['ArrowGlacier', ['arrowGlacierBlock']],
  ['Paris', ['grayGlacierBlock']],
  ['Shanghai', ['shanghaiTime']],
  ['Cancun', ['cancunTime']],
  ['Prague', ['pragueTime']],
  ['Osaka', ['osakaTime']],
  ['BPO1', ['bpo1Time']],
  ['BPO2', ['bpo2Time']],
  ['BPO3', ['bpo3Time']],
  ['BPO4', ['bpo4Time']],
];
/** Beyond every block of the suites. A fork without a place would come with the one before it. */
const NEVER = 2 ** 40;

/** @param {string} name */
function indexOf(name) {
  const at = FORKS.findIndex(([fork]) => fork === name);
  if (at < 0) throw new Error(`unknown fork ${name}`);
  return at;
}

/** Forks up to `name` hold from the start. @param {string} name @returns {Record<string, unknown>} */
function upTo(name) {
  const last = indexOf(name);
  const fields = FORKS.slice(0, last + 1).flatMap(([, names]) => names);
  const isMerged = last >= indexOf('Paris');
  return {
    ...(last < indexOf('ConstantinopleFix') && last >= indexOf('Constantinople') && { petersburgBlock: NEVER }),
    ...Object.fromEntries(fields.map((field) => [field, 0])),
    ...(isMerged && { terminalTotalDifficulty: 0 }),
  };
}

const TRANSITION = /^([A-Za-z0-9]+)To([A-Z][A-Za-z0-9]+?)At(Time|Diff)?([0-9A-Fa-f]+)(k?)$/;

/** @param {string} network */
function rulesOf(network) {
  const parts = TRANSITION.exec(network);
  if (parts === null) return upTo(network);
  const [, from = '', to = '', kind, digits = '', kilo] = parts;
  const before = upTo(from);
  if (kind === 'Diff') return { ...before, terminalTotalDifficulty: `0x${digits}` };
  const place = Number(digits) * (kilo === 'k' ? 1000 : 1);
  if (to === 'Dao') return { ...before, daoForkBlock: place, daoForkSupport: true };
  const added = Object.keys(upTo(to)).filter((name) => !(name in before));
  return { ...upTo(to), ...before, ...Object.fromEntries(added.map((name) => [name, place])) };
}

/** @param {Record<string, unknown> | undefined} schedule as the tests have it: forks by their names there */
const lowerCased = (schedule) =>
  schedule && Object.fromEntries(Object.entries(schedule).map(([fork, entry]) => [fork.toLowerCase(), entry]));

/**
 * The `config` of a test's chain.
 * @param {{ network: string, config?: { chainid?: string, blobSchedule?: Record<string, unknown> } }} test
 */
export function configOf({ network, config }) {
  const blobSchedule = lowerCased(config?.blobSchedule);
  return { chainId: config?.chainid ?? 1, ...rulesOf(network), ...(blobSchedule && { blobSchedule }) };
}
