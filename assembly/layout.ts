// Every offset of the shared memory. Integer constants only: asc and tsc both compile this file (docs/memory.md draws it).
// Widths in bytes; addresses (u32) are offsets into the one memory, 0 is "none".

// ── Control words: one 64-byte line each, so that no two threads' words share a line ────────────────────────────────
/** First byte after the static data, checked by the build. */
export const CONTROL: i32 = 131072;
/** Number of the posted job; slots wait on it. */
export const CTL_JOB: i32 = CONTROL;
/** What the job is: one of JOB_*. */
export const CTL_COMMAND: i32 = CONTROL + 64;
/** The job that is open, and who is in it: job number << 8 | CREW_CLOSED | number of slots inside. */
export const CTL_CREW: i32 = CONTROL + 128;
/** Number of the last finished job; the caller waits on it. */
export const CTL_FINISHED: i32 = CONTROL + 192;
/** Next step to claim. */
export const CTL_NEXT: i32 = CONTROL + 256;
/** Steps below it are confirmed: 0 pre-block work, 1..n transactions, n + 1 post-block work. */
export const CTL_FRONTIER: i32 = CONTROL + 320;
/** Step + 1 whose changes are being made the confirmed state; done with when the frontier has it. Written under the token. */
export const CTL_PUBLISHING: i32 = CONTROL + 324;
/** Slot number + 1 of who may confirm, 0 = free. */
export const CTL_TOKEN: i32 = CONTROL + 384;
/** 1: a slot with nothing else to do has found the token taken; its holder looks again. */
export const CTL_TOKEN_WANTED: i32 = CONTROL + 388;
/** Bit 0: running attempts stop at their next poll. Above it a count: results were confirmed that attempts may have missed. */
export const CTL_ABORT: i32 = CONTROL + 448;
/** Outcome of the job: VERDICT_*, then what it is about. Written under the token. */
export const CTL_VERDICT: i32 = CONTROL + 512;
export const CTL_VERDICT_STEP: i32 = CONTROL + 516;
export const CTL_VERDICT_CODE: i32 = CONTROL + 520;
export const CTL_VERDICT_DETAIL: i32 = CONTROL + 524;
/** Address of the block and the state of the job, and counters of the job (written under the token). */
export const CTL_BLOCK: i32 = CONTROL + 576;
export const CTL_STATE: i32 = CONTROL + 580;
export const CTL_REDOS: i32 = CONTROL + 704;
/** What a job of loading works off: address of the PART_* records, and how many they are. Read-only while it runs. */
export const CTL_PARTS: i32 = CONTROL + 640;
export const CTL_PART_COUNT: i32 = CONTROL + 644;
/** Heap: end of what was ever handed out, upper limit, and a free list per size class of 64 KiB << k. */
export const CTL_HEAP_TOP: i32 = CONTROL + 768;
export const CTL_HEAP_LIMIT: i32 = CONTROL + 772;
export const CTL_HEAP_FREE: i32 = CONTROL + 776;
/** Number of the job's versions: chains of another epoch are empty. */
export const CTL_EPOCH: i32 = CONTROL + 960;
/** Counts what made work appear; sleeping slots wait on it. */
export const CTL_BELL: i32 = CONTROL + 1024;
/** Steps that went back to ready, and those of them that wait for another step. */
export const CTL_RETURNED: i32 = CONTROL + 1056;
/** Slots that sleep or are about to. */
export const CTL_SLEEPERS: i32 = CONTROL + 1088;
/** How the job is run, read-only while it runs: POLICY_* bits, speculative attempts per step, slots. */
export const CTL_POLICY: i32 = CONTROL + 1152;
export const CTL_CAP: i32 = CONTROL + 1156;
export const CTL_SLOTS: i32 = CONTROL + 1160;
/** Steps below it are executed in turn only. Written under the token. */
export const CTL_IN_TURN_UNTIL: i32 = CONTROL + 1216;
/** Redone and confirmed steps since the last look at the redo rate; how long the last retreat was. Under the token. */
export const CTL_RECENT_REDOS: i32 = CONTROL + 1220;
export const CTL_RECENT_STEPS: i32 = CONTROL + 1224;
export const CTL_RETREAT: i32 = CONTROL + 1228;
/** Non-zero after an inconsistency: everything else is executed in turn. */
export const CTL_FELL_BACK: i32 = CONTROL + 1232;
/** A check of a large read set that is shared out: parts that are not taken yet, 0 = none is open; its outcome. */
export const CTL_CHECK: i32 = CONTROL + 1280;
export const CTL_CHECK_OUT: i32 = CONTROL + 1284;
/** Non-zero: some part does not hold. */
export const CTL_CHECK_FAILED: i32 = CONTROL + 1288;
/** Most parts of a check, local slots of a part, and the least number of them that is worth sharing out. */
export const CHECK_CHUNKS: i32 = 64;
export const CHECK_SLOTS: i32 = 512;
export const CHECK_LEAST: i32 = 4096;
/** First large transaction that nobody has claimed early, 0 = none. */
export const CTL_LARGE: i32 = CONTROL + 1472;
/** Next chunk of receipts that nobody hashes yet. */
export const CTL_LEAVES: i32 = CONTROL + 1408;
/** Steps below it have signers that are known, or that nobody finds out ahead of their attempts. */
export const CTL_SIGNERS: i32 = CONTROL + 1412;
/** One more than the frontier was when a slot looked in vain for a storage root to begin. */
export const CTL_EARLY: i32 = CONTROL + 1416;
/**
 * A trie that all slots may hash, by its root node, 0 = none; the next part that nobody hashes yet. With bit TREE_OF_BASE it is
 * the base's, whose leaves hold what they held before the job.
 */
export const CTL_TREE: i32 = CONTROL + 1344;
export const CTL_TREE_PART: i32 = CONTROL + 1348;
/** Parts of a state root that nobody has; which of its stages they are of (ROOT_STAGE_*). */
export const CTL_ROOT_PARTS: i32 = CONTROL + 1352;
export const CTL_ROOT_STAGE: i32 = CONTROL + 1356;
export const ROOT_STAGE_STORAGES: i32 = 0;
export const ROOT_STAGE_CHILDREN: i32 = 1;
/** Where slots note what they do when, 0 = nowhere: a ring for each slot, and spans that it has room for. */
export const CTL_SPANS: i32 = CONTROL + 1536;
export const CTL_SPAN_CAPACITY: i32 = CONTROL + 1540;
/** How often an idle slot looks at the bell before it sleeps. */
export const CTL_SPINS: i32 = CONTROL + 1600;
/** Counters of the job, u32 each: STAT_*. */
export const CTL_STATS: i32 = CONTROL + 1664;
export const STAT_STEALS: i32 = 0;
export const STAT_SHADOW_REDOS: i32 = 4;
export const STAT_DETECTED_IN_ADVANCE: i32 = 8;
export const STAT_PARALLEL_CHECKS: i32 = 12;
export const STAT_DELTAS_FOLDED: i32 = 16;
export const STAT_UNCONFIRMED_READS: i32 = 20;
export const STAT_DEPENDENCIES: i32 = 24;
export const STAT_ABORTS: i32 = 28;
export const STAT_FALLBACKS: i32 = 32;
export const STAT_RETREATS: i32 = 36;
export const STAT_STATIC_CLAIMS: i32 = 40;
export const STAT_WAITS: i32 = 44;
export const STAT_AVOIDED: i32 = 48;
export const STAT_VALUE_MATCHES: i32 = 52;
export const STAT_RECYCLED_BYTES: i32 = 56;
export const STAT_EARLY: i32 = 60;
export const STAT_RESERVED: i32 = 64;
export const STAT_SLOT_DEATHS: i32 = 68;
export const STAT_PIPELINED_COMMITS: i32 = 72;
export const STAT_EARLY_ROOTS: i32 = 76;
/** Results that were taken back, by CAUSE_*; by how far behind the writer they were (buckets of CAUSE_DISTANCES); the distances' sum. */
export const STAT_CAUSES: i32 = 128;
export const STAT_DISTANCES: i32 = 168;
export const STAT_DISTANCE_SUM: i32 = 208;
export const STATS_BYTES: i32 = 256;
/** Transactions that a full list did not take: of the plan, which is made before the job's counters are reset. */
export const STAT_OVERFLOWS: i32 = STATS_BYTES;
/** Why a result did not hold: the field of an account or the slot that differs, an attempt that came to nothing, or not to be said. */
export const CAUSE_UNKNOWN: i32 = 0;
export const CAUSE_BALANCE: i32 = 1;
export const CAUSE_NONCE: i32 = 2;
export const CAUSE_CODE: i32 = 3;
export const CAUSE_STORAGE: i32 = 4;
export const CAUSE_EXISTENCE: i32 = 5;
export const CAUSE_PREDICATE: i32 = 6;
export const CAUSE_INVALID: i32 = 7;
export const CAUSE_LIMITS: i32 = 8;
/** The account's storage was destroyed, or the account came after a destruction. */
export const CAUSE_DESTRUCTION: i32 = 9;
export const CAUSES: i32 = 10;
/** Distances 1, 2, 3 to 4, 5 to 8, … and all above 256: so many buckets. */
export const CAUSE_DISTANCES: i32 = 10;
/** A line for each slot, written by that slot: what it runs, its place in its list, what it takes part in. */
export const CTL_LINES: i32 = CONTROL + 4096;
export const LINE_BYTES: i32 = 64;
export const MAX_SLOTS: i32 = 64;
/** Group of the step that runs, 0 = none. */
export const LINE_GROUP: i32 = 0;
/** Next step of the slot's own list, 0 = none left. */
export const LINE_CURSOR: i32 = 4;
/** Non-zero from before the slot enters a job until after it has left it. */
export const LINE_INSIDE: i32 = 8;
/** Non-zero from before the slot looks whether a check is open until it has done with it. */
export const LINE_HELPING: i32 = 12;
/** Milliseconds that the slot has spent in jobs, and of these without work, since the engine was made. f64 */
export const LINE_INSIDE_MS: i32 = 16;
export const LINE_WAITED_MS: i32 = 24;
/** Milliseconds that the slot was busy with in the job at hand: recovering senders, hashing receipts. f64, reset for each job. */
export const LINE_SENDERS_MS: i32 = 32;
export const LINE_RECEIPTS_MS: i32 = 40;
/** 1 while the slot hashes receipts. */
export const LINE_HASHING: i32 = 48;
/** Address of each slot's arena, u32. Written by the slot, under the token; at first by the caller. */
export const CTL_ARENAS: i32 = CONTROL + 8192;
/** Execution on a thread beside the slot's (`execution: 'typescript'`): a line for each slot. */
export const CTL_EXECUTORS: i32 = CONTROL + 12288;
export const EXECUTOR_BYTES: i32 = 64;
/** Attempts handed over, and attempts that came back: each side waits for the other's count. */
export const EXECUTOR_ASKED: i32 = 0;
export const EXECUTOR_ANSWERED: i32 = 4;
/** The context that holds the attempt, the kind of a system call (SYSTEM_*, else -1), and STATUS_* of its end. */
export const EXECUTOR_CONTEXT: i32 = 8;
export const EXECUTOR_KIND: i32 = 12;
export const EXECUTOR_STATUS: i32 = 16;

