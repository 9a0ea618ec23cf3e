// Same exports as hex.node.ts.
import { INVALID_NIBBLE, NIBBLES } from '../hex.ts';

export function putHex(target: Uint8Array<ArrayBufferLike>, at: number, text: string): boolean {
  if (text.length % 2 !== 0 || !text.startsWith('0x')) return false;
  // One test behind the loop instead of two in it: an invalid digit sets bits above the low four.
  let seen = 0;
  for (let i = 2; i < text.length; i += 2) {
    const high = NIBBLES[text.charCodeAt(i)] ?? INVALID_NIBBLE;
    const low = NIBBLES[text.charCodeAt(i + 1)] ?? INVALID_NIBBLE;
    seen |= high | low;
    target[at++] = (high << 4) | low;
  }
  return seen <= 15;
}
