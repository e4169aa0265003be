import type { ChildProcess } from "node:child_process";
import type { ProviderLimits } from "../../packages/server/src/lib/ports/provider-limits.js";
import type { GroundSource } from "../ground/proving-ground.js";
import type { ProcessTask } from "./killable-process.js";
import type { VendorOptions } from "./vendor-server.js";

/** Options of a cluster. */
export interface ClusterOptions extends Pick<VendorOptions, "jobMs" | "responseMs" | "isInstant"> {
  /** The bundled `killable-process.ts`. */
  readonly script: string;
  readonly ground: GroundSource;
  readonly leaseMs: number;
  /** Whether the vendor sends a webhook when a job is done. @default false */
  readonly sendsWebhooks?: boolean;
  /** Limits of the vendor's account, for the workers. @default none */
  readonly limits?: ProviderLimits;
  /**
   * Whether owners abandon jobs: every third submit has a short deadline, a cancel ends a generation at once, and half of
   * the workers can cancel its job at the vendor. @default false
   */
  readonly abandons?: boolean;
  /** Whether every fourth submit expires after 300 ms without an attempt. @default false */
  readonly expires?: boolean;
  /** Whether a table of the host in the same database pays for every second submit. @default false */
  readonly hasWallets?: boolean;
  /** Whether the host withholds some outputs. @default false */
  readonly withholds?: boolean;
  /** Whether each write under a lease is checked against the epochs at the time it was sent. @default false */
  readonly checksWrites?: boolean;
}

/** A process of the cluster. */
export interface ClusterProcess {
  readonly child: ChildProcess;
  readonly isReady: Promise<void>;
  /** Resolves when it has no more work, after the task `drain`, or when it ended. */
  readonly isDrained: Promise<void>;
  /** Resolves with the signal or exit code. */
  readonly ended: Promise<string>;
  send(task: ProcessTask): void;
}

/** A submit that an owner repeats with the same key until it gets a response. */
export interface PendingSubmit {
  readonly key: string;
  readonly ownerId: string;
  /** Number of generations: a group if more than one. */
  readonly size: number;
  sentAt: number;
}

/** The epochs at an instant: a later write with an older epoch must have no effect. */
export interface Fence {
  readonly at: number;
  readonly epochs: ReadonlyMap<string, number>;
}