/** Seed of the attempts' hash directories: unpredictable, so that nobody can aim at one bucket. u64 */
export const CTL_SEED: i32 = CONTROL + 896;
export const CONTROL_BYTES: i32 = 65536;
/** First byte of the heap. */
export const HEAP: i32 = CONTROL + CONTROL_BYTES;
export const HEAP_CLASSES: i32 = 16;
export const HEAP_UNIT_BITS: i32 = 16;

/** Bits of CTL_POLICY. */
export const POLICY_STATIC: i32 = 1;
export const POLICY_DYNAMIC: i32 = 2;
export const POLICY_DIRTY_READ: i32 = 4;
export const POLICY_UNCONFIRMED: i32 = 8;
export const POLICY_SHADOW: i32 = 16;
export const POLICY_IN_ADVANCE: i32 = 32;
export const POLICY_PARALLEL_CHECK: i32 = 64;
export const POLICY_STREAMING: i32 = 128;
export const POLICY_DELTAS: i32 = 256;
export const POLICY_RETREAT: i32 = 512;
/** One slot executes all steps in turn. */
export const POLICY_ALONE: i32 = 1024;
/** Each transaction's footprint and time are kept. With POLICY_ALONE only. */
export const POLICY_RECORD: i32 = 2048;
/** A step's first attempt runs ahead of its turn even where its turn has come. For tests of single transactions. */
export const POLICY_AHEAD: i32 = 4096;
/** Slot 0 executes all steps with the tracing kernels. With POLICY_ALONE, or in a job of calls. */
export const POLICY_TRACE: i32 = 8192;

export const JOB_BLOCK: i32 = 1;
export const JOB_STOP: i32 = 2;
/** Independent calls, each on the same state: nothing is confirmed. */
export const JOB_CALLS: i32 = 3;
/** Parts of a witness are hashed and put where look-ups find them. */
export const JOB_LOAD: i32 = 4;
export const CREW_CLOSED: i32 = 128;
export const CREW_COUNT: i32 = 127;
export const CREW_JOB_SHIFT: i32 = 8;

export const VERDICT_NONE: i32 = 0;
/** Every step is confirmed. */
export const VERDICT_DONE: i32 = 1;
/** The block is invalid: step and INVALID_* code. */
export const VERDICT_INVALID: i32 = 2;
/** The job ended with a fault: step and STATUS_* code. */
export const VERDICT_FAULT: i32 = 3;

// ── Bump: memory that is handed out in order and given back as a whole ──────────────────────────────────────────────
export const BUMP_NEXT: i32 = 0;
export const BUMP_END: i32 = 4;
export const BUMP_CHUNK: i32 = 8;
export const BUMP_FIRST: i32 = 12;
export const BUMP_BYTES: i32 = 16;
/** In place of BUMP_CHUNK: the bump takes pieces of what several share, the SHARE_* record at BUMP_FIRST, and of nothing else. */
export const BUMP_SHARES: i32 = -1;
/** Memory that several bumps take from: the next free byte, the end. */
export const SHARE_NEXT: i32 = 0;
export const SHARE_END: i32 = 4;
/** A chunk starts with the address of the next one and its own size. */
export const CHUNK_NEXT: i32 = 0;
export const CHUNK_SIZE: i32 = 4;
export const CHUNK_HEADER: i32 = 64;

// ── State ────────────────────────────────────────────────────────────────────────────────────────────────────────────
export const STATE_BUMP: i32 = 0;
/** Directories: address, mask (slots - 1), used slots. */
export const STATE_ACCOUNTS: i32 = 16;
export const STATE_SLOTS: i32 = 32;
export const STATE_CODES: i32 = 48;
/** List of all account entries. */
export const STATE_FIRST_ACCOUNT: i32 = 64;
/** Entries whose head the running block has set. */
export const STATE_TOUCHED_ACCOUNTS: i32 = 68;
export const STATE_TOUCHED_SLOTS: i32 = 72;
/** Non-zero ends the job: STATUS_* of what the source lacks, else an allocation failed. */
export const STATE_FULL: i32 = 76;
/** Stamp that no other state of this memory has had: it keys the slots' private caches. */
export const STATE_STAMP: i32 = 80;
/** Memory for entries that slots make while a job runs: next free byte (atomic) and end. */
export const STATE_SPARE_NEXT: i32 = 88;
export const STATE_SPARE_END: i32 = 92;
/** Where entries come from that the directories lack: address of a SOURCE_* record, 0 = what they lack is not there. */
export const STATE_SOURCE: i32 = 96;
/** The whole trie of the state: address of a TREE_* record, 0 = there is none. */
export const STATE_TREE: i32 = 100;
/** What the attempt in turn or the confirmation lacked: a LACK_* record. */
export const STATE_LACK: i32 = 128;
export const STATE_BYTES: i32 = 256;

/** A directory slot is one u64, published by one atomic store: tag << 32 | address of the entry. */
export const DIR_TABLE: i32 = 0;
export const DIR_MASK: i32 = 4;
export const DIR_USED: i32 = 8;

/** Account record: what an account is at one moment. Immutable once published. */
export const REC_NONCE: i32 = 0;
/** Address of the code object, 0 = no code. */
export const REC_CODE: i32 = 8;
/** Raised whenever the account is deleted: its old slots are then unreachable. */
export const REC_INCARNATION: i32 = 12;
/** 1 if the account exists. */
export const REC_EXISTS: i32 = 16;
/** Step of the running block that last changed the balance, the nonce, or anything else; 0 in a base record. */
export const REC_BALANCE_STEP: i32 = 20;
export const REC_NONCE_STEP: i32 = 24;
export const REC_OTHER_STEP: i32 = 28;
export const REC_BALANCE: i32 = 32;
export const REC_BYTES: i32 = 64;

/** What entries of accounts and of storage slots have in the same place: the newest version of the running block. */
export const ENTRY_HEAD: i32 = 32;

/** Account entry: key, newest version of the running block, base record. */
export const ACCOUNT_KEY: i32 = 0;
export const ACCOUNT_HEAD: i32 = ENTRY_HEAD;
export const ACCOUNT_NEXT: i32 = 36;
export const ACCOUNT_SLOTS: i32 = 40;
export const ACCOUNT_TOUCHED_NEXT: i32 = 44;
/** 1 if the base has a storage slot that is not zero (EIP-7610). */
export const ACCOUNT_HAS_STORAGE: i32 = 48;
/** Versions that are published but not confirmed: epoch << 32 | address of the one with the highest step. u64 */
export const ACCOUNT_CHAIN: i32 = 56;
export const ACCOUNT_ADDRESS: i32 = 64;
/** While a state root is worked out: the account's changed slots, and the next changed account (CHANGED_LAST ends the list). */
export const ACCOUNT_CHANGED_SLOTS: i32 = 88;
export const ACCOUNT_CHANGED_NEXT: i32 = 92;
export const CHANGED_LAST: i32 = 1;
/** The item of the base's storage root in the account's leaf, 0 = nothing of its storage is in the state's source. */
export const ACCOUNT_ROOT: i32 = 96;
/** A storage root that is worked out ahead of the block's end: epoch << 32 | address of an EARLY_* record. u64 */
export const ACCOUNT_EARLY: i32 = 104;
export const ACCOUNT_BASE: i32 = 128;
export const ACCOUNT_BYTES: i32 = 192;

