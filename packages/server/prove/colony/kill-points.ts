import type { Store } from "../../src/lib/ports/store/store.js";
import type { Held } from "../../src/lib/ports/store/store-commands.js";

/** The named crash points that a victim can die at by itself. `P19` is a proof of its own. */
export const namedPoints: readonly string[] =
  "P1 P2 P3 P4 P5 P6 P7 P8 P9 P10 P11 P12 P13 P14 P15 P16 P17 P18 P20".split(" ");

/** Commands before and after whose sending a victim dies: the reply of the latter is lost with it. */
const commands = [
  "submit",
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

/** Right before and right after each of them. */
export const commandPoints: readonly string[] = commands.flatMap((command) => [
  `before ${command}`,
  `after ${command}`,
]);

/** Everything that a victim may be told to die at. */
export const killPoints: readonly string[] = [...namedPoints, ...commandPoints];

/** Who is told of what passes through a store. */
export interface StorePoints {
  pass(point: string): void;
  /** A worker wrote with a lease that it had lost, and nothing changed. */
  onStaleWrite(): void;
  /** A worker wrote under its lease, and it took effect. */
  onWrite(write: LeasedWrite): void;
}

/** A write that only the holder of a generation may make. */
export interface LeasedWrite {
  readonly command: string;
  readonly id: string;
  readonly epoch: number;
  /** When it was sent, see `machineTimeMs`. */
  readonly sentAt: number;
}

/** Milliseconds of a clock that all processes of the machine share and nobody sets. */
export function machineTimeMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** A late reply of a provider is not among them: it is recorded by the token of its attempt, whoever holds the generation. */
const leased: readonly string[] = ["renew", "recordIntent", "park", "settle"];

/** The store with a crash point before and after each of those commands. */
export function withPoints(store: Store, { pass, onStaleWrite, onWrite }: StorePoints): Store {
  const passing = Object.fromEntries(
    commands.map((command) => {
      const send = store[command] as (argument: unknown) => Promise<unknown>;
      return [
        command,
        async (argument: unknown) => {
          pass(`before ${command}`);
          const sentAt = machineTimeMs();
          const answer = await send(argument);
          pass(`after ${command}`);
          if (isLost(answer)) onStaleWrite();
          // Those four take what is held.
          else if (leased.includes(command)) onWrite(toWrite(command, argument as Held, sentAt));
          return answer;
        },
      ];
    }),
  );
  // Each has the name and the type of the one that it calls.
  return { ...store, ...passing } as Store;
}

function isLost(answer: unknown): boolean {
  return (
    answer === false || (typeof answer === "object" && answer !== null && "type" in answer && answer.type === "lost")
  );
}

function toWrite(command: string, { id, epoch }: Held, sentAt: number): LeasedWrite {
  return { command, id, epoch, sentAt };
}
