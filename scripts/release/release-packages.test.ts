import { describe, expect, it } from "vitest";
import type { Command } from "../command.ts";
import type { PublicAddress } from "./public-address.ts";
import { rehearseRelease, releasePackages } from "./release-packages.ts";

const placeholder: PublicAddress = { owner: "OWNER", site: "https://docs.example" };
const real: PublicAddress = { owner: "acme", site: "https://safelight.acme.dev" };

/** The commands that a release runs, and what it prints. */
function releaseOf(address: PublicAddress, { failing = "none", passes = true } = {}) {
  const commands: string[] = [];
  const printed: string[] = [];
  const run = async (command: Command) => {
    commands.push(command.join(" "));
    return { succeeded: !command.join(" ").includes(failing), output: `ran ${command.at(-1)}\n` };
  };
  const print = (text: string) => void printed.push(text);
  return { commands, printed, deps: { address, run, print, rehearse: async () => passes } };
}

describe("pnpm release", () => {
  it("builds, and publishes", async () => {
    const { commands, printed, deps } = releaseOf(real);
    expect(await releasePackages(deps)).toBe(true);
    expect(commands).toEqual([expect.stringMatching(/run build$/), "changeset publish"]);
    expect(printed).toEqual(["ran build", "ran publish"]);
  });

  it("publishes nothing after a failed build", async () => {
    const { commands, deps } = releaseOf(real, { failing: "build" });
    expect(await releasePackages(deps)).toBe(false);
    expect(commands).toHaveLength(1);
  });

  it.each([
    { address: placeholder, fault: /the placeholder OWNER\. Set `owner` and `site` in .*`pnpm manifests`, and commit/ },
    { address: { ...real, site: placeholder.site }, fault: /docs\.example is a placeholder .*Set `site`/ },
    { address: { ...real, owner: "acme/safelight" }, fault: /"acme\/safelight" is not the name of an owner/ },
    { address: { ...real, site: "https://acme.github.io/safelight" }, fault: /is not an origin such as/ },
    { address: { ...real, site: "http://safelight.acme.dev" }, fault: /is not an origin such as/ },
  ])("refuses $address before any command", async ({ address, fault }) => {
    const { commands, printed, deps } = releaseOf(address);
    expect(await releasePackages(deps)).toBe(false);
    expect(commands).toEqual([]);
    expect(printed).toEqual([expect.stringMatching(fault)]);
  });
});

describe("pnpm release --dry-run", () => {
  it("warns of a placeholder, and passes", async () => {
    const { commands, printed, deps } = releaseOf(placeholder);
    expect(await rehearseRelease(deps)).toBe(true);
    expect(printed).toEqual([expect.stringMatching(/^Warning: .*the placeholder OWNER/)]);
    expect(commands).toEqual([]);
  });

  it("fails with the rehearsal, and prints no warning for a real address", async () => {
    const { printed, deps } = releaseOf(real, { passes: false });
    expect(await rehearseRelease(deps)).toBe(false);
    expect(printed).toEqual([]);
  });
});
