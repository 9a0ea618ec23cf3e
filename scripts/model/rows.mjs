/**
 * What `npm run model` checks: a row is one exhaustive search of a model with some of its switches. `holds` rows must end
 * without an error; in `breaks` rows a rule is left out (`M_…` in the model), and an error must be found.
 *
 * @typedef {object} Row
 * @property {string} name
 * @property {string} model file in this folder
 * @property {string[]} flags switches of the model
 * @property {'safety' | 'ends'} search assertions and deadlocks; or: no schedule goes on for ever
 * @property {boolean} holds
 * @property {string} what
 */

/** @param {string} model @param {string} name @param {string} flags @param {string} what @returns {Row} */
const holds = (model, name, flags, what) => row(model, name, flags, what, 'safety', true);
/** @param {string} model @param {string} name @param {string} flags @param {string} what @returns {Row} */
const ends = (model, name, flags, what) => row(model, name, flags, what, 'ends', true);
/** @param {string} model @param {string} name @param {string} flags @param {string} what @returns {Row} */
const breaks = (model, name, flags, what) => row(model, name, flags, what, 'safety', false);

/** @param {string} model @param {string} name @param {string} flags @param {string} what @param {Row['search']} search @param {boolean} isSound @returns {Row} */
function row(model, name, flags, what, search, isSound) {
  const switches = flags === '' ? [] : flags.split(' ').map((flag) => `-D${flag}`);
  return { name: `${model}-${name}`, model: `${model}.pml`, flags: switches, search, holds: isSound, what };
}

