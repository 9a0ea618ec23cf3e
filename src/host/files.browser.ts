// Files and gzip in a browser. Same shape as files.node.ts; `#files` picks one of them.

/** A page has no files: it fetches bytes itself and knows with which credentials and cache. */
export async function readBytes(path: string | URL): Promise<Uint8Array> {
  throw new TypeError(`a browser cannot read ${path}: pass its bytes`);
}

/** The content of gzip data; rejects where it is damaged or cut off. */
export async function gunzip(bytes: Uint8Array): Promise<Uint8Array> {
  // Blob refuses views of shared memory, so the bytes are copied into memory of their own.
  const stream = new Blob([new Uint8Array(bytes)]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
