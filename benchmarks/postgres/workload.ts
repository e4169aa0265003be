/** Submits in flight, and connections of the process that submits. */
export const submitsAtOnce = 64;
export const submitConnections = 16;
/** Generations of a claim, and jobs of a fetch. */
export const batch = 8;
/** Connections of a worker process. */
export const workerConnections = 3;
/** Connections of a node that serves, watches and works. */
export const nodeConnections = 4;
/** Owners, each with an account of its own. */
export const ownerCount = 1_000;
export const prompt = "a lighthouse at dawn, in the manner of an old postcard";

export function ownerOf(index: number): string {
  return `owner-${index % ownerCount}`;
}

/** The commands of a contender's script. Times are in milliseconds. */
export interface Start {
  readonly url: string;
  /** Connections of the process. */
  readonly connections: number;
}
