// Hex texts to bytes, 32 digits at a time. What is no digit shows at the end, in one test of all digits together.

class Digits {
  /** Lanes of 0xff where `text` has a digit. */
  @inline static isNumber(text: v128): v128 {
    return i8x16.lt_u(i8x16.sub(text, i8x16.splat(0x30)), i8x16.splat(10));
  }
  @inline static isLetter(text: v128): v128 {
    return i8x16.lt_u(Digits.letters(text), i8x16.splat(6));
  }
  /** Letters counted from a or A. */
  @inline static letters(text: v128): v128 {
    return i8x16.sub(v128.or(text, i8x16.splat(0x20)), i8x16.splat(0x61));
  }
  @inline static are(text: v128): v128 {
    return v128.or(Digits.isNumber(text), Digits.isLetter(text));
  }
  /** Eight bytes, each in a lane of 16 bits. */
  @inline static bytes(text: v128): v128 {
    const ofLetters = i8x16.add(Digits.letters(text), i8x16.splat(10));
    const values = v128.bitselect(i8x16.sub(text, i8x16.splat(0x30)), ofLetters, Digits.isNumber(text));
    const both = v128.or(i16x8.shl(values, 4), i16x8.shr_u(values, 8));
    return v128.and(both, i16x8.splat(0xff));
  }
}

/** Value of one digit; above 15: it is none. */
function digitOf(digit: u32): u32 {
  const number = digit - 0x30;
  const letter = (digit | 0x20) - 0x61;
  return number < 10 ? number : letter < 6 ? letter + 10 : 0x100;
}

/** Writes the bytes of the text at `text`, 0x and two digits for each, at `dst`. False, with whatever was written, if it is not that. */
export function hexToBytes(dst: usize, text: usize, bytes: u32): bool {
  const isMarked = load<u8>(text) == 0x30 && load<u8>(text, 1) == 0x78;
  const end = dst + bytes;
  let all = i8x16.splat(-1);
  text += 2;
  for (; dst + 16 <= end; dst += 16, text += 32) {
    const first = v128.load(text);
    const second = v128.load(text, 16);
    all = v128.and(all, v128.and(Digits.are(first), Digits.are(second)));
    v128.store(dst, i8x16.narrow_i16x8_u(Digits.bytes(first), Digits.bytes(second)));
  }
  let seen: u32 = 0;
  for (; dst < end; dst++, text += 2) {
    const high = digitOf(load<u8>(text));
    const low = digitOf(load<u8>(text, 1));
    seen |= high | low;
    store<u8>(dst, <u8>((high << 4) | low));
  }
  return isMarked && seen < 16 && i8x16.all_true(all);
}
