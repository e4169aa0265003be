import { SeededRandom } from "../../packages/server/testing/simulation/seeded-random.js";
import { VirtualTime } from "../../packages/server/testing/simulation/virtual-time.js";
import type { Act, Scenario } from "./scenario.js";
import { VirtualLocks } from "./virtual-locks.js";
import { VirtualOwner } from "./virtual-owner.js";
import { type VirtualBrowser, VirtualPage } from "./virtual-page.js";

/** Result of one scenario. */
export interface ScenarioReport {
  readonly violations: readonly string[];
  /** Number of faults injected. */
  readonly faults: number;
  readonly requests: number;
  /** Changes that the pages received. */
  readonly received: number;
}

const maxPages = 5;
/** A page detects a stalled connection within this time, even with all pages hidden. */
const restoredMs = 120_000;
/** A client that fell back to polling retries streams within this time, plus half a minute. */
const fallbackMs = 420_000;
const quietMs = 60_000;
/** Without streams, a long poll is held for 25 seconds, and a stream is tried from time to time. */
const maxQuietRequests = 4;

/** Plays a scenario on a virtual clock: the same scenario plays the same way each time. */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: one object of short functions with shared state
export async function playScenario({ acts, seed }: Scenario): Promise<ScenarioReport> {
  const time = new VirtualTime();
  const random = new SeededRandom(seed);
  const browser: VirtualBrowser = { clock: time.clock, random, locks: new VirtualLocks(), channels: new Map() };
  const owner = new VirtualOwner(time.clock, random);
  const gone: VirtualPage[] = [];
  const pages: VirtualPage[] = [];
  const open = (): void => {
    if (pages.length < maxPages) pages.push(new VirtualPage(`page ${pages.length + gone.length}`, { browser, owner }));
  };
  const pageAt = (index: number): VirtualPage => {
    const page = pages[index % pages.length];
    if (page === undefined) throw new Error("No page is open.");
    return page;
  };
  /** Ends all faults. */
  const endFaults = async (): Promise<void> => {
    owner.setUp(true);
    owner.flicker(false);
    owner.collect(false);
    owner.cutHeld(false);
    for (const page of pages) {
      await page.sleep(false);
      page.stop(false);
      page.setNetwork(true);
    }
  };
  const play = async (act: Act): Promise<void> => {
    switch (act.type) {
      case "change":
        return owner.change(`gen_${act.generation}`);
      case "delete":
        return owner.delete(`gen_${act.generation}`);
      case "open":
        return open();
      case "close":
      case "kill": {
        if (pages.length === 1) return;
        const page = pageAt(act.page);
        pages.splice(pages.indexOf(page), 1);
        gone.push(page);
        return act.type === "close" ? page.leave() : page.kill();
      }
      case "hide":
        return pageAt(act.page).hide();
      case "network":
        return pageAt(act.page).setNetwork();
      case "sleep":
        return pageAt(act.page).sleep();
      case "hang":
        return pageAt(act.page).stop();
      case "set_clock":
        return pageAt(act.page).setClock(act.aheadMs);
      case "server":
        return owner.setUp();
      case "flicker":
        return owner.flicker();
      case "cut":
        return owner.cut();
      case "mute":
        return owner.mute();
      case "collect":
        return owner.collect();
      case "cut_held":
        return owner.cutHeld();
      case "lag":
        return owner.setLag(act.changes);
      case "back_up":
        return owner.backUp();
      case "restore":
        owner.restore();
        // New changes reuse the sequences of undone ones, so every page must notice the restore first.
        await endFaults();
        return time.pass(restoredMs);
      case "pass":
        return time.pass(act.milliseconds);
    }
  };

  owner.change("gen_0");
  open();
  open();
  await time.pass(1_000);
  for (const act of acts) await play(act);
  await endFaults();
  owner.setLag(0);
  for (const page of pages) page.hide(false);
  await time.pass(fallbackMs);
  const violations = pages.flatMap((page) => page.mistakes());
  if (owner.connections > 1) violations.push(`${owner.connections} connections are open`);
  const before = owner.requests;
  await time.pass(quietMs);
  const quietRequests = owner.requests - before;
  if (quietRequests > maxQuietRequests) violations.push(`${quietRequests} requests in a quiet minute`);
  for (const page of pages) page.leave();
  await time.pass(1_000);
  const everyPage = [...gone, ...pages];
  violations.push(...everyPage.flatMap((page) => [...page.violations, ...page.leftovers()]));
  if (owner.connections > 0) violations.push(`${owner.connections} connections were left open`);
  if (browser.locks.size > 0) violations.push(`${browser.locks.size} locks were left`);
  if ([...browser.channels.values()].some(({ size }) => size > 0)) violations.push("channels were left");
  return {
    violations,
    faults: acts.filter(({ type }) => !["change", "delete", "open", "pass", "back_up"].includes(type)).length,
    requests: owner.requests,
    received: everyPage.reduce((sum, { received }) => sum + received, 0),
  };
}