/** Storage entry. A record of a slot is its 32-byte value. */
export const SLOT_KEY: i32 = 0;
export const SLOT_HEAD: i32 = ENTRY_HEAD;
export const SLOT_ACCOUNT: i32 = 36;
export const SLOT_INCARNATION: i32 = 40;
export const SLOT_TOUCHED_NEXT: i32 = 44;
export const SLOT_NEXT: i32 = 48;
/** Next changed slot of the account, while a state root is worked out. */
export const SLOT_CHANGED_NEXT: i32 = 52;
export const SLOT_CHAIN: i32 = 56;
export const SLOT_NUMBER: i32 = 64;
export const SLOT_BASE: i32 = 96;
export const SLOT_BYTES: i32 = 128;

/**
 * A published version: the next one with a lower step (atomic), step and attempt that wrote it, VERSION_* flags, then the
 * record. Immutable but for the link; it counts while the step's control word says that this attempt is done.
 */
export const VER_NEXT: i32 = 0;
export const VER_STEP: i32 = 4;
export const VER_ATTEMPT: i32 = 8;
export const VER_FLAGS: i32 = 12;
export const VER_RECORD: i32 = 16;
/** The record lacks a code that is known at confirmation only: a reader waits for that. */
export const VERSION_PENDING: i32 = 1;

/** Code object: once per hash; bytes are followed by CODE_PADDING zero bytes, then by the jump-destination bitmap. */
export const CODE_HASH: i32 = 0;
export const CODE_LENGTH: i32 = 32;
export const CODE_FLAGS: i32 = 36;
export const CODE_BITMAP: i32 = 40;
/** EIP-7702: the address that the code delegates to. */
export const CODE_DELEGATE: i32 = 48;
export const CODE_START: i32 = 80;
export const CODE_PADDING: i32 = 40;
export const CODE_IS_DELEGATION: i32 = 1;
/** Only the hash is known. */
export const CODE_IS_MISSING: i32 = 2;

// ── Merkle Patricia tries ────────────────────────────────────────────────────────────────────────────────────────────
/** Source of a state: directory of raw nodes by hash, bump for decoded nodes, trie of accounts, root before the block as an RLP item. */
export const SOURCE_NODES: i32 = 0;
export const SOURCE_BUMP: i32 = 16;
export const SOURCE_TRIE: i32 = 32;
export const SOURCE_ROOT: i32 = 96;
/** Address of the CUT_* record of a root that is worked out in parts. */
export const SOURCE_CUT: i32 = 136;
export const SOURCE_BYTES: i32 = 192;

/**
 * A root in parts: the memory of all parts, a SHARE_* record; the changed accounts, the existing ones of them as CUT_ACCOUNT_*
 * records, and which of these have changed slots, those with most of them last; the top branch; for each of its children the
 * records below it (0 = none), the node in its place, and whether that is done; a bump of each slot.
 */
export const CUT_SHARE: i32 = 0;
export const CUT_FIRST: i32 = 8;
export const CUT_STORAGES: i32 = 12;
export const CUT_STORAGE_COUNT: i32 = 16;
export const CUT_TOP: i32 = 20;
export const CUT_HEADS: i32 = 64;
export const CUT_CHILDREN: i32 = 128;
export const CUT_CHILD_DONE: i32 = 192;
export const CUT_BUMPS: i32 = 256;
export const CUT_BYTES: i32 = 1280;
/** Children of the top branch: so many parts has the second stage. */
export const CUT_CHILD_PARTS: i32 = 16;
/** Its entry, the next record below the same child, changed slots, whether its storage root is there, that root. */
export const CUT_ACCOUNT_ENTRY: i32 = 0;
export const CUT_ACCOUNT_NEXT: i32 = 4;
export const CUT_ACCOUNT_SLOTS: i32 = 8;
export const CUT_ACCOUNT_DONE: i32 = 12;
export const CUT_ACCOUNT_ROOT: i32 = 16;
export const CUT_ACCOUNT_BYTES: i32 = 64;

/**
 * A storage root ahead of the block's end: memory that its nodes lie in, as a SHARE_* record and a bump that takes from it; its
 * trie; the root; the account, the item of its storage root before, its incarnation; how many slots have changed, and whether
 * the root is there. Behind it those slots, each with its value.
 */
export const EARLY_SHARE: i32 = 0;
export const EARLY_BUMP: i32 = 16;
export const EARLY_TRIE: i32 = 32;
export const EARLY_ROOT: i32 = 96;
export const EARLY_ACCOUNT: i32 = 128;
export const EARLY_BEFORE: i32 = 132;
export const EARLY_INCARNATION: i32 = 136;
export const EARLY_COUNT: i32 = 140;
export const EARLY_DONE: i32 = 144;
export const EARLY_BYTES: i32 = 192;
export const EARLY_SLOT_ENTRY: i32 = 0;
export const EARLY_SLOT_VALUE: i32 = 8;
export const EARLY_SLOT_BYTES: i32 = 40;

/** Raw node: its hash, its length, its RLP. */
export const RAW_HASH: i32 = 0;
export const RAW_BYTES: i32 = 32;
export const RAW_RLP: i32 = 40;

/** A part of a witness that one slot loads: raw nodes, or code objects, in [from, to); 1 in the end, when all of it is found. */
export const PART_FROM: i32 = 0;
export const PART_TO: i32 = 4;
export const PART_HAS_CODES: i32 = 8;
export const PART_DONE: i32 = 12;
/** Address of the hex texts of its items, one behind the other, 0 = their bytes are in place. */
export const PART_TEXT: i32 = 16;
export const PART_BYTES: i32 = 32;
/** Code objects in a part lie at multiples of so many bytes. */
export const PART_CODE_UNIT: i32 = 64;

/** Trie: directory of raw nodes (0 = none), bump that its nodes come from, account entry that owns it (0 = it is that of the accounts). */
export const TRIE_NODES: i32 = 0;
export const TRIE_BUMP: i32 = 4;
export const TRIE_OWNER: i32 = 8;
/** The root: 0 = the trie is empty, else a node, or the RLP item of its hash. */
export const TRIE_TOP: i32 = 12;
export const TRIE_TOP_IS_NODE: i32 = 16;
export const TRIE_BYTES: i32 = 64;

/** Decoded node: kind u8; depth where it ends, in nibbles, u8 (a leaf ends at 64); bit i of the u16 mask: child i is a node. */
export const NODE_KIND: i32 = 0;
export const NODE_END: i32 = 1;
export const NODE_MASK: i32 = 2;
/** What its parent holds of it, an RLP item of at most 33 bytes, and its length u32; length 0: dirty. */
export const NODE_REF_BYTES: i32 = 4;
export const NODE_REF: i32 = 8;
/** Branch: 16 children, each 0, a node, or the RLP item of a node (hash, or the node itself below 32 bytes) in its parent. */
export const NODE_CHILDREN: i32 = 48;
/** Leaf and extension: a key whose nibbles up to NODE_END are the node's; those above it are its ancestors'. */
export const NODE_KEY: i32 = 48;
/** Extension: its child, as a branch's child 0. */
export const NODE_CHILD: i32 = 80;
/** Leaf: address and length of the value, and how many bytes its own room has for one. */
export const NODE_VALUE: i32 = 80;
export const NODE_VALUE_BYTES: i32 = 84;
export const NODE_VALUE_ROOM: i32 = 88;
export const NODE_OWN_VALUE: i32 = 96;
export const NODE_BYTES: i32 = 128;
export const NODE_BRANCH: i32 = 1;
export const NODE_EXTENSION: i32 = 2;
export const NODE_LEAF: i32 = 3;
/** Nibbles of a key: keys are keccak hashes. */
export const KEY_NIBBLES: i32 = 64;
/** Longest value of a leaf. An account takes 112 bytes at most, a slot 33. */
export const MAX_VALUE_BYTES: i32 = 1024;

// ── Trees: whole tries in memory, whose leaves are a state's entries ─────────────────────────────────────────────────
/** Root node of the base's trie, and of the trie with what is confirmed, which is worked out if TREE_IS_NEXT; 0 = empty. */
export const TREE_TOP: i32 = 0;
export const TREE_NEXT_TOP: i32 = 4;
export const TREE_IS_NEXT: i32 = 8;
/** Number of the present change: nodes that carry it belong to that change alone. */
export const TREE_CHANGE: i32 = 12;
/** Pools of short nodes and of branches. */
export const TREE_SHORTS: i32 = 16;
export const TREE_BRANCHES: i32 = 32;
/** Nodes of the base that the change has no use for, linked. */
export const TREE_STALE: i32 = 48;
/** The leaf that the last insertion left. */
export const TREE_LEAF: i32 = 52;
/** The bump that nodes come from: that of the state. */
export const TREE_BUMP: i32 = 56;
/** While the tree is built: the next account, and the next slot of the account before it, whose leaf is TREE_BUILDING. */
export const TREE_ACCOUNT: i32 = 60;
export const TREE_SLOT: i32 = 64;
export const TREE_BUILDING: i32 = 68;
/** Changed accounts and slots of the change; the most slots of one account, and the leaf of that. */
export const TREE_CHANGES: i32 = 72;
export const TREE_MOST_SLOTS: i32 = 76;
export const TREE_MOST_LEAF: i32 = 80;
/** Of the change that was kept: the root node before it, its number, nodes that it has replaced; non-zero: it stays. */
export const TREE_KEPT_TOP: i32 = 84;
export const TREE_KEPT_CHANGE: i32 = 88;
export const TREE_KEPT_STALE: i32 = 92;
export const TREE_KEPT_HOLDS: i32 = 96;
export const TREE_BYTES: i32 = 128;
export const TREE_OF_BASE: i32 = 1;

