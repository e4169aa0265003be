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

const questionsBreak: MatrixCell = {
  title: "three questions break on their way",
  play: async ({ open, provider }) => {
    if (!provider.capabilities.resumable) return notApplicable("it answers in one call: there is nothing to ask");
    const world = await open();
    let broken = 0;
    world.line.hooks.breaksQuestion = () => {
      broken += 1;
      return broken <= 3;
    };
    const generation = await playOne(world, [{ type: "succeed", notYet: 1 }]);
    must(broken >= 3, `Only ${broken} questions were asked`);
    return holds(world, generation, "completed", 1);
  },
};

/** Connections that break, and answers that say nothing. */
export const cellsOfLostReplies: readonly MatrixCell[] = [
  lostBefore,
  lostAfter("reply lost after acceptance", { type: "lose", taken: true }),
  lostAfter("500 after acceptance", { type: "broken" }),
  lostAfter("unreadable reply", { type: "garbage" }),
  questionsBreak,
];
