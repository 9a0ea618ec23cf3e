// The steps of the protocol that have a name: tests end slots there (src/testing). In an engine nothing happens at them; one
// call of an empty function is all that a step costs.

/** In the order in which a slot comes by. */
export const POINTS = [
  /** Between jobs, before it waits for one. */
  'waiting',
  /** Inside the job. */
  'joined',
  /** Has claimed a step: RUN. */
  'claimed',
  /** Has executed the step and linked its versions, but not published it. */
  'executed',
  /** Has published the step: DONE, or FINAL. */
  'published',
  /** Has given a step back that came to nothing. */
  'returned',
  /** Has taken the token. */
  'token',
  /** Under the token, before the kernel judges a result and publishes its changes. */
  'judging',
  /** Under the token, after that, before it moves the frontier. */
  'confirmed',
  /** Under the token, after it has moved the frontier. */
  'advanced',
  /** Under the token, behind the last step, before it closes the job. */
  'closing',
  /** Under the token, in the closed job. */
  'closed',
  /** Has given the token back. */
  'released',
  /** Has taken a stale result back and is about to execute the step again. */
  'redoing',
  /** Under the token, looking for stale results in advance. */
  'looking-ahead',
  /** Under the token, has opened a check of a large read set. */
  'sharing',
  /** Has a part of such a check that another slot has opened. */
  'helping',
  /** Has a part of a tree that all slots hash. */
  'hashing',
  /** Has a copy of an account's storage, to work its root out while others execute. */
  'rooting',
  /** Has a part of a witness that all slots load. */
  'loading',
  /** Under the token, has a larger arena that nobody knows of yet. */
  'growing',
  /** Is about to sleep on the bell. */
  'sleeping',
  /** Has claimed a call. */
  'calling',
  /** Under the token, keeping the output of a call. */
  'keeping',
  /** About to leave the job. */
  'leaving',
  /** Out of it. */
  'left',
  /** In a precompile that the host runs, with the kernels' frames below it. */
  'precompile',
  /** Before an access of the kernels to words that several slots write; only in kernels built for that. */
  'kernel',
] as const;

/** A step of the protocol; see `POINTS`. */
export type Point = (typeof POINTS)[number];

export interface Points {
  reach(point: Point): void;
  /** Results are judged one by one, so that the points in between are reached. */
  readonly stepwise: boolean;
}

export const NO_POINTS: Points = { reach() {}, stepwise: false };
