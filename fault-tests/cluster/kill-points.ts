import type { Store } from "../../packages/server/src/lib/ports/store/store.js";
import type { Held } from "../../packages/server/src/lib/ports/store/store-commands.js";

/** The named crash points of a killable process. A proof of its own covers `P19`. */
export const namedPoints: readonly string[] =
  "P1 P2 P3 P4 P5 P6 P7 P8 P9 P10 P11 P12 P13 P14 P15 P16 P17 P18 P20 P21".split(" ");

/** A process is killed before or after it sends one of these commands; in the latter case the response is lost. */
const commands = [
  "submit",
  "submitMany",
  "requestCancel",
  "remove",
  "recordWebhook",
  "claim",
  "renew",
  "recordIntent",
  "recordOperation",
  "recordResult",
  "park",
  "settle",
  "claimOutbox",
  "confirmOutbox",
] as const satisfies readonly (keyof Store)[];

/** Before and after each command. */
export const commandPoints: readonly string[] = commands.flatMap((command) => [
  `before ${command}`,
  `after ${command}`,
]);

/** All crash points of a killable process. */
export const killPoints: readonly string[] = [...namedPoints, ...commandPoints];

/** Callbacks of an instrumented store. */
export interface StorePoints {
  pass(point: string): void;
  /** A write under a lost lease had no effect. */
  onStaleWrite(): void;
  /** A write under a lease took effect. */
  onWrite(write: LeasedWrite): void;
}

/** A write that requires the lease of a generation. */
export interface LeasedWrite {
  readonly command: string;
  readonly id: string;
  readonly epoch: number;
  /** When the command was sent, by `machineTimeMs`. */
  readonly sentAt: number;
}

/** Milliseconds of the machine's monotonic clock, which all processes share. */
export function machineTimeMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** A late response of a provider is not among them: it is recorded by the token of its attempt, independent of the lease. */
const leased: readonly string[] = ["renew", "recordIntent", "park", "settle"];

/** Wraps a store with a crash point before and after each command. */
export function withPoints(store: Store, { pass, onStaleWrite, onWrite }: StorePoints): Store {
  const passing = Object.fromEntries(
    commands.map((command) => {
      const send = store[command] as (argument: unknown) => Promise<unknown>;
      return [
        command,
        async (argument: unknown) => {
          pass(`before ${command}`);
          const sentAt = machineTimeMs();
          const result = await send(argument);
          pass(`after ${command}`);
          if (isLost(result)) onStaleWrite();
          // Those four commands take a `Held`.
          else if (leased.includes(command)) onWrite(toWrite(command, { held: argument as Held, sentAt }));
          return result;
        },
      ];
    }),
  );
  // Each wrapper has the name and type of the method that it calls.
  return { ...store, ...passing } as Store;
}

function isLost(result: unknown): boolean {
  return (
    result === false || (typeof result === "object" && result !== null && "type" in result && result.type === "lost")
  );
}

function toWrite(
  command: string,
  { held: { id, epoch }, sentAt }: { readonly held: Held; readonly sentAt: number },
): LeasedWrite {
  return { command, id, epoch, sentAt };
}
