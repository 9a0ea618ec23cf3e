/**
 * One slot runs at a time. At each point (before a shared access) the running slot draws from the schedule's seed whether
 * another one goes on instead; a slot that would sleep is out of the draw until its word is notified. So a schedule is a
 * function of its seed, and any interleaving of whole points can come up. Plain words of a SharedArrayBuffer: only the slot
 * whose turn it is writes them.
 */
const TURN = 0;
const RANDOM = 1;
const POINTS = 2;
const MOST_POINTS = 3;
const ODDS = 4;
const FAILURE = 5;
const SWITCHES = 6;
/** Number of the schedule that slots may take part in. */
const SCHEDULE = 7;
/** Slots that are still in it. */
const LEFT = 8;
/** Per slot: 0 out, 1 can go on, 2 sleeps; then the word that it sleeps on. */
const STATES = 16;
const SLEEPS_ON = 80;
const WORDS = 144;

const NOBODY = -1;
const OUT = 0;
const CAN_GO_ON = 1;
const SLEEPS = 2;

export const DEADLOCK = 1;
export const TOO_LONG = 2;

/** Unwinds a slot whose schedule has failed. */
export class Unwound extends Error {}

export class Turns {
  #words;
  #slots;

  /** @param {SharedArrayBuffer} buffer @param {number} slots */
  constructor(buffer, slots) {
    this.#words = new Int32Array(buffer);
    this.#slots = slots;
  }

  static buffer() {
    return new SharedArrayBuffer(4 * WORDS);
  }

  /** Lets all slots in. @param {number} seed @param {{ odds: number, most: number }} options a switch in `odds` points */
  begin(seed, { odds, most }) {
    const words = this.#words;
    words[RANDOM] = seed | 1;
    words[POINTS] = 0;
    words[MOST_POINTS] = most;
    words[ODDS] = odds;
    words[FAILURE] = 0;
    words[SWITCHES] = 0;
    words[LEFT] = this.#slots;
    words.fill(CAN_GO_ON, STATES, STATES + this.#slots);
    Atomics.store(words, TURN, this.#draw(this.#slots));
    Atomics.add(words, SCHEDULE, 1);
    Atomics.notify(words, SCHEDULE);
    Atomics.notify(words, TURN);
  }

  /** Resolves when all slots are out. */
  async ended() {
    for (;;) {
      const left = Atomics.load(this.#words, LEFT);
      if (left === 0)
        return { failure: this.#words[FAILURE], points: this.#words[POINTS], switches: this.#words[SWITCHES] };
      await /** @type {any} */ (Atomics).waitAsync(this.#words, LEFT, left).value;
    }
  }

  /** @param {number} last @returns {number} the number of the next schedule; blocks */
  awaitSchedule(last) {
    Atomics.wait(this.#words, SCHEDULE, last);
    return Atomics.load(this.#words, SCHEDULE);
  }

  /** @param {number} below */
  #draw(below) {
    let x = this.#words[RANDOM];
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#words[RANDOM] = x;
    return (x >>> 1) % below;
  }

  /** @param {number} slot */
  awaitTurn(slot) {
    for (;;) {
      const turn = Atomics.load(this.#words, TURN);
      if (turn === slot) break;
      Atomics.wait(this.#words, TURN, turn);
    }
    if (this.#words[FAILURE] !== 0) throw new Unwound();
  }

  /** @param {number} to */
  #pass(to) {
    this.#words[SWITCHES]++;
    Atomics.store(this.#words, TURN, to);
    Atomics.notify(this.#words, TURN);
  }

  /** One of the slots that can go on, or NOBODY. @param {number} but this one only if there is no other */
  #drawSlot(but) {
    const ready = [];
    for (let slot = 0; slot < this.#slots; slot++)
      if (slot !== but && this.#words[STATES + slot] === CAN_GO_ON) ready.push(slot);
    return ready.length === 0 ? NOBODY : ready[this.#draw(ready.length)];
  }

  /** @param {number} failure */
  #fail(failure) {
    this.#words[FAILURE] = failure;
    throw new Unwound();
  }

  /** Before a shared access of `slot`. */
  point(/** @type {number} */ slot) {
    if (++this.#words[POINTS] > this.#words[MOST_POINTS]) this.#fail(TOO_LONG);
    if (this.#draw(this.#words[ODDS]) === 0) this.#yield(slot);
  }

  #yield(/** @type {number} */ slot) {
    const other = this.#drawSlot(slot);
    if (other === NOBODY) return;
    this.#pass(other);
    this.awaitTurn(slot);
  }

  /** `slot` would sleep on a word: others go on until somebody notifies it. With a time limit it may go on at any time. */
  sleep(/** @type {number} */ slot, /** @type {number} */ word, /** @type {boolean} */ limited) {
    if (limited) return this.#yield(slot);
    this.#words[STATES + slot] = SLEEPS;
    this.#words[SLEEPS_ON + slot] = word;
    const other = this.#drawSlot(slot);
    if (other === NOBODY) this.#fail(DEADLOCK);
    this.#pass(other);
    this.awaitTurn(slot);
  }

  /** Everybody who sleeps on the word can go on. @param {number} word */
  wake(word) {
    let woken = 0;
    for (let slot = 0; slot < this.#slots; slot++)
      if (this.#words[STATES + slot] === SLEEPS && this.#words[SLEEPS_ON + slot] === word) {
        this.#words[STATES + slot] = CAN_GO_ON;
        woken++;
      }
    return woken;
  }

  /** `slot` is through with the schedule. After a failure those who sleep have to be let out, too. */
  leave(/** @type {number} */ slot) {
    const words = this.#words;
    words[STATES + slot] = OUT;
    if (words[FAILURE] !== 0)
      for (let s = 0; s < this.#slots; s++) if (words[STATES + s] === SLEEPS) words[STATES + s] = CAN_GO_ON;
    const other = this.#drawSlot(NOBODY);
    const isStuck = other === NOBODY && words[LEFT] > 1;
    if (isStuck) {
      words[FAILURE] = DEADLOCK;
      for (let s = 0; s < this.#slots; s++) if (words[STATES + s] === SLEEPS) words[STATES + s] = CAN_GO_ON;
    }
    Atomics.sub(words, LEFT, 1);
    Atomics.notify(words, LEFT);
    const next = isStuck ? this.#drawSlot(NOBODY) : other;
    if (next !== NOBODY) this.#pass(next);
  }
}
