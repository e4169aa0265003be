import fc from "fast-check";
import type { Act, Scenario } from "./scenario.js";

const generation = fc.nat({ max: 4 });
const page = fc.nat({ max: 4 });
const often = (type: "change" | "delete") => generation.map((one): Act => ({ type, generation: one }));
const ofPage = (type: "close" | "kill" | "hide" | "network" | "sleep" | "hang") =>
  page.map((one): Act => ({ type, page: one }));
const plain = (type: "open" | "server" | "flicker" | "cut" | "mute" | "collect" | "cut_held" | "back_up" | "restore") =>
  fc.constant<Act>({ type });
const hourMs = 3_600_000;
const setClock = fc
  .record({ page, aheadMs: fc.integer({ min: -hourMs, max: hourMs }) })
  .map((given): Act => ({ type: "set_clock", ...given }));
const lag = fc.nat({ max: 3 }).map((changes): Act => ({ type: "lag", changes }));
/** The client's own delays range from a quarter of a second to half a minute. */
const pass = fc
  .oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 300, max: 15_000 }))
  .map((milliseconds): Act => ({ type: "pass", milliseconds }));

const act = fc.oneof(
  { weight: 12, arbitrary: pass },
  { weight: 10, arbitrary: often("change") },
  { weight: 2, arbitrary: often("delete") },
  { weight: 3, arbitrary: plain("open") },
  { weight: 1, arbitrary: ofPage("close") },
  { weight: 1, arbitrary: ofPage("kill") },
  { weight: 3, arbitrary: ofPage("hide") },
  { weight: 2, arbitrary: ofPage("network") },
  { weight: 2, arbitrary: ofPage("sleep") },
  { weight: 2, arbitrary: ofPage("hang") },
  { weight: 1, arbitrary: setClock },
  { weight: 3, arbitrary: plain("server") },
  { weight: 1, arbitrary: plain("flicker") },
  { weight: 2, arbitrary: plain("cut") },
  { weight: 1, arbitrary: plain("mute") },
  { weight: 1, arbitrary: plain("collect") },
  { weight: 1, arbitrary: plain("cut_held") },
  { weight: 2, arbitrary: lag },
  { weight: 1, arbitrary: plain("back_up") },
  { weight: 1, arbitrary: plain("restore") },
);

/** Some minutes with up to five pages of one browser. */
export const randomScenario: fc.Arbitrary<Scenario> = fc.record({
  acts: fc.array(act, { minLength: 10, maxLength: 60, size: "max" }),
  seed: fc.nat({ max: 2 ** 31 - 1 }),
});
