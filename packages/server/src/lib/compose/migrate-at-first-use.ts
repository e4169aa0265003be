import type { Store } from "../ports/store/store.js";
import { singleFlight } from "../process/single-flight.js";

/**
 * A store that creates or upgrades its tables before the first command. Concurrent commands wait for the same
 * migration. If it fails, they fail, and the next command retries it.
 */
export function migrateAtFirstUse(store: Store): Store {
  let isMigrated = false;
  const attempt = singleFlight(async () => {
    await store.migrate();
    isMigrated = true;
  });
  const migrate = async (): Promise<void> => {
    if (!isMigrated) await attempt();
  };
  const after =
    <Arguments extends readonly unknown[], Answer>(command: (...args: Arguments) => Promise<Answer>) =>
    async (...args: Arguments): Promise<Answer> => {
      await migrate();
      return command(...args);
    };

  return {
    identity: store.identity,
    migrate,
    release: () => store.release(),
    close: () => store.close(),
    onForeignCommit: (listener) => store.onForeignCommit(listener),
    takeClockJumps: async () => (await store.takeClockJumps?.()) ?? [],
    holdsBackDue: async () => (await store.holdsBackDue?.()) ?? false,
    readSecret: after((candidate) => store.readSecret(candidate)),
    readEntryKey: after(() => store.readEntryKey()),
    findSubmission: after((query) => store.findSubmission(query)),
    submit: after((command) => store.submit(command)),
    get: after((query) => store.get(query)),
    getOutput: after((query) => store.getOutput(query)),
    getPreview: after((query) => store.getPreview(query)),
    listActive: after((query) => store.listActive(query)),
    list: after((query) => store.list(query)),
    changedAfter: after((query) => store.changedAfter(query)),
    requestCancel: after((command) => store.requestCancel(command)),
    claimNotices: after((command) => store.claimNotices(command)),
    confirmNotices: after((command) => store.confirmNotices(command)),
    markSeen: after((command) => store.markSeen(command)),
    remove: after((command) => store.remove(command)),
    claim: after((command) => store.claim(command)),
    ping: after(() => store.ping()),
    sequencesOf: after((ownerIds) => store.sequencesOf(ownerIds)),
    nextDueInMs: after((query) => store.nextDueInMs(query)),
    unservedModels: after((query) => store.unservedModels(query)),
    renew: after((command) => store.renew(command)),
    recordIntent: after((command) => store.recordIntent(command)),
    recordProgress: after((command) => store.recordProgress(command)),
    recordOperation: after((command) => store.recordOperation(command)),
    recordResult: after((command) => store.recordResult(command)),
    park: after((command) => store.park(command)),
    settle: after((command) => store.settle(command)),
    readTimings: after((query) => store.readTimings(query)),
    addTimings: after((timings) => store.addTimings(timings)),
    claimOutbox: after((command) => store.claimOutbox(command)),
    confirmOutbox: after((command) => store.confirmOutbox(command)),
    dropUnclaimedOutbox: after((command) => store.dropUnclaimedOutbox(command)),
    transferOwner: after((command) => store.transferOwner(command)),
    eraseOwner: after((command) => store.eraseOwner(command)),
    adjust: after((command) => store.adjust(command)),
    listCredits: after((query) => store.listCredits(query)),
    findAttempt: after((query) => store.findAttempt(query)),
    recordWebhook: after((command) => store.recordWebhook(command)),
    recordInput: after((command) => store.recordInput(command)),
    inputWaitMs: after((query) => store.inputWaitMs(query)),
    getInput: after((query) => store.getInput(query)),
    findInputs: after((command) => store.findInputs(command)),
    purgeInputs: after((command) => store.purgeInputs(command)),
    purgeGenerations: after((command) => store.purgeGenerations(command)),
    getEnded: after((query) => store.getEnded(query)),
    findKeysInUse: after((keys) => store.findKeysInUse(keys)),
    newestOutputKey: after(() => store.newestOutputKey()),
    readCosts: after((span) => store.readCosts(span)),
    audit: after((options?: Parameters<Store["audit"]>[0]) => store.audit(options)),
  };
}