/**
 * A layer: what a block has replaced in the base, so that the block can be taken back. Its accounts, then its slots: each the
 * entry, whether its account had storage, and the record or value.
 */
export const LAYER_ACCOUNTS: i32 = 0;
export const LAYER_SLOTS: i32 = 4;
export const LAYER_ITEMS: i32 = 8;
export const LAYER_ENTRY: i32 = 0;
export const LAYER_HAS_STORAGE: i32 = 4;
export const LAYER_BEFORE: i32 = 8;

/**
 * Pool of nodes of one size: list of the free ones, of which the change has taken those before the cursor; the last one
 * that it took; nodes that it took and has no use for any more.
 */
export const POOL_FREE: i32 = 0;
export const POOL_CURSOR: i32 = 4;
export const POOL_LAST: i32 = 8;
export const POOL_DEAD: i32 = 12;

/** Tree node: NODE_* kind u8; depth where it ends, u8; length of its reference u8, 0 = dirty, 32 = a hash, else the node itself. */
export const TNODE_KIND: i32 = 0;
export const TNODE_END: i32 = 1;
export const TNODE_REF_BYTES: i32 = 2;
/** Next node of the list that it is in: free, or stale. */
export const TNODE_LINK: i32 = 4;
export const TNODE_CHANGE: i32 = 8;
/** Entry whose key begins with the node's nibbles: of a leaf its own. Of a dead node the next one. */
export const TNODE_ENTRY: i32 = 12;
/** Extension: its child. Leaf of an account: root node of its storage, 0 = it has none. */
export const TNODE_CHILD: i32 = 16;
export const TNODE_REF: i32 = 24;
export const TNODE_SHORT_BYTES: i32 = 64;
/** Branch: 16 children, 0 = none. */
export const TNODE_CHILDREN: i32 = 64;
export const TNODE_BRANCH_BYTES: i32 = 128;
/** Table that accounts are sorted in before a tree is built: a list for each two bytes that a key begins with. */
export const SORT_PLACES: i32 = 65536;
export const SORT_BYTES: i32 = 524288;
/** Leaf of an account; NODE_LEAF is one of a storage slot. */
export const NODE_ACCOUNT: i32 = 4;

/** What a look-up lacked: STATUS_*, account entry that owns the trie (0 = it is that of the accounts), depth in nibbles. */
export const LACK_STATUS: i32 = 0;
export const LACK_OWNER: i32 = 4;
export const LACK_DEPTH: i32 = 8;
/** Hash of the node (zeros where it has none), and the key whose first LACK_DEPTH nibbles lead to it. */
export const LACK_HASH: i32 = 16;
export const LACK_KEY: i32 = 48;
export const LACK_BYTES: i32 = 80;

// ── Rules of a fork ──────────────────────────────────────────────────────────────────────────────────────────────────
/** Opcode table: gas u16, least stack bytes u16, most stack bytes u16, growth in bytes i16. */
export const SPEC_OPCODES: i32 = 0;
/** Parameters, u32 each unless said otherwise. */
export const SPEC_FLAGS: i32 = 2048;
export const SPEC_COLD_ACCOUNT: i32 = 2052;
export const SPEC_COLD_SLOT: i32 = 2056;
export const SPEC_WARM: i32 = 2060;
export const SPEC_SSTORE_SET: i32 = 2064;
export const SPEC_SSTORE_RESET: i32 = 2068;
export const SPEC_SSTORE_CLEAR_REFUND: i32 = 2072;
export const SPEC_REFUND_QUOTIENT: i32 = 2076;
export const SPEC_MAX_CODE: i32 = 2080;
export const SPEC_MAX_INITCODE: i32 = 2084;
export const SPEC_INITCODE_WORD: i32 = 2088;
export const SPEC_TX_CREATE: i32 = 2092;
export const SPEC_FLOOR_TOKEN: i32 = 2096;
/** EIP-7825; 0 = no cap. */
export const SPEC_MAX_TX_GAS: i32 = 2100;
export const SPEC_MAX_TX_BLOBS: i32 = 2104;
/** Highest transaction type. */
export const SPEC_MAX_TX_TYPE: i32 = 2108;
/** Bit i: precompile i (0 to 31) is active; P256VERIFY at 0x100 apart. */
export const SPEC_PRECOMPILES: i32 = 2112;
export const SPEC_P256: i32 = 2116;
/** Gas per byte of EXP's exponent. */
export const SPEC_EXP_BYTE: i32 = 2120;
/** Added to CALL's gas: value transfer, new account. */
export const SPEC_CALL_VALUE: i32 = 2124;
export const SPEC_NEW_ACCOUNT: i32 = 2128;
/** Given to the callee of a value transfer. */
export const SPEC_CALL_STIPEND: i32 = 2132;
export const SPEC_CODE_BYTE: i32 = 2136;
export const SPEC_TX_BASE: i32 = 2140;
export const SPEC_TX_DATA_ZERO: i32 = 2144;
export const SPEC_TX_DATA_NONZERO: i32 = 2148;
export const SPEC_ACCESS_ADDRESS: i32 = 2152;
export const SPEC_ACCESS_KEY: i32 = 2156;
export const SPEC_AUTH_NEW: i32 = 2160;
export const SPEC_AUTH_BASE: i32 = 2164;
export const SPEC_BLOB_GAS: i32 = 2168;
/** EIP-2200: SSTORE fails with this much gas or less. */
export const SPEC_SSTORE_SENTRY: i32 = 2172;
/** SSTORE that writes what is there, or to a slot that this transaction wrote before. */
export const SPEC_SSTORE_DIRTY: i32 = 2176;
/** SELFDESTRUCT that brings an account into being, and what destroying gives back. */
export const SPEC_DESTROY_NEW_ACCOUNT: i32 = 2180;
export const SPEC_DESTROY_REFUND: i32 = 2184;
/** Which fork these are the rules of: its place in the list of src/block/forks.ts. */
export const SPEC_FORK: i32 = 2188;
export const SPEC_BYTES: i32 = 8192;

export const FLAG_WARM_COINBASE: i32 = 1;
export const FLAG_DESTROY_ONLY_CREATED: i32 = 2;
export const FLAG_BEACON_ROOT: i32 = 4;
export const FLAG_BLOCK_HASHES: i32 = 8;
export const FLAG_REQUESTS: i32 = 16;
/** EIP-161: empty accounts that were touched go; only value transfers bring accounts into being. */
export const FLAG_STATE_CLEARING: i32 = 32;
/** EIP-150: a call gets all but one 64th of the gas at most. */
export const FLAG_CALL_GAS_CAP: i32 = 64;
/** EIP-2: a creation that cannot pay for its code fails. */
export const FLAG_CODE_MUST_BE_PAID: i32 = 128;
/** EIP-3541. */
export const FLAG_REJECT_EF_CODE: i32 = 256;
/** EIP-1283, EIP-2200: SSTORE is metered by its net effect. */
export const FLAG_NET_STORAGE_GAS: i32 = 512;
/** Before EIP-658 a receipt holds the state root after its transaction. */
export const FLAG_RECEIPT_ROOTS: i32 = 1024;

// ── Block: laid out by the caller's thread before the job, read-only while it runs (but for the last section) ───────
export const BLOCK_NUMBER: i32 = 0;
export const BLOCK_TIMESTAMP: i32 = 8;
export const BLOCK_GAS_LIMIT: i32 = 16;
export const BLOCK_MAX_BLOB_GAS: i32 = 24;
export const BLOCK_BASE_FEE: i32 = 32;
export const BLOCK_RANDAO: i32 = 64;
export const BLOCK_BLOB_FEE: i32 = 96;
export const BLOCK_CHAIN_ID: i32 = 128;
export const BLOCK_COINBASE: i32 = 160;
export const BLOCK_SPEC: i32 = 184;
export const BLOCK_TXS: i32 = 188;
export const BLOCK_TX_COUNT: i32 = 192;
export const BLOCK_OUTCOMES: i32 = 196;
/** Credits behind the transactions: withdrawals, block and ommer rewards. */
export const BLOCK_CREDITS: i32 = 200;
export const BLOCK_CREDIT_COUNT: i32 = 204;
/** First of the large transactions, as a step; 0 = none. */
export const BLOCK_LARGE: i32 = 456;
/** Hashes of the 256 blocks before this one: number - 1 - i at index i; 32 B each, big-endian words as limbs. */
export const BLOCK_HASHES: i32 = 208;
/** One byte per hash: 1 = known. */
export const BLOCK_HASHES_KNOWN: i32 = 212;
/** Accounts whose balances move to the last one of them before the transactions (DAO fork). */
export const BLOCK_DRAINS: i32 = 216;
export const BLOCK_DRAIN_COUNT: i32 = 220;
/** Inputs of the system calls, 32 B each as on the wire. */
export const BLOCK_BEACON_ROOT: i32 = 224;
export const BLOCK_PARENT_HASH: i32 = 256;
/** Written under the token while the block runs. */
export const BLOCK_CUMULATIVE_GAS: i32 = 320;
export const BLOCK_BLOB_GAS_USED: i32 = 328;
/** The fee recipient's entry, 0 = not looked up yet. */
export const BLOCK_COINBASE_ENTRY: i32 = 416;
/**
 * Of a traced job: TRACE_* of what is recorded; bytes that may still be; the step at which recording ended, because none
 * may, or the memory is exhausted (0 = it did not end).
 */
