import type { HoldStore } from "../ports/store/hold-store.js";
import type { InputStore } from "../ports/store/input-store.js";
import type { OperatorStore } from "../ports/store/operator-store.js";
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
  const migrated =
    <Arguments extends readonly unknown[], Result>(command: (...args: Arguments) => Promise<Result>) =>
    async (...args: Arguments): Promise<Result> => {
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
    readSecret: migrated((candidate) => store.readSecret(candidate)),
    startTimeline: migrated(() => store.startTimeline()),
    readEntryKey: migrated(() => store.readEntryKey()),
    findSubmission: migrated((query) => store.findSubmission(query)),
    submit: migrated((command) => store.submit(command)),
    submitMany: migrated((command) => store.submitMany(command)),
    checkSubmit: migrated((query) => store.checkSubmit(query)),
    readAllowance: migrated((query) => store.readAllowance(query)),
    get: migrated((query) => store.get(query)),
    readAttempts: migrated((query) => store.readAttempts(query)),
    getOutput: migrated((query) => store.getOutput(query)),
    getPreview: migrated((query) => store.getPreview(query)),
    listActive: migrated((query) => store.listActive(query)),
    list: migrated((query) => store.list(query)),
    listGroup: migrated((query) => store.listGroup(query)),
    changedAfter: migrated((query) => store.changedAfter(query)),
    requestCancel: migrated((command) => store.requestCancel(command)),
    claimNotices: migrated((command) => store.claimNotices(command)),
    confirmNotices: migrated((command) => store.confirmNotices(command)),
    markSeen: migrated((command) => store.markSeen(command)),
    remove: migrated((command) => store.remove(command)),
    claim: migrated((command) => store.claim(command)),
    ping: migrated(() => store.ping()),
    sequencesOf: migrated((ownerIds) => store.sequencesOf(ownerIds)),
    renew: migrated((command) => store.renew(command)),
    recordIntent: migrated((command) => store.recordIntent(command)),
    recordProgress: migrated((command) => store.recordProgress(command)),
    recordOperation: migrated((command) => store.recordOperation(command)),
    recordResult: migrated((command) => store.recordResult(command)),
    park: migrated((command) => store.park(command)),
    reserveStart: migrated((command) => store.reserveStart(command)),
    closeGate: migrated((command) => store.closeGate(command)),
    settle: migrated((command) => store.settle(command)),
    readTimings: migrated((query) => store.readTimings(query)),
    addTimings: migrated((timings) => store.addTimings(timings)),
    recordJobCancel: migrated((command) => store.recordJobCancel(command)),
    claimOutbox: migrated((command) => store.claimOutbox(command)),
    confirmOutbox: migrated((command) => store.confirmOutbox(command)),
    failOutbox: migrated((command) => store.failOutbox(command)),
    dropUnclaimedOutbox: migrated((command) => store.dropUnclaimedOutbox(command)),
    transferOwner: migrated((command) => store.transferOwner(command)),
    eraseOwner: migrated((command) => store.eraseOwner(command)),
    erasurePosition: migrated(() => store.erasurePosition()),
    adjust: migrated((command) => store.adjust(command)),
    listCredits: migrated((query) => store.listCredits(query)),
    findAttempt: migrated((query) => store.findAttempt(query)),
    recordWebhook: migrated((command) => store.recordWebhook(command)),
    purgeGenerations: migrated((command) => store.purgeGenerations(command)),
    getEnded: migrated((query) => store.getEnded(query)),
    findOutputsBySha256: migrated((sha256) => store.findOutputsBySha256(sha256)),
    findKeysInUse: migrated((keys) => store.findKeysInUse(keys)),
    newestOutputKey: migrated(() => store.newestOutputKey()),
    readCosts: migrated((span) => store.readCosts(span)),
    ...queueMethods(store, migrated),
    ...holdMethods(store, migrated),
    ...inputMethods(store, migrated),
    ...operatorMethods(store, migrated),
    audit: migrated((options?: Parameters<Store["audit"]>[0]) => store.audit(options)),
  };
}

type Migrated = <Arguments extends readonly unknown[], Result>(
  command: (...args: Arguments) => Promise<Result>,
) => (...args: Arguments) => Promise<Result>;

function queueMethods(
  store: Store,
  migrated: Migrated,
): Pick<
  Store,
  "gateCapacities" | "listDue" | "nextDueInMs" | "readDue" | "readQueue" | "readWaiting" | "unservedModels"
> {
  return {
    nextDueInMs: migrated((query) => store.nextDueInMs(query)),
    gateCapacities: migrated((query) => store.gateCapacities(query)),
    readWaiting: migrated((query) => store.readWaiting(query)),
    readDue: migrated((query) => store.readDue(query)),
    listDue: migrated((query) => store.listDue(query)),
    unservedModels: migrated((query) => store.unservedModels(query)),
    readQueue: migrated(() => store.readQueue()),
  };
}

function holdMethods(store: HoldStore, migrated: Migrated): HoldStore {
  return {
    openHolds: migrated((command) => store.openHolds(command)),
    hasHeldDuplicate: migrated((command) => store.hasHeldDuplicate(command)),
    endHolds: migrated((command) => store.endHolds(command)),
  };
}

function inputMethods(store: InputStore, migrated: Migrated): InputStore {
  return {
    recordInput: migrated((command) => store.recordInput(command)),
    dropInput: migrated((command) => store.dropInput(command)),
    inputWaitMs: migrated((query) => store.inputWaitMs(query)),
    getInput: migrated((query) => store.getInput(query)),
    touchInputs: migrated((command) => store.touchInputs(command)),
    purgeInputs: migrated((command) => store.purgeInputs(command)),
  };
}

function operatorMethods(store: OperatorStore, migrated: Migrated): OperatorStore {
  return {
    findGenerations: migrated((query) => store.findGenerations(query)),
    getDetail: migrated((query) => store.getDetail(query)),
    readOverview: migrated((query) => store.readOverview(query)),
    activeModels: migrated(() => store.activeModels()),
    readVendors: migrated((query) => store.readVendors(query)),
    listDeliveries: migrated((query) => store.listDeliveries(query)),
    listOperatorActions: migrated((query) => store.listOperatorActions(query)),
    listCreditActions: migrated((query) => store.listCreditActions(query)),
    recordOperatorAction: migrated((action) => store.recordOperatorAction(action)),
    startBulk: migrated((bulk) => store.startBulk(bulk)),
    readBulk: migrated((query) => store.readBulk(query)),
    cancelByOperator: migrated((command) => store.cancelByOperator(command)),
    wakeByOperator: migrated((command) => store.wakeByOperator(command)),
    endByOperator: migrated((command) => store.endByOperator(command)),
    adjustByOperator: migrated((command) => store.adjustByOperator(command)),
    retryByOperator: migrated((command) => store.retryByOperator(command)),
    removeByOperator: migrated((command) => store.removeByOperator(command)),
    announceByOperator: migrated((command) => store.announceByOperator(command)),
    changeDelivery: migrated((command) => store.changeDelivery(command)),
  };
}
