import { SeededRandom } from "../../src/lib/testing/simulation/seeded-random.js";
import { VirtualTime } from "../../src/lib/testing/simulation/virtual-time.js";
import type { Act, Course } from "./act.js";
import { VirtualLocks } from "./virtual-locks.js";
import { VirtualOwner } from "./virtual-owner.js";
import { type VirtualBrowser, VirtualPage } from "./virtual-page.js";

/** What became of one course. */
export interface CourseReport {
  readonly violations: readonly string[];
  /** Everything that was done to it. */
  readonly faults: number;
  readonly requests: number;
  /** Changes that pages were told. */
  readonly told: number;
}

const mostPages = 5;
/** Whoever hears nothing notices within it, also where all pages are hidden. */
const restoredMs = 120_000;
/** A client that found no way for streams tries again after at most so long, and half a minute. */
const calmMs = 420_000;
const quietMs = 60_000;
/** Where no stream passes a question is held for 25 seconds, and now and then a stream is tried. */
const mostQuietRequests = 4;

/** Plays a course on a virtual clock: the same one plays the same way each time. */
export async function playCourse({ acts, luck }: Course): Promise<CourseReport> {
  const time = new VirtualTime();
  const random = new SeededRandom(luck);
  const browser: VirtualBrowser = { clock: time.clock, random, locks: new VirtualLocks(), channels: new Map() };
  const owner = new VirtualOwner(time.clock, random);
  const gone: VirtualPage[] = [];
  const pages: VirtualPage[] = [];
  const open = (): void => {
    if (pages.length < mostPages) pages.push(new VirtualPage(`page ${pages.length + gone.length}`, browser, owner));
  };
  const pageAt = (place: number): VirtualPage => {
    const page = pages[place % pages.length];
    if (page === undefined) throw new Error("there is always a page");
    return page;
  };
  /** All is well from here on. */
  const calm = async (): Promise<void> => {
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
        // By its number alone, what comes later is not to be told from what was undone: it is heard of before.
        await calm();
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
  await calm();
  owner.setLag(0);
  for (const page of pages) page.hide(false);
  await time.pass(calmMs);
  const violations = pages.flatMap((page) => page.mistakes());
  if (owner.connections > 1) violations.push(`${owner.connections} connections are open`);
  const before = owner.requests;
  await time.pass(quietMs);
  const quietRequests = owner.requests - before;
  if (quietRequests > mostQuietRequests) violations.push(`${quietRequests} requests in a quiet minute`);
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
    told: everyPage.reduce((sum, { told }) => sum + told, 0),
  };
}