/** @type {readonly Row[]} */
export const ROWS = [
  holds('block', '2x3', '', '2 slots, 3 transactions, all programs: confirmed = sequential'),
  holds('block', 'shadow', 'SHADOW RETREAT KMIN=2', 'who finds a result stale redoes it; stretches in turn'),
  holds('block', 'begin', 'SHADOW RETREAT PRE KMIN=2 KMAX=3', 'slots run ahead before step 0 is confirmed'),
  holds('block', 'cap2', 'SHADOW CAP=2 KMIN=2 KMAX=3', 'two attempts ahead, results taken back in advance'),
  holds('block', '3x3', 'SHADOW NS=3 KMIN=2 KMAX=3', '3 slots'),
  holds('block', '2x4', 'SHADOW NT=4 KMIN=2 KMAX=2', '4 transactions'),
  holds('block', 'any', 'ANY', 'look-ups ahead answer anything: versions are guesses'),
  holds('block', 'any-cap2', 'ANY SHADOW RETREAT CAP=2 KMIN=2 KMAX=3', 'the same, two attempts ahead'),
  ends('block', 'ends', 'SHADOW RETREAT KMIN=2 KMAX=3', 'every schedule ends'),
  breaks('block', 'nocas', 'SHADOW RETREAT KMIN=2 M_NOCAS', 'a step is claimed by load and store'),
  breaks('block', 'nocap', 'SHADOW RETREAT KMIN=2 M_NOCAP', 'attempts ahead without a limit'),
  breaks('block', 'twoholders', 'SHADOW RETREAT KMIN=2 M_TWOHOLDERS', 'the token is not exclusive'),
  breaks(
    'block',
    'relfirst',
    'SHADOW RETREAT KMIN=2 M_RELFIRST',
    'the token is given back before the frontier is stored',
  ),
  breaks('block', 'earlyf', 'SHADOW RETREAT KMIN=2 M_EARLYF', 'the frontier is stored before the records'),
  breaks('block', 'pubfirst', 'SHADOW RETREAT KMIN=2 M_PUBFIRST', 'DONE is stored before the outcome is complete'),
  breaks('block', 'nojudge', 'SHADOW RETREAT KMIN=2 M_NOJUDGE', 'results are not compared'),
  breaks('block', 'srcstep', 'SHADOW RETREAT KMIN=2 M_SRCSTEP', 'a record is told by its step, not by its attempt'),
  breaks('block', 'advnotoken', 'SHADOW CAP=2 KMIN=2 M_ADVNOTOKEN', 'a result is taken back without the token'),
  breaks(
    'block',
    'latefinal',
    'SHADOW RETREAT KMIN=2 M_LATEFINAL',
    'in turn or not is asked at the end of the attempt',
  ),

  holds('chain', '3', '', 'entry made and 4 versions linked while 2 slots look up'),
  holds('chain', 'old', 'OLD', 'the chain word is of the job before'),
  breaks('chain', 'store', 'M_STORE', 'the chain word is stored, not swapped'),
  breaks('chain', 'innerstore', 'M_INNERSTORE', 'a link further down is stored, not swapped'),
  breaks('chain', 'linkfirst', 'M_LINKFIRST', 'linked before it is complete'),
  breaks('chain', 'ownentry', 'M_OWNENTRY', 'who loses the race for an entry keeps its own'),
  breaks('chain', 'noepoch', 'OLD M_NOEPOCH', 'the epoch of the chain word is not looked at'),

  holds('bell', '2x3', '', '2 slots, 3 steps: nobody sleeps while there is work'),
  holds('bell', '2x4', 'NT=4 NOSTALE', '4 steps, none stale'),
  holds('bell', 'advance', 'ADV CAP=2 NODEPEND', 'two attempts ahead, detection in advance'),
  holds('bell', 'retreat', 'SHADOW RETREAT', 'redo at once, stretches in turn'),
  holds('bell', 'phased', 'PHASED', "pipeline 'wait'"),
  holds('bell', 'static', 'STATIC', 'a list per slot and no theft'),
  holds('bell', 'phased-static', 'PHASED STATIC', 'both'),
  holds('bell', '3x2', 'NS=3 NT=2 COARSE', '3 slots'),
  holds('bell', '3x3-stretch', 'NS=3 EARLY NOSTALE NODEPEND COARSE', '3 slots, the end of a stretch in turn'),
  holds('bell', 'abort', 'ABORT NT=2 NOMONITOR', 'the caller aborts at any time'),
  holds('bell', 'returnlate', 'M_RETURNLATE', 'counting a returned step after its control word does no harm'),
  ends('bell', 'ends', 'SHADOW NOMONITOR', 'every schedule ends'),
  breaks('bell', 'belllate', 'M_BELLLATE', 'the bell is noted after work was looked for'),
  breaks('bell', 'sleepersfirst', 'M_SLEEPERSFIRST', 'sleepers are asked for before the bell is raised'),
  breaks('bell', 'noring', 'M_NORING', 'confirming does not ring'),
  breaks('bell', 'norecheck', 'M_NORECHECK', 'the holder does not look again after releasing'),
  breaks(
    'bell',
    'nowanted',
    'STATIC M_NOWANTED',
    'who finds the token taken and nothing to do does not tell its holder',
  ),
  breaks(
    'bell',
    'noringadv',
    'NS=3 ADV CAP=2 NODEPEND ALLSTALE COARSE M_NORINGADV',
    'taking results back in advance does not ring',
  ),
  breaks(
    'bell',
    'noringturn',
    'NS=3 NT=4 EARLY NOSTALE NODEPEND COARSE M_NORINGTURN',
    'the end of a stretch in turn does not ring',
  ),

  holds('crew', '2', '', '2 slots, 3 jobs: memory is reused only when nobody is inside'),
  holds('crew', '3', 'NS=3', '3 slots'),
  ends('crew', 'ends', '', 'every schedule ends'),
  breaks('crew', 'twowords', 'M_TWOWORDS', 'number and members of the crew in two words'),
  breaks('crew', 'ownnumber', 'M_OWNNUMBER', 'a slot takes itself to be in the job that woke it'),
  breaks('crew', 'closerends', 'M_CLOSERENDS', 'who closes the job tells the caller, not the last one out'),
  breaks('crew', 'loadleave', 'M_LOADLEAVE', 'leaving and asking who is left are two steps'),
  breaks('crew', 'openfirst', 'M_OPENFIRST', 'the job is opened before its words are reset'),
  breaks('crew', 'wakefirst', 'M_WAKEFIRST', 'slots are woken before the job is open'),

  holds('check', '2', '', 'holder and 2 helpers, 2 checks of 2 parts'),
  holds('check', '3', 'NH=3', '3 helpers'),
  holds('check', 'nocas', 'M_NOCAS', 'parts taken by load and store: some are done twice, none is left out'),
  ends('check', 'ends', '', 'every schedule ends'),
  breaks('check', 'noannounce', 'M_NOANNOUNCE', 'helpers are not counted'),
  breaks('check', 'nosecondlook', 'M_NOSECONDLOOK', 'helpers do not look again after they were counted'),
  breaks('check', 'openfirst', 'M_OPENFIRST', 'the check is opened before it says whose it is'),
  breaks('check', 'nowait', 'M_NOWAIT', 'the holder does not wait for helpers at a part'),

  holds('delta', '2x3', '', 'one account that is also paid the fees: confirmed = sequential'),
  breaks('delta', 'absolute', 'M_ABSOLUTE', "the attempt's balance is stored, not its change applied"),
  breaks('delta', 'netneed', 'M_NETNEED', 'the need is the net loss, not the deepest point'),
  breaks('delta', 'nopred', 'M_NOPRED', 'the cover of debits is not asked for'),
  breaks('delta', 'nononce', 'M_NONONCE', 'the stated nonce is not asked for'),
  breaks('delta', 'errfinal', 'M_ERRFINAL', 'invalid ahead of its turn is taken for invalid'),
];
