import { type MatrixCell, must, notApplicable } from "./cell.js";
import { holds, playOne, playWithoutResponse } from "./play-one.js";

const success: MatrixCell = {
  title: "success",
  play: async ({ open }) => {
    const world = await open();
    return holds(world, await playOne(world, [{ type: "succeed" }]), "completed", 1);
  },
};

const queued: MatrixCell = {
  title: "queue, then success",
  play: async ({ open, provider }) => {
    if (!provider.capabilities.resumable) return notApplicable("it blocks: it has no queue state");
    const world = await open();
    return holds(world, await playOne(world, [{ type: "succeed", runningPolls: 3 }]), "completed", 1);
  },
};

const unknownState: MatrixCell = {
  title: "an unknown state",
  play: async ({ open }) => {
    const world = await open();
    return holds(world, await playOne(world, [{ type: "unknown_state" }]), "completed", 1);
  },
};

const partial: MatrixCell = {
  title: "one image of two",
  play: async ({ lostResponseReason, makesTwo, open }) => {
    if (!makesTwo) return notApplicable("one paid request makes one image");
    const world = await open();
    const reason = lostResponseReason(partial.title);
    if (reason !== null) return playWithoutResponse(world, reason, [{ type: "partial" }, 2]);
    const generation = await playOne(world, [{ type: "partial" }], 2);
    must(generation.outputs.length === 1, `${generation.outputs.length} images were stored`);
    return holds(world, generation, "completed", 1);
  },
};

const huge: MatrixCell = {
  title: "an endless image",
  play: async ({ lostResponseReason, open }) => {
    const world = await open();
    const reason = lostResponseReason(huge.title);
    if (reason !== null) return playWithoutResponse(world, reason, [{ type: "huge" }]);
    const generation = await playOne(world, [{ type: "huge" }]);
    return holds(world, generation, "output_rejected", 1);
  },
};

/** A link into the host's network, or an output that is not an image. The copier's connections are recorded. */
const hostile: MatrixCell = {
  title: "a hostile image",
  play: async ({ makesTwo, open }) => {
    const world = await open();
    const alone = await playOne(world, [{ type: "hostile" }]);
    if (makesTwo) {
      const { outputs } = await playOne(world, [{ type: "hostile" }], 2);
      must(outputs.length < 2, "Two images were stored, but one is not an image");
    }
    return holds(world, alone, ["output_rejected", "output_unavailable"], 1);
  },
};

const gone: MatrixCell = {
  title: "a deleted image",
  play: async ({ open }) => {
    const world = await open();
    const generation = await playOne(world, [{ type: "gone" }]);
    return holds(world, generation, ["output_unavailable", "output_rejected", "provider_failed"], 1);
  },
};

/** Results of an accepted request. */
export const cellsOfResults: readonly MatrixCell[] = [success, queued, unknownState, partial, huge, hostile, gone];
