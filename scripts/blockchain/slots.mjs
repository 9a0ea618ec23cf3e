/** Slot counts at which each test runs. */
export const SLOTS = [1, 2];
