import { bundleScript } from "../../packages/server/test/processes/bundle-script.js";
import { auditCluster } from "../cluster/audit-cluster.js";
import { Cluster } from "../cluster/cluster.js";
import type { ClusterProcess } from "../cluster/cluster-options.js";
import { pause } from "../cluster/pause.js";
import type { GroundSource } from "../ground/proving-ground.js";
import type { Proof } from "../proof.js";
import { nextMigrationName, nextRelease } from "./next-release.js";
import { WebFleet } from "./web-fleet.js";

/** Rolls alternate between the next release and a rollback to this one; each replaces every process. */
const sizes = { short: { rolls: 2, between: 5, submitters: 2 }, long: { rolls: 20, between: 60, submitters: 6 } };
const webProcesses = 2;
const workers = 2;
/** Leaves the processor to the processes that start. */
const submitsEveryMs = 25;
const price = 4;
const granted = 1_000_000;
const maxSilenceMs = 120_000;

/** The bundled scripts of a release. */
interface Release {
  readonly web: string;
  readonly worker: string;
  remove(): Promise<void>;
}

/** Processes of two releases on one database replace each other one by one, while owners submit. */
export const rollingDeploy: Proof = {
  id: "F27",
  title: "a release with a migration replaces another one, process by process, and is rolled back (generations)",
  proves: ["I1", "I2", "I3", "I8"],
  async run({ scale, ground, onProgress }) {
    const { between, rolls, submitters } = sizes[scale];
    const releases = [await bundleRelease(), await bundleRelease(await nextRelease())] as const;
    const deployment = await Deployment.open({ ground, release: releases[0] });
    const { violations } = deployment;
    deployment.startOwners(submitters);
    await deployment.accepts(between);
    for (let roll = 1; roll <= rolls && violations.length === 0; roll += 1) {
      for await (const _ of deployment.roll(releases[roll % 2 === 1 ? 1 : 0])) await deployment.accepts(between);
      onProgress?.(roll, rolls);
    }
    const result = await deployment.finish();
    for (const { remove } of releases) await remove();
    return result;
  },
};

async function bundleRelease(replaced: ReadonlyMap<string, string> = new Map()): Promise<Release> {
  const web = await bundleScript(new URL("../web/web-server.ts", import.meta.url), { replaced });
  const worker = await bundleScript(new URL("../cluster/killable-process.ts", import.meta.url), { replaced });
  return {
    web: web.path,
    worker: worker.path,
    async remove() {
      await web.remove();
      await worker.remove();
    },
  };
}

/** Web processes and workers on one database, and the owners who submit to them. */
class Deployment {
  readonly violations: string[] = [];
  readonly #cluster: Cluster;
  readonly #fleet: WebFleet;
  #web: Awaited<ReturnType<WebFleet["start"]>>[] = [];
  #workers: ClusterProcess[] = [];
  #owners: readonly Promise<void>[] = [];
  #isOpen = true;
  #replaced = 0;

  static async open({
    ground,
    release,
  }: {
    readonly ground: GroundSource;
    readonly release: Release;
  }): Promise<Deployment> {
    const cluster = await Cluster.open({ script: release.worker, ground, leaseMs: 1_000, jobMs: 60 });
    for (const accountId of cluster.owners)
      await cluster.store.adjust({
        accountId,
        kind: "grant",
        amount: granted,
        reason: null,
        key: "all",
        initialGrant: 0,
      });
    const deployment = new Deployment(cluster);
    for (let count = 0; count < webProcesses; count += 1)
      deployment.#web.push(await deployment.#fleet.start(release.web));
    for (let count = 0; count < workers; count += 1) deployment.#workers.push(await deployment.#startWorker(release));
    return deployment;
  }

  private constructor(cluster: Cluster) {
    this.#cluster = cluster;
    this.#fleet = new WebFleet(cluster.databaseUrl);
  }

  /** Each submits the next generation soon after its last one is acknowledged. */
  startOwners(submitters: number): void {
    this.#owners = Array.from({ length: submitters }, (_, number) => this.#submit(number));
  }

  async #submit(number: number): Promise<void> {
    const { acknowledged, owners } = this.#cluster;
    const ownerId = owners[number % owners.length] ?? "ada";
    for (let count = 0; this.#isOpen; count += 1) {
      try {
        const key = `key-${number}-${count}`;
        acknowledged.set(await this.#fleet.submit({ ownerId, key, prompt: "a lake" }), ownerId);
        await pause(submitsEveryMs);
      } catch (error) {
        this.violations.push(String(error));
        return;
      }
    }
  }

  /** Resolves when so many more submits are acknowledged, or a promise is broken. */
  async accepts(count: number): Promise<void> {
    const until = this.#cluster.acknowledged.size + count;
    while (this.#cluster.acknowledged.size < until && this.violations.length === 0) await pause(20);
  }

  /** Starts a process of the release and stops another one, once for each process. The first start migrates. */
  async *roll(release: Release): AsyncGenerator<void> {
    for (const old of this.#web) {
      this.#web = [...this.#web.filter((each) => each !== old), await this.#fleet.start(release.web)];
      yield;
      await this.#fleet.stop(old);
      this.#replaced += 1;
      yield;
    }
    for (const old of this.#workers) {
      this.#workers = [...this.#workers.filter((each) => each !== old), await this.#startWorker(release)];
      yield;
      await this.#drain(old);
      this.#replaced += 1;
      yield;
    }
  }

  /** Checks the promises once everything has ended, and deletes the database. */
  async finish() {
    const cluster = this.#cluster;
    this.#isOpen = false;
    await Promise.all(this.#owners);
    const report = await auditCluster(cluster, maxSilenceMs);
    const violations = [...this.violations, ...report.violations];
    const acknowledged = cluster.acknowledged.size;
    if (report.generations !== acknowledged || report.completed !== acknowledged)
      violations.push(`${acknowledged} acknowledged, ${report.generations} exist, ${report.completed} completed`);
    for (const accountId of cluster.owners) {
      const submits = [...cluster.acknowledged.values()].filter((ownerId) => ownerId === accountId).length;
      const { balance } = await cluster.store.listCredits({ accountId, limit: 1, before: null });
      const expected = granted - price * submits;
      if (balance !== expected) violations.push(`${accountId} has ${balance} credits instead of ${expected}`);
    }
    const migrations = await cluster.rows(["migrations"]);
    if (!migrations.includes(nextMigrationName)) violations.push("the next release did not migrate");
    await this.#fleet.stopAll();
    await cluster.close();
    return {
      runs: acknowledged,
      faults: this.#replaced,
      violations,
      figures: { "submits sent again": this.#fleet.retries.toLocaleString("en-US") },
    };
  }

  async #startWorker({ worker }: Release): Promise<ClusterProcess> {
    const member = this.#cluster.spawn(null, { script: worker });
    member.ended.then((how) => {
      if (this.#workers.includes(member) && this.#isOpen) this.violations.push(`a worker exited by itself: ${how}`);
    });
    await member.isReady;
    return member;
  }

  async #drain(member: ClusterProcess): Promise<void> {
    member.send({ type: "drain" });
    await member.isDrained;
    member.child.kill("SIGKILL");
    await member.ended;
  }
}
