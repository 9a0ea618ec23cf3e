/** Single instructions: the environment written to storage, arithmetic at its edges, memory, storage gas, logs. */
import { word } from '../../abi.mjs';
import { assemble, call, jumpIf, label, put, store } from '../../assembler.mjs';
import { versionedHash } from '../../transactions.mjs';

/** @typedef {import('../stage.mjs').Stage} Stage */
/** @typedef {import('../../transactions.mjs').Draft} Draft */
/** @typedef {import('../../transactions.mjs').Hex} Hex */
/** @typedef {import('../../assembler.mjs').Code} Code */

const ABSENT = `0x${'ab'.repeat(20)}`;
const EMPTY_PRECOMPILE = 9;

/** @param {Stage} stage @param {Hex} other a contract @returns {Code[]} each leaves one word */
function environmentWords(stage, other) {
  const plain =
    'ADDRESS ORIGIN CALLER CALLVALUE CALLDATASIZE CODESIZE GASPRICE RETURNDATASIZE COINBASE TIMESTAMP NUMBER';
  const more = 'PREVRANDAO GASLIMIT CHAINID SELFBALANCE BASEFEE PC MSIZE GAS';
  const ago = (/** @type {number} */ blocks) => [[blocks, 'NUMBER', 'SUB'], 'BLOCKHASH'];
  return [
    ...plain.split(' '),
    ...more.split(' '),
    ...[1, 2, 255, 256, 257].map(ago),
    ['NUMBER', 'BLOCKHASH'],
    [1, 'NUMBER', 'ADD', 'BLOCKHASH'],
    [2n ** 255n, 'BLOCKHASH'],
    [0, 'CALLDATALOAD'],
    [3, 'CALLDATALOAD'],
    [2n ** 256n - 1n, 'CALLDATALOAD'],
    ['ORIGIN', 'BALANCE'],
    ['ADDRESS', 'BALANCE'],
    [ABSENT, 'BALANCE'],
    ...[other, 'ADDRESS', 'ORIGIN', ABSENT, EMPTY_PRECOMPILE].flatMap((who) => [
      [who, 'EXTCODESIZE'],
      [who, 'EXTCODEHASH'],
    ]),
    ...(stage.since('shanghai') ? ['PUSH0'] : []),
    ...(stage.since('cancun') ? ['BLOBBASEFEE', ...[0, 1, 6, 2n ** 64n].map((i) => [i, 'BLOBHASH'])] : []),
    ...(stage.since('osaka') ? [0, 1, 2n ** 255n, 2n ** 40n].map((x) => [x, 'CLZ']) : []),
  ];
}

/** @param {Stage} stage @returns {Draft[]} */
export function environment(stage) {
  const { world, users } = stage;
  // slot i holds the word plus one, so that a word of zero is seen, too
  const words = environmentWords(stage, stage.prober);
  const recorder = stage.installCode(words.map((code, i) => store(i, [code, 1, 'ADD'])));
  const data = /** @type {Hex} */ (`0x${word(2n ** 200n + 7n)}beef`);
  const gas = 1_600_000;
  const drafts = [
    stage.visit(recorder, { data, gas, value: 12345n }),
    stage.visit(recorder, { gas, type: 0, from: users[3], tip: 0n }),
    stage.visit(recorder, {
      gas,
      type: 1,
      from: users[4],
      accessList: [{ address: recorder, storageKeys: [slotKey(0)] }],
    }),
    stage.probe(recorder, '', { kind: 'DELEGATECALL', gas: 1_400_000, limit: gas }),
    stage.probe(recorder, '', { kind: 'CALLCODE', value: 3n, gas: 1_400_000, limit: gas }),
  ];
  if (!stage.since('cancun')) return drafts;
  const blobs = [0, 1].map(() => versionedHash(world.random.bytes(32)));
  return [...drafts, stage.visit(recorder, { gas, type: 3, from: users[5], blobs })];
}

/** @param {number} slot @returns {Hex} */
export const slotKey = (slot) => /** @type {Hex} */ (`0x${word(slot)}`);

