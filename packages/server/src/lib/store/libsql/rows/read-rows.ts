import type { CostRecord, LedgerRecord } from "../../../ports/store/credits-store.js";
import type { InputRecord } from "../../../ports/store/input-store.js";
import type { TimingCount } from "../../../ports/store/timing-counts.js";
import type { AttemptRow, GenerationRow, OutputRow } from "../../rows/generation-row.js";
import type { SqlRow } from "../../rows/sql-row.js";

/** A generation on a page. `found`: matches before the page was cut by its bytes, up to its limit. */
type PageRow = GenerationRow & { readonly found: number };

/** The row of each read in `statements/reads.ts`. */
export interface ReadRows {
  readonly getGeneration: GenerationRow;
  readonly groupGenerations: GenerationRow;
  readonly attemptsOf: AttemptRow;
  readonly getOutput: OutputRow;
  readonly getPreview: Pick<GenerationRow, "previewKey" | "previewContentType">;
  readonly activePage: PageRow;
  readonly unseenPage: PageRow;
  readonly unseenCount: { readonly count: number };
  readonly historyPage: PageRow;
  readonly pendingPage: PageRow;
  readonly processingPage: PageRow;
  readonly completedPage: PageRow;
  readonly failedPage: PageRow;
  readonly canceledPage: PageRow;
  readonly changesPage: PageRow;
  readonly teamGeneration: GenerationRow;
  readonly teamActivePage: PageRow;
  readonly teamHistoryPage: PageRow;
  readonly teamPendingPage: PageRow;
  readonly teamProcessingPage: PageRow;
  readonly teamCompletedPage: PageRow;
  readonly teamFailedPage: PageRow;
  readonly teamCanceledPage: PageRow;
  readonly teamChangesPage: PageRow;
  readonly readSequences: Pick<GenerationRow, "id"> & { readonly sequence: number };
  /** `costs`: JSON of the costs of each attempt. */
  readonly getEnded: GenerationRow & { readonly costs: string };
  readonly findAttempt: AttemptRow & Pick<GenerationRow, "model">;
  readonly getInput: InputRecord;
  readonly getBalance: { readonly balance: number };
  readonly entriesPage: LedgerRecord;
  readonly readCosts: CostRecord;
  readonly readTimings: TimingCount;
}

/** The text of a read, with the type of its rows. The member exists only for the compiler. */
export type Read<Name extends keyof ReadRows> = string & { readonly "~row": ReadRows[Name] };

/** The row of a statement: typed for a built read, by column name for any other text. */
export type RowOf<Statement> = Statement extends { readonly "~row": infer Row } ? Row : SqlRow;
