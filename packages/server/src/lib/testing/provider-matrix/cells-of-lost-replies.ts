import type { VendorBehavior } from "../vendors/fake-vendor.js";
import { canFind, type MatrixCell, must, notApplicable } from "./cell.js";
import { holds, playOne } from "./play-one.js";

/** It was paid for, and nobody knows: found again by its token, or given up and given back. */
function lostAfter(title: string, behavior: VendorBehavior): MatrixCell {
  return {
    title,
    play: async ({ open, provider }) => {
      const world = await open();
      const generation = await playOne(world, [behavior]);
      return holds(world, generation, canFind(provider) ? "completed" : "outcome_unknown", 1);
    },
  };
}

const lostBefore: MatrixCell = {
  title: "reply lost before acceptance",
  play: async ({ open }) => {
    const world = await open();
    const generation = await playOne(world, [{ type: "lose", taken: false }, { type: "succeed" }]);
    // Only a proof that it never arrived lets it be sent again.
    const [first] = world.attempts;
    if (first?.isAbsent === true) return holds(world, generation, "completed", 1);
    must(world.attempts.length === 1, "It was sent again without a proof");
    return holds(world, generation, "outcome_unknown", 0);
  },
};

/** None of them says how a job is doing. */
const nonsense: readonly (() => Response)[] = [
  () => {
    throw new TypeError("The connection broke.");
  },
  () => new Response("<html>Bad gateway</html>", { status: 502 }),
  () => new Response(null, { status: 429, headers: { "retry-after": "1" } }),
  () => new Response("<html>Welcome</html>", { headers: { "content-type": "text/html" } }),
  () => new Response('{"status": "comp', { headers: { "content-type": "application/json" } }),
  () => Response.json({ status: "dreaming", state: "dreaming" }),
  () => Response.json(null),
];

const nonsenseAnswers: MatrixCell = {
  title: "questions that break, or are answered with nonsense",
  play: async ({ open, provider }) => {
    if (!provider.capabilities.resumable) return notApplicable("it answers in one call: there is nothing to ask");
    const world = await open();
    let asked = 0;
    world.line.hooks.answerQuestion = () => {
      asked += 1;
      return nonsense[asked - 1]?.() ?? null;
    };
    const generation = await playOne(world, [{ type: "succeed", notYet: 1 }]);
    const end = holds(world, generation, "completed", 1);
    must(asked > nonsense.length, `Only ${asked} questions were asked`);
    return end;
  },
};

/** The key must go nowhere but to the vendor, and no picture must come from anywhere else: whatever else it ends as. */
const linksAway: MatrixCell = {
  title: "links that lead to another host",
  play: async ({ open }) => {
    const world = await open({ leadsAway: true });
    const generation = await playOne(world, [{ type: "succeed" }]);
    if (world.linksAway === 0) return notApplicable("no answer of the vendor holds a link");
    const ends = ["completed", "output_rejected", "output_unavailable", "outcome_unknown", "deadline_exceeded"];
    return holds(world, generation, ends, 1);
  },
};

/** Connections that break, and answers that say nothing. */
export const cellsOfLostReplies: readonly MatrixCell[] = [
  lostBefore,
  lostAfter("reply lost after acceptance", { type: "lose", taken: true }),
  lostAfter("500 after acceptance", { type: "broken" }),
  lostAfter("unreadable reply", { type: "garbage" }),
  nonsenseAnswers,
  linksAway,
];
