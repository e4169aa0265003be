import type { Absent, Contender } from "../frame/compare.ts";
import type { PeerServer } from "../frame/servers/peer-server.ts";
import { startPostgres } from "../frame/servers/postgres-server.ts";
import { startRedis } from "../frame/servers/redis-server.ts";
import { type Duration, type HostSetup, measureHost, type SubmitFigures } from "./measure-host.ts";

/** Names of the rows. */
export const names = {
  bare: "bare route, stores nothing",
  safelight: "**Safelight**",
  bullmq: "BullMQ",
  bullmqTuned: "BullMQ, tuned",
  pgBoss: "pg-boss and drizzle",
  pgBossTuned: "pg-boss and drizzle, tuned",
  template: "template, libSQL",
  templateTuned: "template, libSQL, tuned",
  templatePostgres: "template, Postgres",
  templatePostgresTuned: "template, Postgres, tuned",
} as const;

const bullmq = { script: peer("bullmq"), startServer: startRedis };
const template = { script: peer("template-libsql") };

const hosts: readonly (HostSetup & { readonly name: string })[] = [
  { name: names.bare, script: own("bare"), isTuned: false },
  { name: names.safelight, script: own("safelight"), isTuned: false },
  { name: names.bullmq, ...bullmq, isTuned: false },
  { name: names.bullmqTuned, ...bullmq, isTuned: true },
  { name: names.pgBoss, script: peer("pg-boss"), startServer: startPostgres, isTuned: false },
  {
    name: names.pgBossTuned,
    script: peer("pg-boss"),
    startServer: startTunedPostgres,
    isTuned: true,
  },
  { name: names.template, ...template, isTuned: false },
  { name: names.templateTuned, ...template, isTuned: true },
  { name: names.templatePostgres, script: peer("template-postgres"), startServer: startPostgres, isTuned: false },
  {
    name: names.templatePostgresTuned,
    script: peer("template-postgres"),
    startServer: startTunedPostgres,
    isTuned: true,
  },
];

/** Commits are flushed in groups, and no checkpoint runs during the measurement. */
function startTunedPostgres(): Promise<PeerServer | Absent> {
  return startPostgres(["-c", "commit_delay=200", "-c", "shared_buffers=1GB", "-c", "max_wal_size=4GB"]);
}

/** All contenders, in the order of the table. */
export function contendersFor(duration: Duration): readonly Contender<SubmitFigures>[] {
  return hosts.map(({ name, ...setup }) => ({ name, measure: () => measureHost(setup, duration) }));
}

function own(name: string): URL {
  return new URL(`${name}-script.ts`, import.meta.url);
}

function peer(name: string): URL {
  return new URL(`../peers/submit/${name}-script.ts`, import.meta.url);
}
