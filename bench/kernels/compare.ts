// The comparison of a read set's values (assembly/u256words.ts) on limbs and on vectors. A list of pairs stands for the
// slots that were read: next (4 bytes), address of the value that was read, address of the value that is confirmed now.
// Compiled by bench/kernels.mjs with the library's settings.
import { Words } from '../../assembly/u256words';

/** How many pairs of the list agree, 32 bytes each. */
export function agree32Scalar(first: usize): u32 {
  let same: u32 = 0;
  for (let at = first; at !== 0; at = load<u32>(at)) same += u32(Words.eq(load<u32>(at, 4), load<u32>(at, 8)));
  return same;
}

export function agree32Simd(first: usize): u32 {
  let same: u32 = 0;
  for (let at = first; at !== 0; at = load<u32>(at)) same += u32(Words.eqSettled(load<u32>(at, 4), load<u32>(at, 8)));
  return same;
}

/** 64 bytes each. */
export function agree64Scalar(first: usize): u32 {
  let same: u32 = 0;
  for (let at = first; at !== 0; at = load<u32>(at)) {
    const a: usize = load<u32>(at, 4);
    const b: usize = load<u32>(at, 8);
    same += u32(Words.eq(a, b) && Words.eq(a + 32, b + 32));
  }
  return same;
}

export function agree64Simd(first: usize): u32 {
  let same: u32 = 0;
  for (let at = first; at !== 0; at = load<u32>(at)) {
    const a: usize = load<u32>(at, 4);
    const b: usize = load<u32>(at, 8);
    same += u32(Words.eqSettled(a, b) && Words.eqSettled(a + 32, b + 32));
  }
  return same;
}
