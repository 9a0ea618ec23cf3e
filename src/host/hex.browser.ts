// Same exports as hex.node.ts.

export function putText(target: Uint8Array<ArrayBufferLike>, at: number, text: string): boolean {
  // One test behind the loop instead of one in it.
  let seen = 0;
  for (let i = 0; i < text.length; i++) {
    const character = text.charCodeAt(i);
    seen |= character;
    target[at + i] = character;
  }
  return seen < 256;
}
