import type { OptionNames } from "../../../model/check-option-names.js";
import type { Store } from "../../../ports/store/store.js";
import type { HostStatements } from "../../arguments/host-statement.js";
import { WriteHealth } from "../../calls/write-health.js";
import type { Executor } from "../executor/executor.js";
import { checkSchema, migrate } from "../schema/migrate.js";
import { migrations } from "../schema/migrations.js";
import { hostStepsOf } from "../statements/host/host-balances.js";
import { findErasuresStatement, startTimelineStatements, startTimelineWithErasures } from "../statements/timeline.js";
import { creditsCommands } from "./credits-commands.js";
import { endedCommands } from "./ended-commands.js";
import { holdCommands } from "./hold-commands.js";
import { inputCommands } from "./input-commands.js";
import { mediaKeyCommands } from "./media-key-commands.js";
import { OpenHoldWatch } from "./open-hold-watch.js";
import { operatorCommands } from "./operator-commands.js";
import { ownerCommands } from "./owner-commands.js";
import { ownerLifecycleCommands } from "./owner-lifecycle-commands.js";
import { queueCommands } from "./queue-commands.js";
import { retentionCommands } from "./retention-commands.js";
import { StatementRunner } from "./statement-runner.js";
import { submitCommands } from "./submit-commands.js";
import { webhookCommands } from "./webhook-commands.js";
import { workerCommands } from "./worker-commands.js";

/** Options of every store on libSQL. */
export interface LibsqlStoreOptions {
  /** Epoch milliseconds in place of the database's own time. For tests only. */
  readonly now?: () => number;
  /**
   * Milliseconds of a monotonic clock, in place of the process's own. For tests only. Without it, `now` counts as
   * monotonic, and as correct from the start.
   */
  readonly monotonicNow?: () => number;
}

/** The options of every store, for `checkOptionNames`. */
export const storeOptionNames: OptionNames<LibsqlStoreOptions> = { now: true, monotonicNow: true };

const readSecretStatements = [
  "INSERT INTO safelight_settings (name, value) VALUES ('secret', :candidate) ON CONFLICT (name) DO NOTHING",
  "SELECT value FROM safelight_settings WHERE name = 'secret'",
];

/** Shows whether the database accepts writes. Random, because SQLite does not write an unchanged page. */
export const writeTrial = [
  `INSERT INTO safelight_settings (name, value) VALUES ('write_trial', hex(randomblob(:bytes / 2)))
   ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
  "SELECT 1",
];

/** Creates a store on an executor. */
export function createStore(
  executor: Executor,
  {
    identity,
    options,
    isFile = false,
  }: {
    readonly identity: string;
    readonly options: LibsqlStoreOptions;
    /** Whether the executor owns a file: it runs the host's statements, and each process has a clock of its own. @default false */
    readonly isFile?: boolean;
  },
): Store {
  const createToken = () => globalThis.crypto.randomUUID();
  const { now, monotonicNow = now ?? (() => performance.now()) } = options;
  const health = new WriteHealth({
    tryWrite: (bytes) => executor.write({ statements: writeTrial, args: { bytes } }),
    now: monotonicNow,
  });
  const runner = new StatementRunner({
    executor: {
      read: (statements, args) => executor.read(statements, args),
      readLong: (statements, args) => executor.readLong?.(statements, args) ?? executor.read(statements, args),
      write: (command) => health.run(() => executor.write(command)),
    },
    now,
    monotonicNow,
    isExact: now !== undefined && options.monotonicNow === undefined,
    createToken,
  });
  const openHolds = new OpenHoldWatch(runner, { isFile });
  return {
    identity,
    migrate: () => migrate(executor, migrations),
    async ping() {
      await executor.verify();
      await checkSchema(executor, migrations);
      await health.check();
    },
    ...(isFile && {
      useHostBalances: (statements: HostStatements) => runner.useHostSteps(hostStepsOf(statements)),
    }),
    release: () => executor.release(),
    close: () => executor.close(),
    onForeignCommit: (listener) => executor.onForeignCommit(listener),
    async readSecret(candidate) {
      const [row] = await runner.write(readSecretStatements, { candidate });
      return String(row?.value);
    },
    async startTimeline() {
      const timeline = createToken();
      const hasErasures = (await runner.read(findErasuresStatement, {})).length > 0;
      await runner.write(hasErasures ? startTimelineWithErasures : startTimelineStatements, { timeline });
      return timeline;
    },
    ...submitCommands(runner),
    ...holdCommands(runner),
    ...ownerCommands(runner),
    ...ownerLifecycleCommands(runner),
    ...workerCommands(runner, openHolds),
    ...creditsCommands(runner),
    ...endedCommands(runner),
    ...webhookCommands(runner),
    ...inputCommands(runner),
    ...queueCommands(runner, openHolds),
    ...retentionCommands(runner),
    ...mediaKeyCommands(runner),
    ...operatorCommands(runner),
  };
}
