import type { Store } from "../../../ports/store/store.js";
import { withExpressions } from "../../arguments/host-statement.js";
import { WriteHealth } from "../../calls/write-health.js";
import { StoreTime, type StoreTimeOptions } from "../../clock/store-time.js";
import type { CallExecutor } from "../executor/call-executor.js";
import { readSecret, startTimeline, tryWrite } from "../functions/settings.js";
import { checkSchema, migrate } from "../schema/migrate.js";
import { migrations } from "../schema/migrations.js";
import type { Names } from "../text/names.js";
import { creditsCommands, creditsFunctions } from "./credits-commands.js";
import { endedCommands, endedFunctions } from "./ended-commands.js";
import { holdCommands, holdFunctions } from "./hold-commands.js";
import { inputCommands, inputFunctions } from "./input-commands.js";
import { listCommands } from "./list-commands.js";
import { mediaKeyCommands } from "./media-key-commands.js";
import { operatorCommands, operatorFunctions } from "./operator-commands.js";
import { outboxCommands, outboxFunctions } from "./outbox-commands.js";
import { ownerCommands, ownerFunctions } from "./owner-commands.js";
import { ownerLifecycleCommands, ownerLifecycleFunctions } from "./owner-lifecycle-commands.js";
import { ownerWriteFunctions, ownerWrites } from "./owner-writes.js";
import { queueCommands, queueFunctions } from "./queue-commands.js";
import { StatementRunner } from "./statement-runner.js";
import { submitCommands, submitFunctions } from "./submit-commands.js";
import { timingCommands, timingFunctions } from "./timing-commands.js";
import { webhookCommands, webhookFunctions } from "./webhook-commands.js";
import { workerCommands, workerFunctions } from "./worker-commands.js";

/** All functions of this release. `migrate` and `ping` create the missing ones, and those that they use. */
export const functions = [
  readSecret,
  startTimeline,
  tryWrite,
  ...submitFunctions,
  ...holdFunctions,
  ...ownerFunctions,
  ...ownerWriteFunctions,
  ...ownerLifecycleFunctions,
  ...workerFunctions,
  ...creditsFunctions,
  ...outboxFunctions,
  ...timingFunctions,
  ...inputFunctions,
  ...webhookFunctions,
  ...endedFunctions,
  ...operatorFunctions,
  ...queueFunctions,
];

/** Replaces the names of the parameters by positions, in the order in which the functions pass the values. */
const toPositional = (statement: string): string =>
  withExpressions(statement, { accountId: "$1", credits: "$2", key: "$3" });

/** Creates a store on an executor. */
export function createStore(
  executor: CallExecutor,
  options: { readonly identity: string; readonly names: Names; readonly time: StoreTimeOptions },
): Store {
  const { identity, names } = options;
  const time = new StoreTime(options.time);
  const schema = { executor, names, migrations, functions };
  // Not through the runner, which reports to `health`.
  const createFunctions = () => checkSchema(schema);
  const trial = new StatementRunner({ executor, names, time, createFunctions, runWrite: (write) => write() });
  const health = new WriteHealth({
    tryWrite: (bytes) => trial.call(tryWrite, { bytes }),
    now: time.monotonicNow,
  });
  const runner = new StatementRunner({
    executor,
    names,
    time,
    createFunctions,
    runWrite: (write) => health.run(write),
  });
  return {
    identity,
    migrate: () => migrate(schema),
    async ping() {
      await checkSchema(schema);
      await health.check();
    },
    useHostBalances: ({ take, give }) =>
      runner.useHostStatements({ take: toPositional(take), give: toPositional(give) }),
    /** Does nothing: the client belongs to the host. */
    release() {},
    close: () => executor.close(),
    onForeignCommit: (listener) => executor.onForeignCommit(listener),
    async readSecret(candidate) {
      return String((await runner.call(readSecret, { candidate }))?.value);
    },
    async startTimeline() {
      const timeline = runner.createToken();
      await runner.call(startTimeline, { timeline });
      return timeline;
    },
    ...submitCommands(runner),
    ...holdCommands(runner),
    ...ownerCommands(runner),
    ...ownerWrites(runner),
    ...ownerLifecycleCommands(runner),
    ...queueCommands(runner),
    ...workerCommands(runner),
    ...creditsCommands(runner),
    ...listCommands(runner),
    ...outboxCommands(runner),
    ...timingCommands(runner),
    ...inputCommands(runner),
    ...webhookCommands(runner),
    ...endedCommands(runner),
    ...mediaKeyCommands(runner),
    ...operatorCommands(runner),
  };
}
