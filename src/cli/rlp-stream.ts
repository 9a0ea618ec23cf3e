// Blocks out of files of RLP, one behind the other as `geth export` writes them, plain or gzipped. A file may be larger than
// memory: it is read in pieces, and nothing but the block at hand is kept.
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { ParallelEvmError } from '../errors.ts';

const SHORT_LIST = 0xc0;
const LONG_LIST = 0xf7;
/** No chain has blocks of such a size: what claims to be larger is no block. */
const MOST_BLOCK_BYTES = 2 ** 26;
export const GZIP_MAGIC: readonly number[] = [0x1f, 0x8b];

function badFile(path: string, message: string, cause?: unknown): ParallelEvmError {
  return new ParallelEvmError('BAD_FILE', `${path}: ${message}`, { field: 'file', value: path, cause });
}

/** Bytes of the list at the beginning, head included; undefined where its head is not all there. */
function listBytes(bytes: Uint8Array, path: string, offset: number): number | undefined {
  const [head] = bytes;
  if (head === undefined) return undefined;
  if (head < SHORT_LIST) throw badFile(path, `no RLP list at byte ${offset}`);
  if (head <= LONG_LIST) return 1 + head - SHORT_LIST;
  const lengthBytes = head - LONG_LIST;
  if (bytes.length < 1 + lengthBytes) return undefined;
  const length = bytes.subarray(1, 1 + lengthBytes).reduce((sum, byte) => sum * 256 + byte, 0);
  if (length > MOST_BLOCK_BYTES) throw badFile(path, `a block of ${length} bytes at byte ${offset}`);
  return 1 + lengthBytes + length;
}

async function isGzip(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer } = await file.read(Buffer.alloc(GZIP_MAGIC.length), 0, GZIP_MAGIC.length, 0);
    return GZIP_MAGIC.every((byte, i) => buffer[i] === byte);
  } finally {
    await file.close();
  }
}

/** The pieces of a file, unpacked where it is gzipped. `onRead` is told how many bytes of the file were read. */
async function* piecesOf(path: string, onRead: (bytes: number) => void): AsyncGenerator<Buffer> {
  const packed = await isGzip(path);
  const file = createReadStream(path);
  file.on('data', (piece) => onRead(piece.length));
  const gunzip = packed ? createGunzip() : undefined;
  try {
    // Of a stream that is piped, nobody but the pipe's end sees an error.
    if (gunzip) file.on('error', (error) => gunzip.destroy(error));
    yield* (gunzip ? file.pipe(gunzip) : file) as AsyncIterable<Buffer>;
  } finally {
    file.destroy();
    gunzip?.destroy();
  }
}

/**
 * The encoded blocks of a file, in order.
 * @throws BAD_FILE where it cannot be read, ends within a block, or has something else
 */
export async function* blocksIn(path: string, onRead: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  let rest: Uint8Array = new Uint8Array(0);
  let offset = 0;
  try {
    for await (const piece of piecesOf(path, onRead)) {
      rest = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
      for (;;) {
        const bytes = listBytes(rest, path, offset);
        if (bytes === undefined || bytes > rest.length) break;
        yield rest.subarray(0, bytes);
        rest = rest.subarray(bytes);
        offset += bytes;
      }
    }
  } catch (cause) {
    if (cause instanceof ParallelEvmError) throw cause;
    throw badFile(path, cause instanceof Error ? cause.message : String(cause), cause);
  }
  if (rest.length > 0) throw badFile(path, `cut off within the block at byte ${offset}`);
}
