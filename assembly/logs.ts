// LOG0 to LOG4: records in the attempt's log area, cut back by a revert.

import { storeAddress } from './code';
import {
  CTX_FULL,
  CTX_LOG_COUNT,
  CTX_LOGS_END,
  CTX_LOGS_NEXT,
  FR_ACCOUNT,
  FR_MEMORY,
  LOG_ADDRESS,
  LOG_BODY,
  LOG_BYTES,
  LOG_DATA_BYTES,
  LOG_TOPICS,
} from './layout';
import { Trace } from './trace';
import * as u256 from './u256';

/** Appends a log; operands at sp: offset, length, then the topics. Memory covers the data. */
export function appendLog(ctx: usize, frame: usize, sp: usize, topics: u32): void {
  const length = <u32>u256.low(sp + 32);
  const at = load<u32>(ctx, CTX_LOGS_NEXT);
  const bytes = LOG_BODY + (topics << 5) + ((length + 7) & ~7);
  if (at + bytes > load<u32>(ctx, CTX_LOGS_END)) {
    store<u32>(ctx, 1, CTX_FULL);
    return;
  }
  store<u32>(at, bytes, LOG_BYTES);
  store<u32>(at, topics, LOG_TOPICS);
  store<u32>(at, length, LOG_DATA_BYTES);
  storeAddress(at + LOG_ADDRESS, load<u32>(frame, FR_ACCOUNT));
  for (let i: u32 = 0; i < topics; i++) u256.storeBE(at + LOG_BODY + (i << 5), sp + 64 + (i << 5));
  if (length != 0) memory.copy(at + LOG_BODY + (topics << 5), load<u32>(frame, FR_MEMORY) + <u32>u256.low(sp), length);
  Trace.logs(ctx, at);
  store<u32>(ctx, at + bytes, CTX_LOGS_NEXT);
  store<u32>(ctx, load<u32>(ctx, CTX_LOG_COUNT) + 1, CTX_LOG_COUNT);
}