export const BLOCK_TRACE: i32 = 420;
export const BLOCK_TRACE_LEFT: i32 = 424;
export const BLOCK_TRACE_FULL: i32 = 428;
/** The tracing kernels, a WebAssembly module. */
export const BLOCK_TRACE_MODULE: i32 = 432;
export const BLOCK_TRACE_MODULE_BYTES: i32 = 436;
export const BLOCK_WORK: i32 = 336;
/** Results: receipts root, bloom, log count, encoded state diff, outputs of the two request calls. */
export const BLOCK_RECEIPTS_ROOT: i32 = 352;
export const BLOCK_LOG_COUNT: i32 = 384;
export const BLOCK_REQUESTS: i32 = 392;
export const BLOCK_DIFF: i32 = 408;
export const BLOCK_DIFF_BYTES: i32 = 412;
/** State root after the block, of a state with a trie. */
export const BLOCK_STATE_ROOT: i32 = 480;
/** Microseconds that it took. u32 */
export const BLOCK_STATE_ROOT_US: i32 = 448;
/** What the job does about it: one of ROOT_*. */
export const BLOCK_ROOT: i32 = 452;
/** The trie is changed and hashed; changed only; left alone. */
export const ROOT_NOW: i32 = 0;
export const ROOT_LATER: i32 = 1;
export const ROOT_NEVER: i32 = 2;
export const BLOCK_BLOOM: i32 = 512;
export const BLOCK_BYTES: i32 = 768;

export const TX_TYPE: i32 = 0;
export const TX_IS_CREATE: i32 = 4;
export const TX_NONCE: i32 = 8;
export const TX_GAS_LIMIT: i32 = 16;
export const TX_DATA: i32 = 24;
export const TX_DATA_BYTES: i32 = 28;
export const TX_ACCESSES: i32 = 32;
export const TX_ACCESS_COUNT: i32 = 36;
export const TX_AUTHORIZATIONS: i32 = 40;
export const TX_AUTHORIZATION_COUNT: i32 = 44;
export const TX_BLOBS: i32 = 48;
export const TX_BLOB_COUNT: i32 = 52;
/** Number of addresses and of storage keys in the access list (EIP-2930 gas). */
export const TX_ACCESS_ADDRESSES: i32 = 56;
export const TX_ACCESS_KEYS: i32 = 60;
export const TX_FROM: i32 = 64;
/** One of SENDER_*: what is to be done with TX_SIGNED, which is input of ECRECOVER: hash, 27 + parity, r, s. */
export const TX_SENDER_PENDING: i32 = 88;
export const TX_SIGNED: i32 = 92;
/** Nothing, TX_FROM holds; TX_FROM is to be recovered; TX_FROM was given and is to be compared with who has signed. */
export const SENDER_KNOWN: i32 = 0;
export const SENDER_UNKNOWN: i32 = 1;
export const SENDER_GIVEN: i32 = 2;
export const TX_TO: i32 = 96;
export const TX_VALUE: i32 = 128;
export const TX_MAX_FEE: i32 = 160;
export const TX_MAX_PRIORITY: i32 = 192;
export const TX_MAX_BLOB_FEE: i32 = 224;
export const TX_BYTES: i32 = 256;
/** Bytes at TX_SIGNED and AUTH_SIGNED. */
export const SIGNED_BYTES: i32 = 128;

/** Access-list items in order: an address (kind 0) or a storage key of the address before it (kind 1). */
export const ACCESS_KIND: i32 = 0;
export const ACCESS_VALUE: i32 = 8;
export const ACCESS_BYTES: i32 = 40;

export const AUTH_AUTHORITY: i32 = 0;
/** 1 if the signature is valid and the authority known. */
export const AUTH_VALID: i32 = 24;
/** Non-zero: authority and validity are to be recovered from there, which is input of ECRECOVER. */
export const AUTH_SIGNED: i32 = 28;
export const AUTH_ADDRESS: i32 = 32;
export const AUTH_NONCE: i32 = 56;
export const AUTH_CHAIN_ID: i32 = 64;
export const AUTH_BYTES: i32 = 96;

export const CREDIT_ADDRESS: i32 = 0;
/** wei */
export const CREDIT_AMOUNT: i32 = 32;
export const CREDIT_BYTES: i32 = 64;
/** An item of BLOCK_DRAINS: an address. */
export const DRAIN_BYTES: i32 = 24;

// ── Outcome of a transaction's newest attempt ────────────────────────────────────────────────────────────────────────
// In lines of 64 bytes: what confirming reads (two lines), the plan with the receipt's hash, what few jobs use.
/** Control word of the step: attempt << 10 | slot << 3 | STEP_*. Changed by compare-and-swap, or by who owns the state. */
export const OUT_CONTROL: i32 = 0;
/** STATUS_* of the attempt: how the transaction ended, or why the attempt did not end. */
export const OUT_STATUS: i32 = 4;
/** INVALID_* or 0. */
export const OUT_INVALID: i32 = 8;
export const OUT_LOG_COUNT: i32 = 12;
export const OUT_GAS_USED: i32 = 16;
export const OUT_LOGS: i32 = 24;
export const OUT_LOGS_BYTES: i32 = 28;
/** Lists of the attempt's local accounts and slots: read set and write set in one. */
export const OUT_ACCOUNTS: i32 = 32;
export const OUT_SLOTS: i32 = 36;
export const OUT_CUMULATIVE_GAS: i32 = 40;
export const OUT_BLOOM: i32 = 48;
/** Number of storage slots that the attempt met. */
export const OUT_SLOT_COUNT: i32 = 52;
/** The same sets in short (EFF_*), 0 = there is no such list. */
export const OUT_EFFECTS: i32 = 56;
/** 1: logs and bloom lie where they stay until the job ends. */
export const OUT_IS_LASTING: i32 = 60;
/** Fee recipient's reward, wei: a delta that confirmation applies. */
export const OUT_FEE: i32 = 64;
/** Items of OUT_EFFECTS: accounts, then storage slots. */
export const OUT_EFFECT_ACCOUNTS: i32 = 96;
export const OUT_EFFECT_SLOTS: i32 = 100;
/** Of a call: gas without intrinsic gas, before refunds. u64 */
export const OUT_EXECUTION_GAS: i32 = 104;
/** Output of the outermost frame. */
export const OUT_OUTPUT: i32 = 112;
export const OUT_OUTPUT_BYTES: i32 = 116;
/** Large read sets: addresses of every CHECK_SLOTS-th local slot of the list, for a check in parts. 0 = small. */
export const OUT_CHUNKS: i32 = 120;
export const OUT_CHUNK_COUNT: i32 = 124;
/** The dispatcher's plan: group of likely conflicts (0 = none), slot of the list, next step of that list. */
export const OUT_GROUP: i32 = 128;
export const OUT_PLAN_SLOT: i32 = 132;
export const OUT_PLAN_NEXT: i32 = 136;
/** 1: a large transaction, which may start before its turn in the plan; the next one of these, 0 = none. */
export const OUT_LARGE: i32 = 140;
export const OUT_LARGE_NEXT: i32 = 144;
export const OUT_ATTEMPTS: i32 = 148;
/** Step that this one waits for, 0 = none: a hint, ignored at the frontier. */
export const OUT_AFTER: i32 = 152;
/** Hash of the receipt's leaf in the receipts trie, or at the first receipt of a whole chunk of that branch; 1 if it is known (atomic). */
export const OUT_LEAF_KNOWN: i32 = 156;
export const OUT_LEAF: i32 = 160;
/** Why the newest attempt that was taken back did not hold: CAUSE_* << 24 | step of the writer (0 = none is known); entry of the account or slot, 0 = the sender. */
export const OUT_CAUSE: i32 = 192;
export const OUT_CAUSE_ENTRY: i32 = 196;
export const CAUSE_SHIFT: i32 = 24;
/** Of a traced job: first chunk of the newest attempt's events; TRACE_WANTED before there is one, 0 = not to be traced. */
export const OUT_TRACE: i32 = 200;
/** Of a recorded job: the footprint, and the milliseconds that executing took (f64). */
export const OUT_FOOTPRINT: i32 = 204;
export const OUT_MS: i32 = 208;
/** What the attempt lacked: address of the code object, or the block number's distance. */
export const OUT_DETAIL: i32 = 216;
/** State root after the transaction, and 1 if it is known: where receipts hold it and the state has a trie. */
export const OUT_HAS_STATE_ROOT: i32 = 220;
export const OUT_STATE_ROOT: i32 = 224;
export const OUT_BYTES: i32 = 256;

/**
 * An attempt's effects in short: of each account and slot that it read or changed the entry, that entry's head when it was
 * read, and the record to put there (0 = it stays). Where entry is 0 there was none, and the next word is the local record.
 */
export const EFF_ENTRY: i32 = 0;
export const EFF_HEAD: i32 = 4;
export const EFF_RECORD: i32 = 8;
export const EFF_BYTES: i32 = 16;

/** Receipts that are hashed together. */
export const LEAF_CHUNK: i32 = 16;

// ── A slot's ring: how many spans it has written, then the newest of them ────────────────────────────────────────────
export const SPANS_COUNT: i32 = 0;
export const SPANS_HEAD: i32 = 8;
/** SPAN_* kind, first and last step, start and end (f64, milliseconds since the epoch). */
export const SPAN_KIND: i32 = 0;
export const SPAN_STEP: i32 = 4;
export const SPAN_LAST: i32 = 8;
export const SPAN_START: i32 = 16;
export const SPAN_END: i32 = 24;
export const SPAN_BYTES: i32 = 32;

