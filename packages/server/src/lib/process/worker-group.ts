import type { Clock } from "../ports/clock.js";
import { processMap } from "./process-map.js";

/** The worker of one copy of the host's module. Development servers evaluate that module again after each edit. */
export interface WorkerCopy {
  /** Names of its models. */
  readonly models: readonly string[];
  /** Equal for two copies if and only if they use the same database. Rejects while the database is unavailable. */
  readDatabaseId(): Promise<string>;
  /** Starts to claim; may be called again after `retire`. */
  run(): void;
  /** Stops claiming at once. Resolves when no paid request is in flight. */
  retire(): Promise<void>;
  /** Stops all retiring workers within their drain time. */
  stopRetiring(): Promise<void>;
}

/** One copy's membership in its group. */
export interface WorkerMembership {
  /** Whether a worker of this group runs, of this copy or another. */
  readonly isWorking: boolean;
  /** Starts the group: its newest copy runs. */
  start(): void;
  /** Removes this copy and its `start`. Stops the group when no started copy remains. */
  leave(): Promise<void>;
}

interface Group {
  /** The running copy. The strong reference keeps it alive after its module no longer exports it. */
  active: { readonly member: Member; readonly copy: WorkerCopy } | null;
  readonly retiring: Set<Retirement>;
}

interface Retirement {
  readonly copy: WorkerCopy;
  /** Never rejects. */
  readonly ended: Promise<void>;
}

interface Member {
  /** Weak, so that the copies of a hundred edits can be collected. */
  readonly copy: WeakRef<WorkerCopy>;
  readonly models: readonly string[];
  isStarted: boolean;
  group: Group;
}

/** Delay before the comparison is retried when a database cannot be read. */
const retryMs = 1_000;

/**
 * Copies with the same database, `key` and at least one model name form a group. The newest copy of a group works. A
 * copy without a common model replaces the running group. If the host starts that copy, it is a separate server, and
 * both work.
 *
 * @param options.key equal for copies that may belong together; compared before any database is read.
 */
export function joinWorkerGroup({
  clock,
  copy,
  key,
}: {
  readonly clock: Clock;
  readonly copy: WorkerCopy;
  readonly key: string;
}): WorkerMembership {
  const members = liveMembers(key);
  const own: Member = { copy: new WeakRef(copy), models: copy.models, isStarted: false, group: newGroup() };
  members.push(own);

  const merge = async (other: Member): Promise<void> => {
    if (await isSameDatabase({ clock, members, one: own, other })) mergeGroups(members, { own, other });
  };
  const running = members.filter(({ group }) => group.active !== null);
  const previous = running.findLast((other) => sharesModel(own, other)) ?? running.at(-1);
  if (previous !== undefined && copy.models.length > 0) void merge(previous);

  return {
    get isWorking() {
      return own.group.active !== null;
    },
    start: () => {
      own.isStarted = true;
      const others = members.filter((other) => other !== own && other.group === own.group);
      if (others.length > 0 && !others.some((other) => sharesModel(own, other))) leaveGroup(members, own);
      activateNewest(members, own.group);
      for (const other of members) {
        if (other.group !== own.group && sharesModel(own, other)) void merge(other);
      }
    },
    leave: async () => {
      own.isStarted = false;
      const { group } = own;
      leaveGroup(members, own);
      members.splice(members.indexOf(own), 1);
      if (members.length === 0) processMap("workers").delete(key);
      if (members.some((other) => other.group === group && other.isStarted)) return;
      retireActive(group);
      await Promise.all([...group.retiring].map((retirement) => retirement.copy.stopRetiring()));
    },
  };
}

function newGroup(): Group {
  return { active: null, retiring: new Set() };
}

/** Copies with this key, oldest first. Drops collected copies, except one that holds a group's last `start`. */
function liveMembers(key: string): Member[] {
  const workers = processMap<Member[]>("workers");
  const members = workers.get(key) ?? [];
  workers.set(key, members);
  const isLive = ({ copy }: Member): boolean => copy.deref() !== undefined;
  const live = members.filter((member) => {
    const isLastStart =
      member.isStarted && !members.some((other) => other.group === member.group && other.isStarted && isLive(other));
    return isLive(member) || isLastStart;
  });
  members.splice(0, members.length, ...live);
  return members;
}

function sharesModel(one: Member, other: Member): boolean {
  return one.models.some((model) => other.models.includes(model));
}

/** Retries until both databases can be read. False if either copy has left or was collected. */
async function isSameDatabase({
  clock,
  members,
  one,
  other,
}: {
  readonly clock: Clock;
  readonly members: readonly Member[];
  readonly one: Member;
  readonly other: Member;
}): Promise<boolean> {
  while (members.includes(one) && members.includes(other)) {
    const copies = [one, other].map(({ copy, group }) => group.active?.copy ?? copy.deref());
    try {
      const [ownId, otherId] = await Promise.all(copies.map((copy) => copy?.readDatabaseId()));
      return ownId !== undefined && ownId === otherId;
    } catch {
      await new Promise<void>((resolve) => clock.setTimer(retryMs, resolve));
    }
  }
  return false;
}

/** Merges two groups on the same database. Either copy may have started, stopped or left during the read. */
function mergeGroups(
  members: readonly Member[],
  { other, own }: { readonly own: Member; readonly other: Member },
): void {
  const { group } = own;
  if (group === other.group || !members.includes(own) || !members.includes(other)) return;
  if (!sharesModel(own, other) && (own.isStarted || other.group.active === null)) return;
  for (const member of members) {
    if (member.group === group) member.group = other.group;
  }
  // The newest copy keeps running, whichever group it belongs to.
  if (group.active !== null && group.active.member === newestOf(members, other.group)) {
    retireActive(other.group);
    other.group.active = group.active;
  } else {
    retireActive(group);
  }
  for (const retirement of group.retiring) trackRetirement(other.group, retirement);
  activateNewest(members, other.group);
}

/** Moves a copy to a new group; the newest of the remaining copies runs. */
function leaveGroup(members: readonly Member[], own: Member): void {
  const { group } = own;
  if (group.active?.member === own) group.active = null;
  own.group = newGroup();
  activateNewest(members, group);
}

/** Runs the newest copy, if the host has started any copy of the group. */
function activateNewest(members: readonly Member[], group: Group): void {
  const newest = members.some((member) => member.group === group && member.isStarted)
    ? newestOf(members, group)
    : undefined;
  const copy = newest?.copy.deref();
  if (newest === undefined || copy === undefined || newest === group.active?.member) return;
  retireActive(group);
  group.active = { member: newest, copy };
  copy.run();
}

function newestOf(members: readonly Member[], group: Group): Member | undefined {
  return members.findLast((member) => member.group === group && member.copy.deref() !== undefined);
}

function retireActive(group: Group): void {
  if (group.active === null) return;
  const { copy } = group.active;
  group.active = null;
  trackRetirement(group, { copy, ended: copy.retire().catch(() => {}) });
}

function trackRetirement({ retiring }: Group, retirement: Retirement): void {
  retiring.add(retirement);
  void retirement.ended.then(() => retiring.delete(retirement));
}
