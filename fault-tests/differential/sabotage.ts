import type { Store } from "../../packages/server/src/lib/ports/store/store.js";

/** Methods of a store with one defect. */
type Sabotage = (store: Store) => Partial<Store>;

/** Stores with one defect each, by its description. The comparison must find all of them. */
export const sabotages: Readonly<Record<string, Sabotage>> = {
  "submit grants one credit too many": (store) => ({
    submit: (command) => store.submit({ ...command, initialGrant: command.initialGrant + 1 }),
  }),
  "submit keeps a key for longer": (store) => ({
    submit: ({ idempotencyKey: key, ...command }) =>
      store.submit({ ...command, idempotencyKey: key && { ...key, keepMs: 2 * key.keepMs } }),
  }),
  "submit ignores the number of active generations": (store) => ({
    submit: (command) => store.submit({ ...command, limits: { ...command.limits, maxActive: null } }),
  }),
  "submit ignores the rate": (store) => ({
    submit: (command) => store.submit({ ...command, limits: { ...command.limits, rate: null } }),
  }),
  "submit ignores the budget of refunds": (store) => ({
    submit: (command) => store.submit({ ...command, limits: { ...command.limits, refunds: null } }),
  }),
  "submit ignores erasures": (store) => ({ submit: ({ erasures: _, ...command }) => store.submit(command) }),
  "submit has another deadline": (store) => ({
    submit: (command) => store.submit({ ...command, deadlineMs: command.deadlineMs + 1 }),
  }),
  "submit stores the wrong input for the provider": (store) => ({
    submit: (command) => store.submit({ ...command, parsedInput: command.input }),
  }),
  "checkSubmit ignores requests on the way": (store) => ({
    checkSubmit: (query) => store.checkSubmit({ ...query, pending: () => 0 }),
  }),
  "requestCancel announces nothing": (store) => ({
    requestCancel: (command) => store.requestCancel({ ...command, announceTo: [] }),
  }),
  "markSeen does nothing": () => ({ markSeen: async () => {} }),
  "claimNotices leases for longer": (store) => ({
    claimNotices: (command) => store.claimNotices({ ...command, leaseMs: 2 * command.leaseMs }),
  }),
  "claimNotices returns older ends": (store) => ({
    claimNotices: (command) => store.claimNotices({ ...command, forMs: 10 * command.forMs }),
  }),
  "confirmNotices does nothing": () => ({ confirmNotices: async () => {} }),
  "claim leases for a millisecond more": (store) => ({
    claim: (command) => store.claim({ ...command, leaseMs: command.leaseMs + 1 }),
  }),
  "claim returns other models": (store) => ({
    claim: (command) => store.claim({ ...command, models: ["demo", "other"] }),
  }),
  "renew renews nothing": (store) => ({ renew: (command) => store.renew({ ...command, leaseMs: 1 }) }),
  "recordIntent starts each attempt": (store) => ({
    recordIntent: (command) => store.recordIntent({ ...command, starts: true }),
  }),
  "recordIntent forgets the estimate": (store) => ({
    recordIntent: (command) => store.recordIntent({ ...command, expectedInMs: null }),
  }),
  "recordProgress loses previews": (store) => ({
    recordProgress: (command) => store.recordProgress({ ...command, progress: { ...command.progress, preview: null } }),
  }),
  "recordOperation loses costs": (store) => ({
    recordOperation: ({ costs: _, ...command }) => store.recordOperation(command),
  }),
  "recordOperation is due a millisecond late": (store) => ({
    recordOperation: (command) => store.recordOperation({ ...command, dueInMs: command.dueInMs + 1 }),
  }),
  "recordResult loses outputs": (store) => ({
    recordResult: (command) => store.recordResult({ ...command, outputs: null }),
  }),
  "recordResult loses missing outputs": (store) => ({
    recordResult: ({ failure: _, ...command }) => store.recordResult(command),
  }),
  "park counts each expired lease": (store) => ({ park: (command) => store.park({ ...command, isNoop: false }) }),
  "park loses progress": (store) => ({ park: (command) => store.park({ ...command, progress: null }) }),
  "park keeps the state of the attempt": (store) => ({ park: (command) => store.park({ ...command, attempt: null }) }),
  "park loses stored outputs": (store) => ({ park: ({ storedOutputs: _, ...command }) => store.park(command) }),
  "settle announces nothing": (store) => ({ settle: (command) => store.settle({ ...command, announceTo: [] }) }),
  "settle keeps the state of the attempt": (store) => ({
    settle: (command) => store.settle({ ...command, attempt: null }),
  }),
  "settle refunds one credit less": (store) => ({
    settle: ({ refund, ...command }) =>
      store.settle({ ...command, refund: { ...refund, credits: Math.max(0, refund.credits - 1) } }),
  }),
  "recordWebhook loses the hint": (store) => ({
    recordWebhook: (command) => store.recordWebhook({ ...command, operationHint: null }),
  }),
  "claimOutbox leases for longer": (store) => ({
    claimOutbox: (command) => store.claimOutbox({ ...command, leaseMs: 4 * command.leaseMs }),
  }),
  "confirmOutbox does nothing": () => ({ confirmOutbox: async () => {} }),
  "addTimings does nothing": () => ({ addTimings: async () => {} }),
  "adjust ignores erasures": (store) => ({ adjust: ({ erasures: _, ...command }) => store.adjust(command) }),
  "adjust applies a key again": (store) => ({
    adjust: (command) => store.adjust({ ...command, key: globalThis.crypto.randomUUID() }),
  }),
  "transferOwner leaves the credits": (store) => ({
    transferOwner: (command) => store.transferOwner({ ...command, credits: "leave" }),
  }),
  "eraseOwner forgets the marks": (store) => ({
    eraseOwner: ({ ownerMarks: _, ...command }) => store.eraseOwner(command),
  }),
  "eraseOwner erases fewer at once": (store) => ({
    eraseOwner: (command) => store.eraseOwner({ ...command, limit: 1 }),
  }),
  "purgeGenerations purges fewer at once": (store) => ({
    purgeGenerations: (command) => store.purgeGenerations({ ...command, limit: 1 }),
  }),
  "purgeInputs purges fewer at once": (store) => ({
    purgeInputs: (command) => store.purgeInputs({ ...command, limit: 1 }),
  }),
  "recordInput ignores the rate": (store) => ({
    recordInput: (command) => store.recordInput({ ...command, rate: null }),
  }),
  "recordInput ignores the quota": (store) => ({
    recordInput: (command) => store.recordInput({ ...command, maxOwnerBytes: null }),
  }),
  "dropInput does nothing": () => ({ dropInput: async () => {} }),
  "startTimeline keeps the timeline": (store) => ({
    startTimeline: async () => (await store.sequencesOf([])).timeline,
  }),
  "startBulk starts a new bulk for a known key": (store) => ({
    startBulk: (bulk) => store.startBulk({ ...bulk, key: globalThis.crypto.randomUUID() }),
  }),
  "readBulk lists all generations": (store) => ({ readBulk: (query) => store.readBulk({ ...query, limit: 100 }) }),
  "cancelByOperator announces nothing": (store) => ({
    cancelByOperator: (command) => store.cancelByOperator({ ...command, announceTo: [] }),
  }),
  "wakeByOperator only records": (store) => ({ wakeByOperator: ({ action }) => store.recordOperatorAction(action) }),
  "endByOperator refunds one credit less": (store) => ({
    endByOperator: ({ refund, ...command }) =>
      store.endByOperator({ ...command, refund: { ...refund, credits: Math.max(0, refund.credits - 1) } }),
  }),
  "adjustByOperator applies a key again": (store) => ({
    adjustByOperator: (command) => store.adjustByOperator({ ...command, key: globalThis.crypto.randomUUID() }),
  }),
  "findGenerations ignores its filter": (store) => ({
    findGenerations: (query) => store.findGenerations({ ...query, states: null }),
  }),
  "changedAfter loses the newest change": (store) => ({
    changedAfter: async (query) => {
      const list = await store.changedAfter(query);
      return { ...list, changed: list.changed.slice(0, -1) };
    },
  }),
  "openHolds releases a hold later": (store) => ({
    openHolds: (command) => store.openHolds({ ...command, releaseAfterMs: 2 * command.releaseAfterMs }),
  }),
  "endHolds releases nothing": (store) => ({ endHolds: (command) => store.endHolds({ ...command, unused: [] }) }),
  "list ignores its filter": (store) => ({ list: (query) => store.list({ ...query, status: null }) }),
  "getInput ignores the generation": (store) => ({ getInput: ({ id }) => store.getInput({ id }) }),
};
