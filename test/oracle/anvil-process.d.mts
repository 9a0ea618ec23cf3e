/** Starts a node on a free port of the loopback interface, with a home of its own that goes with it. */
export function startAnvil(options: readonly string[]): Promise<{ url: string; stop: () => Promise<void> }>;
