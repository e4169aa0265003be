import fc from "fast-check";
import type { Act, Scenario } from "./scenario.js";

const generation = fc.nat({ max: 4 });
const page = fc.nat({ max: 4 });
const often = (type: "change" | "delete") => generation.map((one): Act => ({ type, generation: one }));
const ofPage = (type: "close" | "kill" | "hide" | "network" | "sleep" | "hang") =>
  page.map((one): Act => ({ type, page: one }));
type Plain = "open" | "sign_out" | "transfer" | "server" | "flicker" | "cut" | "mute" | "collect" | "cut_held";
const plain = (type: Plain | "two_leaders" | "back_up") => fc.constant<Act>({ type });
const hourMs = 3_600_000;
const setClock = fc
  .record({ page, aheadMs: fc.integer({ min: -hourMs, max: hourMs }) })
  .map((given): Act => ({ type: "set_clock", ...given }));
const signIn = fc
  .record({ owner: fc.constantFrom<0 | 1>(0, 1), page })
  .map((given): Act => ({ type: "sign_in", ...given }));
/** Mostly less than the two seconds for which the server waits. */
const lag = fc
  .oneof(fc.integer({ min: 0, max: 1_800 }), fc.integer({ min: 0, max: 1_800 }), fc.integer({ min: 0, max: 5_000 }))
  .map((milliseconds): Act => ({ type: "lag", milliseconds }));
const messages = (type: "lose" | "delay") =>
  fc.integer({ min: 1, max: 3_000 }).map((milliseconds): Act => ({ type, milliseconds }));
const restore = fc
  .record({
    isNamed: fc.boolean(),
    isCut: fc.boolean(),
    messages: fc.constantFrom<"arrive" | "lose" | "delay">("arrive", "lose", "delay"),
  })
  .map((given): Act => ({ type: "restore", ...given }));
/** The client's own delays range from a quarter of a second to half a minute. */
const pass = fc
  .oneof(
    { weight: 4, arbitrary: fc.integer({ min: 1, max: 300 }) },
    { weight: 4, arbitrary: fc.integer({ min: 300, max: 15_000 }) },
    { weight: 1, arbitrary: fc.integer({ min: 15_000, max: 45_000 }) },
  )
  .map((milliseconds): Act => ({ type: "pass", milliseconds }));

const act = fc.oneof(
  { weight: 14, arbitrary: pass },
  { weight: 12, arbitrary: often("change") },
  { weight: 2, arbitrary: often("delete") },
  { weight: 3, arbitrary: plain("open") },
  { weight: 1, arbitrary: ofPage("close") },
  { weight: 1, arbitrary: ofPage("kill") },
  { weight: 3, arbitrary: ofPage("hide") },
  { weight: 1, arbitrary: ofPage("network") },
  { weight: 2, arbitrary: ofPage("sleep") },
  { weight: 3, arbitrary: ofPage("hang") },
  { weight: 1, arbitrary: setClock },
  { weight: 2, arbitrary: signIn },
  { weight: 1, arbitrary: plain("sign_out") },
  { weight: 1, arbitrary: plain("transfer") },
  { weight: 2, arbitrary: plain("server") },
  { weight: 1, arbitrary: plain("flicker") },
  { weight: 2, arbitrary: plain("cut") },
  { weight: 1, arbitrary: plain("mute") },
  { weight: 1, arbitrary: plain("collect") },
  { weight: 1, arbitrary: plain("cut_held") },
  { weight: 1, arbitrary: messages("lose") },
  { weight: 1, arbitrary: messages("delay") },
  { weight: 1, arbitrary: plain("two_leaders") },
  { weight: 2, arbitrary: lag },
  { weight: 2, arbitrary: plain("back_up") },
  { weight: 2, arbitrary: restore },
);

/** Some minutes with up to five pages of one browser. */
export const randomScenario: fc.Arbitrary<Scenario> = fc.record({
  acts: fc.array(act, { minLength: 10, maxLength: 60, size: "max" }),
  seed: fc.nat({ max: 2 ** 31 - 1 }),
});
