import type { Scenario } from "./scenario.js";
import { ScenarioWorld } from "./scenario-world.js";

/** Result of one scenario. */
export interface ScenarioReport {
  readonly violations: readonly string[];
  /** Number of faults injected. */
  readonly faults: number;
  readonly requests: number;
  /** Changes that the pages received. */
  readonly received: number;
}

const harmless = ["change", "delete", "open", "pass", "back_up"];
/** Number of pages from which the end of a scenario starts. */
const lastPages = 3;
/** A client that fell back to polling retries streams within this time, plus half a minute. */
const fallbackMs = 420_000;
const quietMs = 60_000;
/** Without streams, a long poll is held for 25 seconds, and a stream is tried from time to time. */
const maxQuietRequests = 4;
/** A page that is looked at knows a change within this time, even if the leader hangs. */
const maxLateMs = 12_000;
/** With a leader, a change takes no longer than a poll. */
const liveMs = 6_000;

/** Plays a scenario on a virtual clock: the same scenario plays the same way each time. */
export async function playScenario({ acts, seed }: Scenario): Promise<ScenarioReport> {
  const world = new ScenarioWorld(seed);
  const { time, server, pages } = world;
  world.change(0);
  world.open();
  world.open();
  await time.pass(1_000);
  for (const act of acts) await world.play(act);
  world.checkDelays();
  await world.endFaults();
  while (pages.length < lastPages) world.open();
  await time.pass(fallbackMs);
  const violations = [...mistakesOf(world), ...(await quietMistakes(world)), ...(await leaderMistakes(world))];
  for (const page of pages) page.leave();
  await time.pass(1_000);
  const everyPage = [...world.gone, ...pages];
  violations.push(...world.violations);
  violations.push(...everyPage.flatMap((page) => [...page.view.violations, ...page.leftovers()]));
  if (server.connections > 0) violations.push(`${server.connections} connections were left open`);
  if (world.locks.size > 0) violations.push(`${world.locks.size} locks were left`);
  if (world.channels.size > 0) violations.push("channels were left");
  return {
    violations,
    faults: acts.filter(({ type }) => !harmless.includes(type)).length,
    requests: server.requests,
    received: everyPage.reduce((sum, { view }) => sum + view.received, 0),
  };
}

/** Checks that one page holds the connection, and that only its heartbeats pass between the pages. */
async function quietMistakes({ server, time, channels }: ScenarioWorld): Promise<readonly string[]> {
  const mistakes: string[] = [];
  if (server.connections > 1) mistakes.push(`${server.connections} connections are open`);
  const before = server.requests;
  channels.posters.clear();
  await time.pass(quietMs);
  const requests = server.requests - before;
  if (requests > maxQuietRequests) mistakes.push(`${requests} requests in a quiet minute`);
  if (channels.posters.size > 1) mistakes.push(`${channels.posters.size} pages posted in a quiet minute`);
  return mistakes;
}

/** Lets the leader live, close and hang: each time, the other pages must know the next change in time. */
async function leaderMistakes(world: ScenarioWorld): Promise<readonly string[]> {
  const { time } = world;
  const after = async (ms: number, page?: unknown): Promise<readonly string[]> => {
    world.change(1);
    await time.pass(ms);
    return mistakesOf(world, page);
  };
  const mistakes = [...(await after(liveMs))];
  world.end(world.leader, { isKilled: false });
  mistakes.push(...(await after(liveMs)));
  const { leader } = world;
  leader.stop(true);
  mistakes.push(...(await after(maxLateMs, leader)));
  leader.stop(false);
  mistakes.push(...(await after(maxLateMs)));
  if (world.server.connections > 1) mistakes.push(`${world.server.connections} connections are open at the end`);
  return mistakes;
}

/** Differences between the pages and the server. */
function mistakesOf({ pages }: ScenarioWorld, except?: unknown): readonly string[] {
  return pages.filter((page) => page !== except).flatMap(({ view }) => view.mistakes());
}
