import { execFile } from "node:child_process";
import { execPath } from "node:process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** The routes of a namespace to public addresses, as `ip` commands; loopback works in each namespace. */
export interface Routes {
  readonly name: string;
  readonly commands: readonly string[];
}

/** All ways in which Linux refuses a connection without sending a packet. */
export const unroutable: readonly Routes[] = [
  { name: "no route", commands: [] },
  { name: "IPv4 on this machine, no route of IPv6", commands: ["ip route add local default dev lo"] },
  { name: "IPv6 on this machine, no route of IPv4", commands: ["ip -6 route add local default dev lo"] },
  ...["prohibit", "unreachable", "blackhole"].map((type) => ({
    name: type,
    commands: [`ip route add ${type} default`, `ip -6 route add ${type} default`],
  })),
];

/** The figure of a proof on a machine without network namespaces. */
export const notPermitted = "skipped: this machine permits no network namespaces";

/** Runs scripts in network namespaces. */
export interface NetworkNamespaces {
  /**
   * Runs a script in a new namespace.
   *
   * @returns the script's output, parsed as JSON.
   * @throws with the script's error output on a non-zero exit code, or after a minute.
   */
  run(script: string, routes: Routes): Promise<unknown>;
}

/** `null` without permission to create namespaces. */
export async function networkNamespaces(): Promise<NetworkNamespaces | null> {
  // The second variant is for unprivileged users, if the kernel allows them namespaces.
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
