import { execFile } from "node:child_process";
import { execPath } from "node:process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** A namespace's routes to public addresses, by the `ip` commands that make them; loopback works in each. */
export interface Routes {
  readonly name: string;
  readonly commands: readonly string[];
}

/** Every way in which Linux refuses a connection before a packet is sent. */
export const unroutable: readonly Routes[] = [
  { name: "no route", commands: [] },
  { name: "IPv4 on this machine, no route of IPv6", commands: ["ip route add local default dev lo"] },
  { name: "IPv6 on this machine, no route of IPv4", commands: ["ip -6 route add local default dev lo"] },
  ...["prohibit", "unreachable", "blackhole"].map((type) => ({
    name: type,
    commands: [`ip route add ${type} default`, `ip -6 route add ${type} default`],
  })),
];

/** For the figures of a proof, where the machine permits no namespaces. */
export const notPermitted = "skipped: this machine permits no network namespaces";

/** Runs scripts in network namespaces of their own. */
export interface NetworkNamespaces {
  /**
   * Runs a script to its end.
   *
   * @returns what it printed, parsed as JSON.
   * @throws with the script's error output where the process ends with another code than 0, or not within a minute.
   */
  run(script: string, routes: Routes): Promise<unknown>;
}

/** `null` where none may be made. */
export async function networkNamespaces(): Promise<NetworkNamespaces | null> {
  // The second is for users without privileges, where the kernel lets them have namespaces.
  for (const flags of [["--net"], ["--map-root-user", "--net"]]) {
    const isPermitted = await run("unshare", [...flags, "ip", "link", "set", "lo", "up"]).then(
      () => true,
      () => false,
    );
    if (!isPermitted) continue;
    return {
      run: async (script, { commands }) => {
        const setUp = ["ip link set lo up", ...commands, 'exec "$0" "$@"'].join(" && ");
        const { stdout } = await run("unshare", [...flags, "sh", "-c", setUp, execPath, script], {
          timeout: 60_000,
          maxBuffer: 16_777_216,
        });
        return JSON.parse(stdout);
      },
    };
  }
  return null;
}
