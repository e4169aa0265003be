import { type MatrixCell, must, notApplicable } from "./cell.js";
import { holds, playOne, playUnheard } from "./play-one.js";

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
    if (!provider.capabilities.resumable) return notApplicable("it answers in one call: nothing says that it waits");
    const world = await open();
    return holds(world, await playOne(world, [{ type: "succeed", notYet: 3 }]), "completed", 1);
  },
};

const unknownState: MatrixCell = {
  title: "a state that nobody knows",
  play: async ({ open }) => {
    const world = await open();
    return holds(world, await playOne(world, [{ type: "unknown_state" }]), "completed", 1);
  },
};

const partial: MatrixCell = {
  title: "one picture of two",
  play: async ({ unheard, makesTwo, open }) => {
    if (!makesTwo) return notApplicable("one paid request makes one picture");
    const world = await open();
    const reason = unheard(partial.title);
    if (reason !== null) return playUnheard(world, reason, [{ type: "partial" }, 2]);
    const generation = await playOne(world, [{ type: "partial" }], 2);
    must(generation.outputs.length === 1, `${generation.outputs.length} pictures were kept`);
    return holds(world, generation, "completed", 1);
  },
};

const huge: MatrixCell = {
  title: "a picture without end",
  play: async ({ unheard, open }) => {
    const world = await open();
    const reason = unheard(huge.title);
    if (reason !== null) return playUnheard(world, reason, [{ type: "huge" }]);
    const generation = await playOne(world, [{ type: "huge" }]);
    return holds(world, generation, "output_rejected", 1);
  },
};

/** Inside the host's network, or no picture. The copier's connections are watched: none goes where it must not. */
const hostile: MatrixCell = {
  title: "a hostile picture",
  play: async ({ makesTwo, open }) => {
    const world = await open();
    const alone = await playOne(world, [{ type: "hostile" }]);
    if (makesTwo) {
      const { outputs } = await playOne(world, [{ type: "hostile" }], 2);
      must(outputs.length < 2, "Two pictures were kept, and one of them is none");
    }
    return holds(world, alone, ["output_rejected", "output_unavailable"], 1);
  },
};

const gone: MatrixCell = {
  title: "a picture that is gone",
  play: async ({ open }) => {
    const world = await open();
    const generation = await playOne(world, [{ type: "gone" }]);
    return holds(world, generation, ["output_unavailable", "output_rejected", "provider_failed"], 1);
  },
};

/** Everything that a vendor may have made of a request that it took. */
export const cellsOfResults: readonly MatrixCell[] = [success, queued, unknownState, partial, huge, hostile, gone];