/** @param {Stage} stage @returns {Draft[]} every operator on many triples of words; the results are logged */
export function arithmetic(stage) {
  const [a, b, c] = [0, 32, 64].map((offset) => [offset, 'CALLDATALOAD']);
  const pairs = 'ADD MUL SUB DIV SDIV MOD SMOD EXP SIGNEXTEND LT GT SLT SGT EQ AND OR XOR BYTE SHL SHR SAR';
  const single = ['ISZERO', 'NOT', ...(stage.since('osaka') ? ['CLZ'] : [])];
  const words = [
    ...pairs.split(' ').map((name) => [b, a, name]),
    ...single.map((name) => [a, name]),
    [c, b, a, 'ADDMOD'],
    [c, b, a, 'MULMOD'],
    [put(1024, a), 40, 1010, 'KECCAK256'],
  ];
  const calculator = stage.installCode(
    words.map((code, i) => put(32 * i, code)),
    [32 * words.length, 0, 'LOG0'],
  );
  const top = 2n ** 255n;
  const most = 2n ** 256n - 1n;
  const { random } = stage.world;
  const draw = () => BigInt(`0x${word(random.next())}`) ** BigInt(random.int(1, 4)) % most;
  const triples = [
    [0n, 0n, 0n],
    [top, most, 0n],
    [most, top, 1n],
    [most, most, most],
    [1n, 255n, 2n],
    [31n, top + 0x80n, most],
    [255n, most, 7n],
    [256n, most, 3n],
    [top, 1n, most - 1n],
    ...Array.from({ length: 6 }, () => [draw(), draw(), draw()]),
    [random.next() % 33n, draw(), draw()],
  ];
  return triples.map((words_) =>
    stage.visit(calculator, { data: /** @type {Hex} */ (`0x${words_.map(word).join('')}`) }),
  );
}

/** @param {Stage} stage @returns {Draft[]} */
export function memory(stage) {
  const echo = stage.installCode(['CALLDATASIZE', 0, 0, 'CALLDATACOPY', 'CALLDATASIZE', 0, 'RETURN']);
  const common = [
    put(7, 0x1122334455667788n),
    [0xabcd, 70, 'MSTORE8'],
    put(96, [3, 'MLOAD']),
    [50, 20, 128, 'CALLDATACOPY'],
    [40, 2n ** 200n, 192, 'CALLDATACOPY'],
    [64, 10, 256, 'CODECOPY'],
    [64, 100_000, 300, 'CODECOPY'],
    [48, 5, 350, stage.prober, 'EXTCODECOPY'],
    [48, 5, 400, ABSENT, 'EXTCODECOPY'],
    [0, 2n ** 250n, 2n ** 250n, 'CALLDATACOPY'],
    [call('CALL', echo, { input: [0, 100], output: [480, 32] }), 'POP'],
    [60, 40, 520, 'RETURNDATACOPY'],
    put(600, 'MSIZE'),
  ];
  const copies = [
    [100, 0, 30, 'MCOPY'],
    [100, 90, 60, 'MCOPY'],
    [32, 700, 0, 'MCOPY'],
    [0, 2n ** 250n, 2n ** 250n, 'MCOPY'],
    put(800, 'MSIZE'),
  ];
  const user = stage.installCode(common, stage.since('cancun') ? copies : [], ['MSIZE', 0, 'LOG0']);
  const data = /** @type {Hex} */ (`0x${'0123456789abcdef'.repeat(6)}`);
  const pastTheEnd = stage.installCode([call('CALL', echo, { input: [0, 10] }), 'POP', 10, 1, 0, 'RETURNDATACOPY']);
  const tooFar = stage.installCode(['GAS', 2n ** 40n, 'MSTORE']);
  return [
    stage.visit(user, { data }),
    stage.probe(pastTheEnd, '', { gas: 60_000 }),
    stage.probe(tooFar, '', { gas: 60_000 }),
    stage.visit(stage.installCode([put(40_000, 1), ['MSIZE', 0, 'LOG0']])),
  ];
}

