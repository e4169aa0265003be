import { cpuSeconds } from "../frame/cpu-time.ts";

/** Figures of one operation. Those that were not measured are `NaN`. */
export type Cost = {
  /** Operations per second. */
  readonly rate: number;
  /** In milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Processor time per operation, in microseconds: of all processes of the database server, and of Node. */
  readonly serverUs: number;
  readonly nodeUs: number;
};

/** Processes of a measurement. */
export interface Measured {
  readonly server: number;
  readonly nodes: readonly number[];
}

/**
 * Reads the processor time from now on.
 *
 * @returns a function that returns it per operation, in microseconds.
 */
export function startCpuClock({ nodes, server }: Measured): (operations: number) => Pick<Cost, "serverUs" | "nodeUs"> {
  const read = () => [cpuSeconds(server), nodes.reduce((sum, pid) => sum + cpuSeconds(pid), 0)] as const;
  const [serverBefore, nodeBefore] = read();
  return (operations) => {
    const [serverAfter, nodeAfter] = read();
    const each = (seconds: number): number => (seconds * 1_000_000) / operations;
    return { serverUs: each(serverAfter - serverBefore), nodeUs: each(nodeAfter - nodeBefore) };
  };
}
