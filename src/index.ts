export { chromeTrace } from './analysis/chrome-trace.ts';
export type { Dependency, StateKey } from './analysis/conflicts.ts';
export {
  type BlockExplanation,
  type ChainLink,
  type ExplainOptions,
  explainBlock,
  type HotContract,
  type HotKey,
} from './analysis/explain.ts';
export type { Reason } from './analysis/reasons.ts';
export type {
  Capabilities,
  ConfigureOptions,
  Engine,
  EngineOptions,
  RunBlockInput,
  StateOptions,
  VerifyBlockInput,
} from './api.ts';
export type { CallInput } from './block/call.ts';
export type { BlockContext } from './block/context.ts';
export type { BlockInput } from './block/decode.ts';
export { type BlockFile, readBlockFile } from './block/file.ts';
export type { PreparedBlock } from './block/prepared.ts';
export type { RpcAccess, RpcAuthorization, RpcBlock, RpcHeader, RpcTransaction, RpcWithdrawal } from './block/rpc.ts';
export type { Hex } from './block/types.ts';
export type { CallOptions, ExecutionInput, RunTxInput, SimulateInput } from './calls.ts';
export type { BlockSelector } from './capture/block.ts';
export {
  type CaptureInput,
  type CaptureProgress,
  type Capturer,
  type CapturerOptions,
  captureBlock,
  createCapturer,
} from './capture/capture.ts';
export type { RpcOptions } from './capture/client.ts';
export type { RpcEndpoint, RpcFunction, RpcSource } from './capture/endpoint.ts';
export type { SourceKind } from './capture/source.ts';
export type { CaptureSource } from './capture/sources.ts';
export { type Chain, type ChainHead, type ChainInput, createChain } from './chain/chain.ts';
export type { FixtureGenesis, Genesis, GenesisBlock, GethGenesis } from './chain/genesis.ts';
export type { ImportResult } from './chain/judgement.ts';
export type { Refusal } from './chain/refusal.ts';
export type { GasHistory } from './dispatch/history.ts';
export { createEngine } from './engine.ts';
export { type ErrorCode, type ErrorFacts, ParallelEvmError } from './errors.ts';
export type { ByteString, Quantity } from './hex.ts';
export type { Histogram } from './metrics/histogram.ts';
export type { EngineMetrics, SlotMetrics } from './metrics/metrics.ts';
export { prometheusText } from './metrics/prometheus.ts';
export type { DispatchOptions, Execution, Policy, PolicyOptions } from './policy.ts';
export type { CallRefusal, CallResult, Ending, HaltReason } from './result/call.ts';
export type { CauseKey, RedoCause } from './result/causes.ts';
export type { AccountDiff, StateDiff, StateDiffJson } from './result/diff.ts';
export type { Invalid, InvalidCode } from './result/invalid.ts';
export type { MechanismStats } from './result/mechanisms.ts';
export type { Log, Receipt } from './result/receipts.ts';
export type {
  AccountFootprint,
  AccountRead,
  AccountWrite,
  SlotFootprint,
  TransactionRecord,
} from './result/record.ts';
export type { BlockResult, BlockStats, BusyTimes, TransactionStats } from './result/result.ts';
export type { SpanKind, TakenBack, Timeline, TimelineSpan } from './result/timeline.ts';
export type { TxResult } from './result/transaction.ts';
export type { BlockFault, BlockFaultCode } from './rules/faults.ts';
export { calibrateSimulation } from './simulate/calibrate.ts';
export type { SimulationCosts } from './simulate/costs.ts';
export type { SimulationLimit } from './simulate/limits.ts';
export { type BlockSimulation, type SimulateOptions, type SlotSimulation, simulateBlock } from './simulate/simulate.ts';
export type { AccountOverride, StateOverrides } from './state/overrides.ts';
export type { State, StateAccount, StateJson } from './state/state.ts';
export type { Codes, PreAccount, PreState } from './state/types.ts';
export type { AccessListItem, AccessListTrace } from './trace/access-list.ts';
export type { CallFrame, CallLog } from './trace/calls.ts';
export type {
  AccessListTraceOptions,
  CallTraceOptions,
  OpcodeTraceOptions,
  PrestateTraceOptions,
  TraceOptions,
  TraceType,
} from './trace/options.ts';
export type { Prestate, PrestateAccount, PrestateDiff } from './trace/prestate.ts';
export type { OpcodeTrace, StructLog, TraceStep } from './trace/steps.ts';
export type { Trace, TraceOf } from './trace/trace.ts';
export type { HeaderInput, Witness } from './witness/types.ts';
export type { Difference, VerifyResult, VerifyTimes } from './witness/verify.ts';
