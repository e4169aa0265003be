import { expectTypeOf, test } from "vitest";
import type {
  ActiveList,
  AdjustCommand,
  AdjustVerdict,
  CancelVerdict,
  ChangeList,
  ClaimCommand,
  ClaimedGeneration,
  CreditsList,
  EraseOwnerCommand,
  EraseVerdict,
  GenerationList,
  Held,
  ListQuery,
  OutboxItem,
  ParkCommand,
  SettleCommand,
  Store,
  SubmissionRecord,
  SubmitCommand,
  SubmitVerdict,
  TransferOwnerCommand,
  TransferVerdict,
  WorkerVerdict,
} from "./index.js";

test("exports a type for every command and verdict of a store", () => {
  expectTypeOf<Store["submit"]>().toEqualTypeOf<(command: SubmitCommand) => Promise<SubmitVerdict>>();
  expectTypeOf<Store["claim"]>().toEqualTypeOf<(command: ClaimCommand) => Promise<readonly ClaimedGeneration[]>>();
  expectTypeOf<Store["park"]>().toEqualTypeOf<(command: ParkCommand) => Promise<WorkerVerdict>>();
  expectTypeOf<Store["settle"]>().toEqualTypeOf<(command: SettleCommand) => Promise<WorkerVerdict>>();
  expectTypeOf<Store["renew"]>().toEqualTypeOf<(command: Held & { readonly leaseMs: number }) => Promise<boolean>>();
  expectTypeOf<Store["list"]>().toEqualTypeOf<(query: ListQuery) => Promise<GenerationList>>();
  expectTypeOf<Store["transferOwner"]>().toEqualTypeOf<(command: TransferOwnerCommand) => Promise<TransferVerdict>>();
  expectTypeOf<Store["eraseOwner"]>().toEqualTypeOf<(command: EraseOwnerCommand) => Promise<EraseVerdict>>();
  expectTypeOf<Store["adjust"]>().toEqualTypeOf<(command: AdjustCommand) => Promise<AdjustVerdict>>();
  expectTypeOf<Awaited<ReturnType<Store["listActive"]>>>().toEqualTypeOf<ActiveList>();
  expectTypeOf<Awaited<ReturnType<Store["changedAfter"]>>>().toEqualTypeOf<ChangeList>();
  expectTypeOf<Awaited<ReturnType<Store["listCredits"]>>>().toEqualTypeOf<CreditsList>();
  expectTypeOf<Awaited<ReturnType<Store["requestCancel"]>>>().toEqualTypeOf<CancelVerdict | null>();
  expectTypeOf<Awaited<ReturnType<Store["findSubmission"]>>>().toEqualTypeOf<SubmissionRecord | null>();
  expectTypeOf<Awaited<ReturnType<Store["claimOutbox"]>>>().toEqualTypeOf<readonly OutboxItem[]>();
});