/** @param {Stage} stage @returns {Draft[]} the price and refund of every way in which a slot can change */
export function storage(stage) {
  const X = 0xfeedn;
  const walks = [
    [0n],
    [1n],
    [1n, 0n],
    [1n, 2n],
    [1n, 0n, 1n],
    [X],
    [0n, X],
    [1n, X],
    [1n, 0n, X],
    [1n, 0n, 2n],
    [0n, 1n, 0n, 0n],
  ];
  const code = walks.flatMap((walk, i) => walk.map((value) => [store(i, value), store(i + 32, value)]));
  const initial = Object.fromEntries(walks.map((_, i) => [i + 32, X]));
  const changing = () => stage.install(assemble(code), initial);
  const keys = walks.slice(0, 6).map((_, i) => slotKey(i + 32));
  const listed = changing();
  const clearing = stage.install(assemble(Array.from({ length: 20 }, (_, i) => store(i, 0))), sparse(20));
  const reading = stage.install(assemble([[1, 'SLOAD', 1, 'SLOAD', 'ADD', 5, 'SLOAD', 'ADD', 0, 'SSTORE']]), sparse(6));
  return [
    stage.visit(changing(), { gas: 900_000 }),
    stage.visit(listed, { gas: 900_000, type: 1, accessList: [{ address: listed, storageKeys: [...keys, keys[0]] }] }),
    stage.visit(clearing), // more refunds than a fifth of the gas
    stage.visit(reading),
  ];
}

/** @param {number} count @returns {Record<number, number>} slots 0 to count - 1, all set */
const sparse = (count) => Object.fromEntries(Array.from({ length: count }, (_, i) => [i, i + 1]));

/** @param {Stage} stage @returns {Draft[]} */
export function logs(stage) {
  const topics = (/** @type {number} */ count) => Array.from({ length: count }, (_, i) => 2n ** 250n + BigInt(i));
  const writer = stage.installCode(
    put(0, 'CALLER'),
    Array.from({ length: 5 }, (_, count) => [topics(count), 10 + count, 20, `LOG${count}`]),
    [0, 2n ** 200n, 'LOG0'],
  );
  return [
    stage.visit(writer),
    stage.probe(writer, '', { kind: 'DELEGATECALL' }),
    stage.probe(writer, '', { kind: 'STATICCALL' }),
  ];
}

/** @param {Stage} stage @returns {Draft[]} exceptional halts, inside a call that survives and as whole transactions */
export function halts(stage) {
  const ones = (/** @type {number} */ count) => Array.from({ length: count }, () => 1);
  const bodies = {
    invalid: ['INVALID'],
    undefinedCode: [{ raw: '0c' }],
    newerThanFork: [1, { raw: stage.since('osaka') ? 'e0' : '1e' }],
    underflow: ['POP'],
    underflowDeep: [1, 1, 'SWAP3'],
    overflow: ones(1025),
    fullStack: [ones(1024), 'POP'],
    badJump: [3, 'JUMP', 'STOP'],
    jumpIntoData: [5, 'JUMP', '0x005b5b', 'STOP'],
    jumpFar: [2n ** 64n, 'JUMP'],
    skippedJump: [0, 2n ** 64n, 'JUMPI', store(0, 1)],
    truncatedPush: [{ raw: '7fff' }],
    endless: [label('again'), 1, jumpIf('again')],
    reverted: [store(0, 7), put(0, 0xdead), 0, 0, 'LOG0', 32, 0, 'REVERT'],
    afterStore: [store(0, 7), 'INVALID'],
    returned: [put(0, 42), 64, 0, 'RETURN'],
  };
  const targets = Object.values(bodies).map((body) => stage.installCode(body));
  const inside = targets.map((target) => stage.probe(target, '', { gas: 50_000, limit: 200_000 }));
  const whole = targets.map((target) => stage.visit(target, { gas: 60_000 }));
  return [...inside, ...whole, ...staticViolations(stage)];
}

/** @param {Stage} stage @returns {Draft[]} */
function staticViolations(stage) {
  const bodies = [
    store(0, 1),
    [0, 0, 'LOG0'],
    [0, 0, 0, 'CREATE'],
    [0, 0, 0, 0, 'CREATE2'],
    ['CALLER', 'SELFDESTRUCT'],
    [call('CALL', 'CALLER', { value: 1 })],
    [call('CALL', 'CALLER', { value: 0, gas: 0 }), 0, 'MSTORE', 32, 0, 'RETURN'],
    ...(stage.since('cancun') ? [[1, 1, 'TSTORE']] : []),
  ];
  return bodies.map((body) =>
    stage.probe(stage.installCode(body), '', { kind: 'STATICCALL', gas: 50_000, limit: 200_000 }),
  );
}
