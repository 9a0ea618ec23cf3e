// Same exports as hex.node.ts.

export type TextWriter = (at: number, text: string) => boolean;

export function textWriter(memory: ArrayBufferLike): TextWriter {
  const target = new Uint8Array(memory);
  return (at, text) => {
    // One test behind the loop instead of one in it.
    let seen = 0;
    for (let i = 0; i < text.length; i++) {
      const character = text.charCodeAt(i);
      seen |= character;
      target[at + i] = character;
    }
    return seen < 256;
  };
}
