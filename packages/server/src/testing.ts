/**
 * What every adapter must do, as vitest tests, and equipment for tests of hosts. Needs `vitest`, and `runProviderMatrix`
 * `libsql`. Fakes of the vendors are in `@safelight/server/vendors`.
 *
 * @module
 */
export { type DeterministicIds, deterministicIds } from "./lib/testing/fakes/deterministic-ids.js";
export { type FakeClock, fakeClock } from "./lib/testing/fakes/fake-clock.js";
export {
  accepted,
  done,
  type ProviderScript,
  type ScriptedProvider,
  type ScriptLine,
  scriptedProvider,
} from "./lib/testing/fakes/scripted-provider.js";
export type { ProviderInputs, ProviderSubject } from "./lib/testing/provider-contract/bench.js";
export { runProviderContract } from "./lib/testing/provider-contract.js";
export type { CellEnd } from "./lib/testing/provider-matrix/cell.js";
export type { MatrixOptions, MatrixSubject } from "./lib/testing/provider-matrix/subject.js";
export { runProviderMatrix } from "./lib/testing/provider-matrix.js";
export { runStorageContract, type StorageSubject } from "./lib/testing/storage-contract.js";
export type { CreateStore } from "./lib/testing/store-contract/scenario.js";
export { runStoreContract } from "./lib/testing/store-contract.js";
export { noImages, type SubmitRequestChange, submitRequest } from "./lib/testing/submit-request.js";
export { tinyPng } from "./lib/testing/tiny-png.js";
