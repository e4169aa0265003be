import { type Command, type CommandResult, pnpm } from "../command.ts";
import { addressFault, type PublicAddress } from "./public-address.ts";

/** The surroundings of a release. */
export interface ReleaseDeps {
  readonly address: PublicAddress;
  /** Rehearses the next release. @returns whether everything passed */
  readonly rehearse: () => Promise<boolean>;
  readonly run: (command: Command) => Promise<CommandResult>;
  readonly print: (text: string) => void;
}

/**
 * Publishes each package whose version is not in the registry, and tags it. A placeholder in the public address is refused,
 * because a published version keeps its links.
 *
 * @returns whether everything passed. Failures are printed.
 */
export async function releasePackages({ address, run, print }: ReleaseDeps): Promise<boolean> {
  const fault = addressFault(address);
  if (fault !== null) {
    print(`Nothing was published. ${fault}`);
    return false;
  }
  for (const command of [pnpm("run", "build"), ["changeset", "publish"]] as const) {
    const { succeeded, output } = await run(command);
    print(output.trimEnd());
    if (!succeeded) return false;
  }
  return true;
}

/** Rehearses the release of the next version, and publishes and tags nothing. A placeholder is a warning. */
export async function rehearseRelease({ address, rehearse, print }: ReleaseDeps): Promise<boolean> {
  const succeeded = await rehearse();
  const fault = addressFault(address);
  if (fault !== null) print(`Warning: \`pnpm release\` will refuse this address. ${fault}`);
  return succeeded;
}
