import { type ChildProcess, execFile, spawn, spawnSync } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import { AwsClient } from "aws4fetch";

/** Ceph's object gateway, which serves S3 from many a data center, on a folder of its own. */
export interface CephGateway {
  readonly endpoint: string;
  readonly credentials: { readonly region: string; readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Makes an empty bucket, and tells its name. */
  createBucket(): Promise<string>;
  close(): Promise<void>;
}

const credentials = {
  region: "default",
  accessKeyId: "SAFELIGHTTESTKEY0001",
  secretAccessKey: "for-tests-on-this-machine",
};
const startLimitMs = 20_000;

/** Whether it is installed; Debian's package is `radosgw`. */
export function hasCephGateway(): boolean {
  return spawnSync("radosgw", ["--version"]).status === 0;
}

/**
 * Starts the gateway on a free port, with its books in SQLite instead of a cluster. A page of its listings has ten keys.
 *
 * @throws when it does not answer in 20 seconds.
 */
export async function startCephGateway(): Promise<CephGateway> {
  const folder = await mkdtemp(join(tmpdir(), "safelight-ceph-"));
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const configuration = join(folder, "ceph.conf");
  await mkdir(join(folder, "db"));
  await writeFile(
    configuration,
    `[global]
run dir = ${folder}
admin socket =
log file = ${join(folder, "log")}
[client]
rgw backend store = dbstore
rgw config store = dbstore
dbstore config uri = file:${join(folder, "config.db")}
dbstore db dir = ${join(folder, "db")}
rgw data = ${folder}
rgw max listing results = 10
rgw frontends = beast endpoint=127.0.0.1:${port}
`,
  );
  const options = ["-c", configuration, "--no-mon-config", "-n", "client.admin"];
  const server = spawn("radosgw", [...options, "-f"], { stdio: "ignore" });
  await answers(endpoint, server);
  const user = ["--uid=safelight", "--display-name=Safelight"];
  const key = [`--access-key=${credentials.accessKeyId}`, `--secret=${credentials.secretAccessKey}`];
  await promisify(execFile)("radosgw-admin", [...options, "user", "create", ...user, ...key]);

  let buckets = 0;
  return {
    endpoint,
    credentials,
    createBucket: async () => {
      buckets += 1;
      const name = `media-${buckets}`;
      const client = new AwsClient({ ...credentials, service: "s3" });
      const response = await client.fetch(`${endpoint}/${name}`, { method: "PUT" });
      if (!response.ok) throw new Error(`The gateway has made no bucket: ${await response.text()}`);
      return name;
    },
    close: async () => {
      const ended = new Promise((resolve) => server.once("exit", resolve));
      server.kill("SIGKILL");
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function answers(endpoint: string, server: ChildProcess): Promise<void> {
  const until = Date.now() + startLimitMs;
  while (Date.now() < until && server.exitCode === null) {
    const isThere = await fetch(endpoint).then(
      (response) => response.ok,
      () => false,
    );
    if (isThere) return;
    await setTimeout(50);
  }
  server.kill("SIGKILL");
  throw new Error("Ceph's gateway did not start.");
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("There is no free port.");
  return address.port;
}
