import { Logger } from "graphile-worker";

/** A worker without a crontab and without logs: by default it writes a line per job. */
export function graphilePreset(url: string, worker: GraphileConfig.WorkerOptions): GraphileConfig.Preset {
  return { worker: { connectionString: url, crontabFile: "none", logger: new Logger(() => () => {}), ...worker } };
}