export const SPAN_EXECUTE: i32 = 0;
export const SPAN_REDO: i32 = 1;
export const SPAN_CONFIRM: i32 = 2;
export const SPAN_VALIDATE: i32 = 3;
export const SPAN_WAIT: i32 = 4;
export const SPAN_FINISH: i32 = 5;
/** No span: why SPAN_STEP was taken back. SPAN_CAUSE is the OUT_CAUSE, SPAN_START when, SPAN_ENTRY the entry (u32). */
export const SPAN_TAKEN_BACK: i32 = 6;
export const SPAN_CAUSE: i32 = 12;
export const SPAN_ENTRY: i32 = 24;

// ── Footprint: what a transaction read and wrote. Counts, then accounts, then storage slots ──────────────────────────
export const FOOTPRINT_ACCOUNTS: i32 = 0;
export const FOOTPRINT_SLOTS: i32 = 4;
/** The fee recipient as it is after the transaction, its reward included: an account of which only that is filled in. */
export const FOOTPRINT_RECIPIENT: i32 = 64;
export const FOOTPRINT_HEAD: i32 = 256;
/** Limbs of the address, READ_* of the fields that mattered, WRITE_* of those that changed. */
export const FACC_ADDRESS: i32 = 0;
export const FACC_READS: i32 = 24;
export const FACC_WRITES: i32 = 28;
/** wei before and after; with READ_COVER the least that a check left over. */
export const FACC_BEFORE: i32 = 32;
export const FACC_AFTER: i32 = 64;
export const FACC_LOW: i32 = 96;
export const FACC_NONCE_BEFORE: i32 = 128;
export const FACC_NONCE_AFTER: i32 = 136;
/** Code object before; where the code changed, address and length of the code after. */
export const FACC_CODE_BEFORE: i32 = 144;
export const FACC_CODE_AFTER: i32 = 148;
export const FACC_CODE_AFTER_BYTES: i32 = 152;
/** FOUND_*. */
export const FACC_FLAGS: i32 = 156;
export const FACC_BYTES: i32 = 192;
/** It goes at the end; the transaction met it in any other way than by its access list. */
export const FOUND_DESTROYED: i32 = 1;
export const FOUND_MET: i32 = 2;
/** Limbs of number and owner; 1 if the transaction changed the value; values before and after. */
export const FSLOT_NUMBER: i32 = 0;
export const FSLOT_OWNER: i32 = 32;
export const FSLOT_WRITTEN: i32 = 56;
export const FSLOT_BEFORE: i32 = 64;
export const FSLOT_AFTER: i32 = 96;
export const FSLOT_BYTES: i32 = 128;

export const WRITE_BALANCE: i32 = 1;
export const WRITE_NONCE: i32 = 2;
export const WRITE_CODE: i32 = 4;
/** The account came, went, or lost its storage. */
export const WRITE_EXISTENCE: i32 = 8;

/** States of a step. */
export const STEP_READY: i32 = 1;
export const STEP_RUN: i32 = 2;
export const STEP_DONE: i32 = 3;
/** Done in its turn: the result holds, whatever it is. */
export const STEP_FINAL: i32 = 4;
export const STEP_STATE: i32 = 7;
export const STEP_SLOT_SHIFT: i32 = 3;
export const STEP_SLOT: i32 = 127;
export const STEP_ATTEMPT_SHIFT: i32 = 10;

/** Record of the encoded state diff: an account with its records, or a storage slot with its values. */
export const DIFF_KIND: i32 = 0;
export const DIFF_ADDRESS: i32 = 8;
export const DIFF_NUMBER: i32 = 32;
export const DIFF_BEFORE: i32 = 64;
export const DIFF_AFTER: i32 = 128;
export const DIFF_BYTES: i32 = 192;
export const DIFF_ACCOUNT: i32 = 1;
export const DIFF_SLOT: i32 = 2;

/** Which fields of an account are overridden; OVERRIDE_STORAGE leaves it without any slot. */
export const OVERRIDE_NONCE: i32 = 1;
export const OVERRIDE_BALANCE: i32 = 2;
export const OVERRIDE_CODE: i32 = 4;
export const OVERRIDE_STORAGE: i32 = 8;

// ── Slot context: head of a slot's arena ─────────────────────────────────────────────────────────────────────────────
export const CTX_STATE: i32 = 0;
export const CTX_BLOCK: i32 = 4;
export const CTX_SPEC: i32 = 8;
export const CTX_TX: i32 = 12;
export const CTX_OUT: i32 = 16;
/** Innermost frame; 0 between transactions. */
export const CTX_FRAME: i32 = 20;
export const CTX_FRAMES: i32 = 24;
export const CTX_STACK: i32 = 28;
export const CTX_STACK_END: i32 = 32;
export const CTX_MEMORY: i32 = 36;
export const CTX_MEMORY_END: i32 = 40;
export const CTX_JOURNAL: i32 = 44;
export const CTX_JOURNAL_NEXT: i32 = 48;
export const CTX_JOURNAL_END: i32 = 52;
/** Local records and what else outlives the attempt. */
export const CTX_KEPT_NEXT: i32 = 56;
export const CTX_KEPT_END: i32 = 60;
export const CTX_LOGS: i32 = 64;
export const CTX_LOGS_NEXT: i32 = 68;
export const CTX_LOGS_END: i32 = 72;
export const CTX_LOG_COUNT: i32 = 76;
export const CTX_RETURN: i32 = 80;
export const CTX_RETURN_BYTES: i32 = 84;
export const CTX_RETURN_CAPACITY: i32 = 88;
/** Directory of local records: u64 slots, attempt number << 32 | address; a stale number is an empty slot. */
export const CTX_LOCALS: i32 = 92;
export const CTX_ATTEMPT: i32 = 96;
export const CTX_ACCOUNTS: i32 = 100;
export const CTX_SLOTS: i32 = 104;
/** Non-zero voids the attempt's result: FULL_*. */
export const CTX_FULL: i32 = 108;
/** An area overflowed; a value that was used is not in the state's source (CTX_LACK says which). */
export const FULL_AREA: i32 = 1;
export const FULL_LACK: i32 = 2;
export const CTX_REFUND: i32 = 112;
export const CTX_SENDER: i32 = 120;
/** Local account of the fee recipient; 0 until the attempt meets it. */
export const CTX_COINBASE: i32 = 124;
export const CTX_SPARE: i32 = 128;
export const CTX_DETAIL: i32 = 132;
/** Private cache of storage entries: CACHE_SLOTS × 64 B. */
export const CTX_CACHE: i32 = 136;
export const CTX_FLOOR_GAS: i32 = 144;
/** Areas of attempts on speculation and of attempts in turn. */
export const CTX_AHEAD_BASE: i32 = 152;
export const CTX_AHEAD_END: i32 = 156;
export const CTX_AHEAD_NEXT: i32 = 160;
/** What lies below, results of large transactions that started early, is kept until the job ends. */
export const CTX_AHEAD_FLOOR: i32 = 188;
export const CTX_IN_TURN_BASE: i32 = 164;
export const CTX_IN_TURN_END: i32 = 168;
export const CTX_TOP_STATUS: i32 = 172;
/** MODE_* of the attempt. */
export const CTX_MODE: i32 = 176;
/** Step that the attempt executes. */
export const CTX_STEP: i32 = 180;
/** Step whose result the attempt has to wait for; 0 = none. */
export const CTX_DEPENDENCY: i32 = 184;
/** Memory for versions: bump pointer and end. */
export const CTX_VERSIONS_NEXT: i32 = 256;
export const CTX_VERSIONS_END: i32 = 260;
export const CTX_VERSIONS_BASE: i32 = 264;
/** Reports of the attempt: how many values of unconfirmed transactions it read. */
export const CTX_UNCONFIRMED_READS: i32 = 268;
/** Number of local slots. */
export const CTX_SLOT_COUNT: i32 = 272;
/** The smaller arena that this one took the place of, 0 = given back, or none: outcomes of the job may point into it. */
export const CTX_FORMER: i32 = 276;
/** CTL_ABORT when the attempt last asked whether what it read still holds. */
export const CTX_ABORT_SEEN: i32 = 280;
/** Every CHECK_SLOTS-th local slot, CHECK_CHUNKS addresses. */
export const CTX_CHUNKS: i32 = 512;
/** What the last look-up in the state's source lacked: a LACK_* record. */
export const CTX_LACK: i32 = 768;
export const CTX_GAS_PRICE: i32 = 192;
export const CTX_PRIORITY: i32 = 224;
export const CTX_TEMP: i32 = 320;
/** A context without its areas: fields, then CTX_SCRATCH. One unit of the heap. */
export const CTX_BYTES: i32 = 65536;

