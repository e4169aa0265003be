import { Logger } from "graphile-worker";

/** A worker without files of its own, which says nothing: by default it writes a line for every job. */
export function graphilePreset(url: string, worker: GraphileConfig.WorkerOptions): GraphileConfig.Preset {
  return { worker: { connectionString: url, crontabFile: "none", logger: new Logger(() => () => {}), ...worker } };
}
