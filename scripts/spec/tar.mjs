/**
 * Reads a gzip'd tar as a stream (POSIX ustar, with GNU long names and pax paths): each regular file once, in order.
 * No file of a suite is larger than a few megabytes, so a file is one string.
 */
import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';

const BLOCK = 512;

/** Bytes of a stream in pieces of the size that is asked for. */
class Pieces {
  #chunks;
  #rest = Buffer.alloc(0);

  /** @param {AsyncIterable<Buffer>} stream */
  constructor(stream) {
    this.#chunks = stream[Symbol.asyncIterator]();
  }

  /** @param {number} size @returns {Promise<Buffer>} fewer bytes only at the end */
  async take(size) {
    const parts = [this.#rest];
    let have = this.#rest.length;
    while (have < size) {
      const { value, done } = await this.#chunks.next();
      if (done) break;
      parts.push(value);
      have += value.length;
    }
    const all = Buffer.concat(parts);
    this.#rest = all.subarray(size);
    return all.subarray(0, size);
  }
}

/** @param {Buffer} header @param {number} at @param {number} size */
const text = (header, at, size) => {
  const field = header.subarray(at, at + size);
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end < 0 ? size : end);
};

/** @param {Buffer} body the records of a pax header, `<length> <key>=<value>\n` */
const paxPath = (body) => /(?:^|\n)\d+ path=([^\n]*)\n/.exec(body.toString('utf8'))?.[1];

/** Files whose bytes are no text: a character of their body is a byte. */
const BINARY = /\.rlp$/;

/** @param {string} path @returns {'latin1' | 'utf8'} */
export const encodingOf = (path) => (BINARY.test(path) ? 'latin1' : 'utf8');

/** @param {string} file @returns {AsyncGenerator<{ path: string, body: string }>} */
export async function* readTarGz(file) {
  const pieces = new Pieces(createReadStream(file).pipe(createGunzip()));
  let longPath;
  for (;;) {
    const header = await pieces.take(BLOCK);
    if (header.length < BLOCK || header[0] === 0) return;
    const size = Number.parseInt(text(header, 124, 12), 8);
    const padded = Math.ceil(size / BLOCK) * BLOCK;
    const body = (await pieces.take(padded)).subarray(0, size);
    if (body.length < size) throw new Error(`${file} is cut off`);
    const kind = String.fromCharCode(header[156] ?? 0);
    if (kind === 'L') longPath = text(body, 0, size);
    else if (kind === 'x') longPath = paxPath(body);
    else {
      const prefix = text(header, 345, 155);
      const name = text(header, 0, 100);
      const path = longPath ?? (prefix === '' ? name : `${prefix}/${name}`);
      longPath = undefined;
      if (kind === '0' || kind === '\0')
        yield { path: path.replace(/^\.\//, ''), body: body.toString(encodingOf(path)) };
    }
  }
}
