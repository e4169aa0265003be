import type { InputRecord, InputStore } from "../../../ports/store/input-store.js";
import { erasureArguments } from "../../arguments/erasure-arguments.js";
import {
  dropInputStatements,
  findUnusedStatement,
  inputWaitStatement,
  purgeInputsStatements,
  recordInputStatements,
  touchInputsStatements,
} from "../statements/inputs.js";
import { getInput } from "../statements/reads.js";
import type { Session } from "./session.js";

/** Commands of uploaded images. */
export function inputCommands(session: Session): InputStore {
  return {
    async recordInput({ rate, maxOwnerBytes = null, erasures, ...input }) {
      const newer = rate === null ? null : rate.requests - 1;
      const [row] = await session.write(recordInputStatements, {
        ...input,
        newer,
        perMs: rate?.perMs ?? 0,
        maxOwnerBytes,
        ...erasureArguments(erasures),
      });
      if (row?.is_recorded === 1) return { type: "recorded" };
      if (row?.is_erased === 1) return { type: "owner_erased" };
      if (row?.is_full === 1) return { type: "quota_exceeded" };
      return { type: "rate_limited", retryAfterMs: Math.max(Math.ceil(Number(row?.retry_after_ms)), 1) };
    },

    async dropInput(command) {
      await session.write(dropInputStatements, command);
    },

    async inputWaitMs({ ownerId, rate: { requests, perMs } }) {
      const [row] = await session.read(inputWaitStatement, { ownerId, newer: requests - 1, perMs });
      return Math.max(Math.ceil(Number(row?.wait_ms ?? 0)), 0);
    },

    async getInput({ id, generationId = null }) {
      const [row = null] = await session.read(getInput, { id, generationId });
      return row;
    },

    findInputs: ({ ownerId, ids }) =>
      session.write<InputRecord>(touchInputsStatements, { ownerId, ids: JSON.stringify(ids) }),

    async purgeInputs({ unusedForMs, limit }) {
      const unused = await session.read(findUnusedStatement, { unusedForMs, limit });
      const [oldest] = unused;
      if (oldest === undefined) return 0;
      const ids = JSON.stringify(unused.map(({ id }) => id));
      const [row] = await session.write(purgeInputsStatements, { ids, unusedSince: Number(oldest.unused_since) });
      return unused.length - Number(row?.remaining);
    },
  };
}
