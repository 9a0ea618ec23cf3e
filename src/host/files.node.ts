// Files and gzip under Node. Same shape as files.browser.ts; `#files` picks one of them. Errors are the platform's own:
// the caller knows what it was reading and says so.

import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip as gunzipCallback } from 'node:zlib';

const gunzipAsync = promisify(gunzipCallback);

/** The longest text that Node can hold: a file that unpacks to more is none that can be read, and must not fill memory. */
const MOST_BYTES = 2 ** 29;

/** The whole file. */
export async function readBytes(path: string | URL): Promise<Uint8Array> {
  return readFile(path);
}

/** The content of gzip data; rejects where it is damaged or cut off. */
export async function gunzip(bytes: Uint8Array): Promise<Uint8Array> {
  return gunzipAsync(bytes, { maxOutputLength: MOST_BYTES });
}
