// Every offset of the shared memory. Integer constants only: asc and tsc both compile this file (docs/memory.md draws it).

// ── Scratch areas of a slot context, relative to Scratch.at(0) ───────────────────────────────────────────────────────
/** keccak-f state, 200 B. */
export const SCRATCH_KECCAK: i32 = 0;
/** Long division and wide products: 320 B. */
export const SCRATCH_U256: i32 = 256;
/** SHA-256, RIPEMD-160, BLAKE2f: 512 B. */
export const SCRATCH_HASH: i32 = 640;
/** Precompile headers and small buffers: 1024 B. */
export const SCRATCH_PRECOMPILE: i32 = 1152;
/** RLP, blooms and list tries: 4096 B. */
export const SCRATCH_TRIE: i32 = 2304;
export const SCRATCH_BYTES: i32 = 8192;

// ── Slot context ─────────────────────────────────────────────────────────────────────────────────────────────────────
export const CTX_SCRATCH: i32 = 1024;

// ── Log record: an attempt's logs lie one behind the other ───────────────────────────────────────────────────────────
/** Bytes of the whole record, a multiple of 8. u32 */
export const LOG_BYTES: i32 = 0;
/** Number of topics, 0 to 4. u32 */
export const LOG_TOPICS: i32 = 4;
/** Bytes of data. u32 */
export const LOG_DATA_BYTES: i32 = 8;
/** Address, 20 B, big-endian as on the wire. */
export const LOG_ADDRESS: i32 = 16;
/** Topics, 32 B each, big-endian as on the wire; the data follow. */
export const LOG_BODY: i32 = 40;
