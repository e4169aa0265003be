/**
 * Contract tests for adapters, as vitest tests, and fakes for the tests of hosts. Requires `vitest`; `runProviderMatrix`
 * and `runDispatcherContract` also require `libsql`. The fake vendors are in `@safelight/server/vendors`.
 *
 * @module
 */

export {
  type DispatcherContractOptions,
  runDispatcherContract,
} from "../testing/dispatcher-contract/dispatcher-contract.js";
export type { OpenDispatcher, OpenEngine } from "../testing/dispatcher-contract/open-dispatcher.js";
export { type EventBusSubject, runEventBusContract } from "../testing/event-bus-contract/event-bus-contract.js";
export { type DeterministicIds, deterministicIds } from "../testing/fakes/deterministic-ids.js";
export { type FakeClock, fakeClock } from "../testing/fakes/fake-clock.js";
export {
  accepted,
  done,
  type ProviderScript,
  type ScriptedProvider,
  type ScriptLine,
  scriptedProvider,
} from "../testing/fakes/scripted-provider.js";
export type { ProviderInputs, ProviderSubject } from "../testing/provider-contract/bench.js";
export { runProviderContract } from "../testing/provider-contract.js";
export type { CellEnd } from "../testing/provider-matrix/cell.js";
export type { MatrixOptions, MatrixSubject } from "../testing/provider-matrix/subject.js";
export { runProviderMatrix } from "../testing/provider-matrix.js";
export { runStorageContract, type StorageSubject } from "../testing/storage-contract/storage-contract.js";
export type { CreateStore } from "../testing/store-contract/scenario.js";
export { runStoreContract } from "../testing/store-contract.js";
export { noInputFiles, type SubmitRequestChange, submitRequest } from "../testing/submit-request.js";
export { tinyPng } from "../testing/tiny-png.js";