// ── Local records of an attempt ──────────────────────────────────────────────────────────────────────────────────────
/** Local account: address as little-endian limbs (u64, u64, u32). */
export const LACC_ADDRESS: i32 = 0;
export const LACC_BUCKET_NEXT: i32 = 24;
/** Shared entry, 0 = the address has none. */
export const LACC_ENTRY: i32 = 28;
/** Current fields; flags, nonce, code and balance are journaled. LACC_* flags; u64 word with the one after it. */
export const LACC_FLAGS: i32 = 32;
export const LACC_NONCE: i32 = 40;
export const LACC_CODE: i32 = 48;
/** Record that was read when the account was loaded, 0 = no entry. */
export const LACC_SOURCE: i32 = 56;
/** Which fields the result depends on: READ_*. */
export const LACC_READS: i32 = 60;
export const LACC_BALANCE: i32 = 64;
export const LACC_NEXT: i32 = 96;
export const LACC_INCARNATION: i32 = 100;
/** What a published version of the account holds: its record, 0 = the attempt leaves the account as it was, RECORD_NONE. */
export const LACC_RECORD: i32 = 104;
export const LACC_KEY: i32 = 128;
/** With READ_COVER: the least balance that any check left over. Not journaled: a check that was passed stays passed. */
export const LACC_LOW: i32 = 160;
export const LACC_BYTES: i32 = 192;
/** The change has no version that could become the confirmed record. */
export const RECORD_NONE: i32 = 1;

export const LACC_EXISTS: i32 = 1;
export const LACC_WARM: i32 = 2;
export const LACC_TOUCHED: i32 = 4;
export const LACC_CREATED: i32 = 8;
export const LACC_DESTROYED: i32 = 16;
/** The attempt brings the account to life, if it is not there: LACC_EXISTS may come from what was read. */
export const LACC_BORN: i32 = 32;
/** The state's source cannot say what the account is: only an attempt that neither reads nor changes it holds. */
export const LACC_UNKNOWN: i32 = 64;

export const READ_NONCE: i32 = 1;
export const READ_BALANCE: i32 = 2;
export const READ_CODE: i32 = 4;
/** Existence and emptiness. */
export const READ_EMPTY: i32 = 8;
/** A storage slot of it: the incarnation. */
export const READ_STORAGE: i32 = 16;
/** A balance of at least source − low was needed; no more is known of it (a predicate). */
export const READ_COVER: i32 = 32;
/** The sender's nonce was taken to be the transaction's (a predicate). */
export const READ_STATED_NONCE: i32 = 64;
/** Nothing of it mattered, and yet it was met. Noted by the tracing kernels. */
export const READ_MET: i32 = 128;

/** Local storage slot: number, current value, value at the start of the transaction, transient value; all as limbs. */
export const LSLOT_NUMBER: i32 = 0;
export const LSLOT_VALUE: i32 = 32;
export const LSLOT_ORIGINAL: i32 = 64;
export const LSLOT_TRANSIENT: i32 = 96;
export const LSLOT_ACCOUNT: i32 = 128;
export const LSLOT_BUCKET_NEXT: i32 = 132;
export const LSLOT_ENTRY: i32 = 136;
export const LSLOT_SOURCE: i32 = 140;
export const LSLOT_LOADED: i32 = 144;
export const LSLOT_NEXT: i32 = 148;
/** Journaled u64: 1 = warm. */
export const LSLOT_WARM: i32 = 152;
export const LSLOT_KEY: i32 = 160;
/** Published version's record of the value that was written, 0 = none. */
export const LSLOT_RECORD: i32 = 192;
export const LSLOT_BYTES: i32 = 200;

/** Private cache line: state stamp, account entry, incarnation, storage entry, slot number. */
export const CACHE_STAMP: i32 = 0;
export const CACHE_ACCOUNT: i32 = 4;
export const CACHE_INCARNATION: i32 = 8;
export const CACHE_ENTRY: i32 = 12;
export const CACHE_NUMBER: i32 = 16;
export const CACHE_BYTES: i32 = 64;
export const CACHE_LINES: i32 = 4096;

/** Directory of local records: buckets for accounts, then buckets for slots. */
export const LOCALS_ACCOUNT_BUCKETS: i32 = 2048;
export const LOCALS_SLOT_BUCKETS: i32 = 8192;
export const LOCALS_BYTES: i32 = 81920;

// ── Frames ───────────────────────────────────────────────────────────────────────────────────────────────────────────
export const FR_CODE: i32 = 0;
export const FR_CODE_BYTES: i32 = 4;
export const FR_BITMAP: i32 = 8;
/** Offset of the next instruction. */
export const FR_PC: i32 = 12;
/** The stack grows down from FR_STACK; FR_SP is its top item. */
export const FR_STACK: i32 = 16;
export const FR_SP: i32 = 20;
export const FR_MEMORY: i32 = 24;
/** Bytes in use, a multiple of 32. */
export const FR_MEMORY_BYTES: i32 = 28;
export const FR_GAS: i32 = 32;
/** Local accounts: whose storage and balance, and whom CALLER names. */
export const FR_ACCOUNT: i32 = 40;
export const FR_CALLER: i32 = 44;
export const FR_INPUT: i32 = 48;
export const FR_INPUT_BYTES: i32 = 52;
export const FR_FLAGS: i32 = 56;
export const FR_DEPTH: i32 = 60;
/** What a revert goes back to. */
export const FR_JOURNAL_MARK: i32 = 64;
export const FR_LOGS_MARK: i32 = 68;
export const FR_LOG_COUNT_MARK: i32 = 72;
/** Where the parent wants the output. */
export const FR_RETURN_TO: i32 = 76;
export const FR_RETURN_MAX: i32 = 80;
/** Output of the frame. */
export const FR_OUTPUT: i32 = 84;
export const FR_OUTPUT_BYTES: i32 = 88;
export const FR_PRECOMPILE: i32 = 92;
export const FR_REFUND_MARK: i32 = 96;
/** Code object that runs, 0 for init code. */
export const FR_CODE_OBJECT: i32 = 104;
export const FR_VALUE: i32 = 128;
export const FR_BYTES: i32 = 192;
export const FR_COUNT: i32 = 1026;

export const FRAME_STATIC: i32 = 1;
export const FRAME_CREATE: i32 = 2;
export const FRAME_PRECOMPILE: i32 = 4;
export const STACK_LIMIT_BYTES: i32 = 32768;
export const CALL_DEPTH_LIMIT: i32 = 1024;

// ── Statuses, in ranges ──────────────────────────────────────────────────────────────────────────────────────────────
/** How a frame ended. */
export const STATUS_STOP: i32 = 0;
export const STATUS_RETURN: i32 = 1;
export const STATUS_REVERT: i32 = 2;
/** Exceptional halts: all gas is gone. */
export const STATUS_OUT_OF_GAS: i32 = 16;
export const STATUS_INVALID_OPCODE: i32 = 17;
export const STATUS_STACK: i32 = 18;
export const STATUS_BAD_JUMP: i32 = 19;
export const STATUS_STATIC: i32 = 20;
export const STATUS_RETURN_DATA: i32 = 21;
export const STATUS_COLLISION: i32 = 22;
export const STATUS_BAD_CODE: i32 = 23;
export const STATUS_PRECOMPILE: i32 = 24;
export const STATUS_CALL_DEPTH: i32 = 25;
export const STATUS_BALANCE: i32 = 26;
export const STATUS_NONCE: i32 = 27;
/** Within the run loop: the instruction at pc opens a frame. */
export const STATUS_CALL: i32 = 32;
export const STATUS_CREATE: i32 = 33;
/** The run stopped and can be entered again where it stands. */
export const STATUS_ABORTED: i32 = 48;
export const STATUS_HOST_NOT_READY: i32 = 49;
export const STATUS_MISSING_CODE: i32 = 50;
export const STATUS_MISSING_HASH: i32 = 51;
/** The attempt is void and needs a larger arena. */
export const STATUS_ARENA_FULL: i32 = 52;
/** The attempt met a result that is being redone: CTX_DEPENDENCY is its step. */
export const STATUS_DEPENDENCY: i32 = 55;
/** The state's memory is exhausted. */
export const STATUS_STATE_FULL: i32 = 53;
/** The transaction is invalid; OUT_INVALID says why. */
export const STATUS_INVALID: i32 = 54;
/** The state's source lacks a trie node, or has one that is none: STATE_LACK says where. */
export const STATUS_MISSING_NODE: i32 = 56;
export const STATUS_BAD_NODE: i32 = 57;
/** No key has made the transaction's signature, or another one than the given sender's. */
export const STATUS_BAD_SIGNATURE: i32 = 58;

/** Modes of an attempt, bits. In its turn: everything below is confirmed, so what it reads is final. */
export const MODE_IN_TURN: i32 = 1;
/** Credits, covered debits and the sender's nonce are deltas and predicates rather than reads. */
export const MODE_DELTAS: i32 = 2;
/** The newest published write of a lower step answers before what is confirmed. */
export const MODE_UNCONFIRMED: i32 = 4;

/** Results of confirming. */
export const CONFIRM_OK: i32 = 0;
export const CONFIRM_MISMATCH: i32 = 1;
export const CONFIRM_INVALID: i32 = 2;
export const CONFIRM_FULL: i32 = 3;

// ── Why a transaction or block is invalid ────────────────────────────────────────────────────────────────────────────
export const INVALID_TX_TYPE: i32 = 1;
export const INVALID_SENDER_CODE: i32 = 2;
export const INVALID_NONCE_LOW: i32 = 3;
export const INVALID_NONCE_HIGH: i32 = 4;
export const INVALID_NONCE_MAX: i32 = 5;
export const INVALID_FEE_BELOW_BASE: i32 = 6;
export const INVALID_PRIORITY_ABOVE_MAX: i32 = 7;
export const INVALID_FUNDS: i32 = 8;
export const INVALID_INTRINSIC_GAS: i32 = 9;
export const INVALID_FLOOR_GAS: i32 = 10;
export const INVALID_TX_GAS_CAP: i32 = 11;
export const INVALID_BLOCK_GAS: i32 = 12;
export const INVALID_INITCODE: i32 = 13;
export const INVALID_BLOB_CREATE: i32 = 14;
export const INVALID_BLOB_NONE: i32 = 15;
export const INVALID_BLOB_HASH: i32 = 16;
export const INVALID_BLOB_COUNT: i32 = 17;
export const INVALID_BLOB_FEE: i32 = 18;
export const INVALID_BLOCK_BLOB_GAS: i32 = 19;
export const INVALID_AUTH_EMPTY: i32 = 20;
export const INVALID_AUTH_CREATE: i32 = 21;
export const INVALID_SYSTEM_CALL: i32 = 22;
export const INVALID_DEPOSIT: i32 = 23;

