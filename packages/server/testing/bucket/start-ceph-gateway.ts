import { type ChildProcess, execFile, spawn, spawnSync } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import { AwsClient } from "aws4fetch";

/** Ceph's object gateway, a production implementation of S3, on a temporary folder. */
export interface CephGateway {
  readonly endpoint: string;
  readonly credentials: { readonly region: string; readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Creates an empty bucket, and returns its name. */
  createBucket(): Promise<string>;
  close(): Promise<void>;
}

const credentials = {
  region: "default",
  accessKeyId: "SAFELIGHTTESTKEY0001",
  secretAccessKey: "for-tests-on-this-machine",
};
const startTimeoutMs = 20_000;

/** Whether the gateway is installed. Debian's package is `radosgw`. */
export function hasCephGateway(): boolean {
  return spawnSync("radosgw", ["--version"]).status === 0;
}

/**
 * Starts the gateway on a free port. It stores its metadata in SQLite instead of a cluster. A page of a listing has ten
 * keys.
 *
 * @throws if the gateway does not respond within 20 seconds.
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
  await waitForResponse(endpoint, server);
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
      if (!response.ok) throw new Error(`Ceph's gateway did not create the bucket: ${await response.text()}`);
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

async function waitForResponse(endpoint: string, server: ChildProcess): Promise<void> {
  const timesOutAt = Date.now() + startTimeoutMs;
  while (Date.now() < timesOutAt && server.exitCode === null) {
    const isReady = await fetch(endpoint).then(
      (response) => response.ok,
      () => false,
    );
    if (isReady) return;
    await setTimeout(50);
  }
  server.kill("SIGKILL");
  throw new Error("Ceph's gateway exited or did not respond within 20 s.");
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("Expected a TCP address.");
  return address.port;
}
