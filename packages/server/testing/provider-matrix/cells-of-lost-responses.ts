import type { VendorBehavior } from "../vendors/fake-vendor.js";
import { canFind, type MatrixCell, must, notApplicable } from "./cell.js";
import { holds, playOne } from "./play-one.js";

/**
 * The request was paid, but its response is lost. The job is found by its token, or the generation fails and is refunded.
 */
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
  title: "response lost before acceptance",
  play: async ({ open }) => {
    const world = await open();
    const generation = await playOne(world, [{ type: "lose", accepted: false }, { type: "succeed" }]);
    // A retry requires proof that the vendor never received the request.
    const [first] = world.attempts;
    if (first?.isAbsent === true) return holds(world, generation, "completed", 1);
    must(world.attempts.length === 1, "The request was sent again without proof");
    return holds(world, generation, "outcome_unknown", 0);
  },
};

/** Responses without a job status. */
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

const nonsenseResponses: MatrixCell = {
  title: "polls that fail or return nonsense",
  play: async ({ open, provider }) => {
    if (!provider.capabilities.resumable) return notApplicable("it blocks: there are no polls");
    const world = await open();
    let polls = 0;
    world.line.hooks.replaceFreeResponse = () => {
      polls += 1;
      return nonsense[polls - 1]?.() ?? null;
    };
    const generation = await playOne(world, [{ type: "succeed", runningPolls: 1 }]);
    const end = holds(world, generation, "completed", 1);
    must(polls > nonsense.length, `Only ${polls} polls were sent`);
    return end;
  },
};

/** The API key must reach only the vendor, and images must come only from the vendor. The final state does not matter. */
const foreignLinks: MatrixCell = {
  title: "links to another host",
  play: async ({ open }) => {
    const world = await open({ hasForeignLinks: true });
    const generation = await playOne(world, [{ type: "succeed" }]);
    if (world.foreignLinks === 0) return notApplicable("the vendor's responses contain no link");
    const ends = ["completed", "output_rejected", "output_unavailable", "outcome_unknown", "deadline_exceeded"];
    return holds(world, generation, ends, 1);
  },
};

/** Broken connections and invalid responses. */
export const cellsOfLostResponses: readonly MatrixCell[] = [
  lostBefore,
  lostAfter("response lost after acceptance", { type: "lose", accepted: true }),
  lostAfter("500 after acceptance", { type: "broken" }),
  lostAfter("unreadable response", { type: "garbage" }),
  nonsenseResponses,
  foreignLinks,
];