/** System calls before and after the transactions. */
export const SYSTEM_BEACON_ROOT: i32 = 0;
export const SYSTEM_BLOCK_HASH: i32 = 1;
export const SYSTEM_WITHDRAWALS: i32 = 2;
export const SYSTEM_CONSOLIDATIONS: i32 = 3;

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
/** Short-lived keys of the state: 128 B. */
export const SCRATCH_TEMP: i32 = 6528;
/** Operands, sums and powers of MODEXP: 32 KiB. */
export const SCRATCH_MODEXP: i32 = 8192;
export const SCRATCH_BYTES: i32 = 40960;

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

// ── Precompiles: fork-dependent numbers, u32 each, at these offsets of the fork record ───────────────────────────────
/** 0 = EIP-198, 1 = EIP-2565, 2 = EIP-7883. */
export const SPEC_PC_MODEXP_RULES: i32 = 4096;
/** Longest base, exponent or modulus (EIP-7823); 0 = no limit. */
export const SPEC_PC_MODEXP_MAX: i32 = 4100;
export const SPEC_PC_BN_ADD: i32 = 4104;
export const SPEC_PC_BN_MUL: i32 = 4108;
export const SPEC_PC_BN_PAIRING: i32 = 4112;
export const SPEC_PC_BN_PAIR: i32 = 4116;
export const SPEC_PC_P256: i32 = 4120;
/** Addresses of the precompiles: they are their numbers, too. */
export const PC_ECRECOVER: i32 = 0x01;
export const PC_SHA256: i32 = 0x02;
export const PC_RIPEMD160: i32 = 0x03;
export const PC_IDENTITY: i32 = 0x04;
export const PC_MODEXP: i32 = 0x05;
export const PC_BN_ADD: i32 = 0x06;
export const PC_BN_MUL: i32 = 0x07;
export const PC_BN_PAIRING: i32 = 0x08;
export const PC_BLAKE2F: i32 = 0x09;
export const PC_KZG: i32 = 0x0a;
export const PC_G1_ADD: i32 = 0x0b;
export const PC_G1_MSM: i32 = 0x0c;
export const PC_G2_ADD: i32 = 0x0d;
export const PC_G2_MSM: i32 = 0x0e;
export const PC_BLS_PAIRING: i32 = 0x0f;
export const PC_MAP_FP: i32 = 0x10;
export const PC_MAP_FP2: i32 = 0x11;
export const PC_P256: i32 = 0x100;

// ── Streams: code as the interpreter runs it (assembly/streams.ts, decode.ts) ────────────────────────────────────────
/** The slot's area of streams: directory of views, then views and segments in order of their making. */
export const CTX_STREAMS: i32 = 448;
export const CTX_STREAMS_NEXT: i32 = 452;
export const CTX_STREAMS_END: i32 = 456;
/** Raised whenever the area starts anew: addresses in it are then stale. */
export const CTX_STREAMS_EPOCH: i32 = 460;
/** View of the frame's code, and the segment to go on with: both 0 when they have to be looked up (FR_PC tells where). */
export const FR_VIEW: i32 = 108;
export const FR_SEGMENT: i32 = 112;

/** View of a code under the rules of a fork, then a count of destinations per 64 bytes, then a segment per destination. */
export const VIEW_OBJECT: i32 = 0;
export const VIEW_SPEC: i32 = 4;
export const VIEW_STAMP: i32 = 8;
export const VIEW_BUCKET_NEXT: i32 = 12;
export const VIEW_CODE: i32 = 16;
export const VIEW_CODE_BYTES: i32 = 20;
export const VIEW_BITMAP: i32 = 24;
/** Segment of offset 0, 0 = none yet. */
export const VIEW_FIRST: i32 = 28;
/** Address of the segments by rank of their destination. */
export const VIEW_SEGMENTS: i32 = 32;
export const VIEW_BYTES: i32 = 40;
export const VIEW_BUCKETS: i32 = 1024;

/** Head of a segment: gas of all its instructions, offset of the first, least stack bytes, most beyond them. */
export const SEG_GAS: i32 = 0;
export const SEG_PC: i32 = 4;
export const SEG_LEAST: i32 = 8;
export const SEG_RANGE: i32 = 10;
export const SEG_BYTES: i32 = 16;

/** Constants that the decoder holds back, 32 B each. */
export const SCRATCH_DECODE: i32 = 6784;

// ── Traces: what the tracing kernels note of an attempt (assembly/tracing.ts) ─────────────────────────────────────────
/** OUT_TRACE of a transaction that is to be traced. */
export const TRACE_WANTED: i32 = 1;
/** What is recorded beside frames: each instruction, memory that changed, logs. */
export const TRACE_STEPS: i32 = 1;
export const TRACE_MEMORY: i32 = 2;
export const TRACE_LOGS: i32 = 4;

/** State of recording in a slot's context: TRACE_ON and TRACE_* or 0; chunk, next free byte and end. */
export const CTX_TRACE: i32 = 768;
export const CTX_TRACE_CHUNK: i32 = 772;
export const CTX_TRACE_NEXT: i32 = 776;
export const CTX_TRACE_END: i32 = 780;
export const TRACE_ON: i32 = 256;

/** Events lie one behind the other in chunks: address of the next chunk, end of the last event. */
export const TRACE_CHUNK_NEXT: i32 = 0;
export const TRACE_CHUNK_END: i32 = 4;
export const TRACE_CHUNK_HEAD: i32 = 8;

/** Head of an event: EVENT_*, the instruction that it belongs to, bytes of the whole, a multiple of 8. */
export const EV_KIND: i32 = 0;
export const EV_OP: i32 = 1;
export const EV_STATUS: i32 = 2;
export const EV_BYTES: i32 = 4;

/** A frame is entered; or was not, for the reason in EV_STATUS. */
export const EVENT_ENTER: i32 = 1;
export const EVENT_REFUSED: i32 = 2;
/** The innermost frame is left, with EV_STATUS. */
export const EVENT_LEAVE: i32 = 3;
export const EVENT_DESTRUCT: i32 = 4;
export const EVENT_LOG: i32 = 5;
/** An instruction is about to be executed. */
export const EVENT_STEP: i32 = 6;
/** The instruction of the last step took more gas than there was. */
export const EVENT_SHORT: i32 = 7;

/** EVENT_ENTER, EVENT_REFUSED: gas of the callee, gas that the caller is left with; limbs of both addresses and the value; input. */
export const EV_DEPTH: i32 = 8;
export const EV_INPUT_BYTES: i32 = 12;
export const EV_GAS: i32 = 16;
export const EV_CALLER_GAS: i32 = 24;
export const EV_FROM: i32 = 32;
export const EV_TO: i32 = 56;
export const EV_VALUE: i32 = 80;
export const EV_INPUT: i32 = 112;
/**
 * EVENT_LEAVE: gas that goes back, gas when the code stopped, status that it stopped with, 1 if its output is too long a code,
 * words of the stack before the last instruction, which EV_OP is; output.
 */
export const EV_GAS_BACK: i32 = 8;
export const EV_GAS_STOPPED: i32 = 16;
export const EV_CODE_STATUS: i32 = 24;
export const EV_TOO_LONG: i32 = 25;
export const EV_LAST_HEIGHT: i32 = 26;
export const EV_OUTPUT_BYTES: i32 = 28;
export const EV_OUTPUT: i32 = 32;
/** EVENT_DESTRUCT: EV_FROM, EV_TO, EV_VALUE. */
export const EV_DESTRUCT_BYTES: i32 = 112;
/** EVENT_LOG: the log record. */
export const EV_LOG: i32 = 8;
/** EVENT_STEP: code offset, bytes of memory, gas and refund counter before it, words of the stack, and what the last step of
 * the frame changed: so many words on top, so many bytes of memory at an offset. Words, then bytes, follow. */
export const EV_PC: i32 = 8;
export const EV_MEMORY_BYTES: i32 = 12;
export const EV_REFUND: i32 = 24;
export const EV_HEIGHT: i32 = 32;
export const EV_WORDS: i32 = 34;
export const EV_PATCH_AT: i32 = 36;
export const EV_PATCH_BYTES: i32 = 40;
export const EV_STEP_BYTES: i32 = 48;
/** EVENT_SHORT: gas, negative. */
export const EV_SHORT_BYTES: i32 = 24;

/** Of a traced frame: its last instruction with the stack's words before it, the memory that this writes, how its code stopped. */
export const FR_TRACE_OP: i32 = 160;
export const FR_TRACE_AT: i32 = 164;
export const FR_TRACE_LENGTH: i32 = 168;
export const FR_TRACE_STATUS: i32 = 172;
export const FR_TRACE_OUTPUT: i32 = 176;
export const FR_TRACE_HEIGHT: i32 = 180;
export const FR_TRACE_GAS: i32 = 184;
