import type { InputRecord, InputStore } from "../../../ports/store/input-store.js";
import type { SqlRow } from "../executor/executor.js";
import {
  findInputsStatements,
  findUnusedStatement,
  getInputStatement,
  inputWaitStatement,
  purgeInputsStatements,
  recordInputStatements,
} from "../statements/inputs.js";
import type { Session } from "./session.js";

/** Commands of uploaded images. */
export function inputCommands(session: Session): InputStore {
  return {
    async recordInput({ rate, maxOwnerBytes = null, ...input }) {
      const newer = rate === null ? null : rate.requests - 1;
      const [row] = await session.write(recordInputStatements, {
        ...input,
        newer,
        perMs: rate?.perMs ?? 0,
        maxOwnerBytes,
      });
      if (row?.is_recorded === 1) return { type: "recorded" };
      if (row?.is_full === 1) return { type: "quota_exceeded" };
      return { type: "rate_limited", retryAfterMs: Math.max(Math.ceil(Number(row?.retry_after_ms)), 1) };
    },

    async inputWaitMs({ ownerId, rate: { requests, perMs } }) {
      const [row] = await session.read(inputWaitStatement, { ownerId, newer: requests - 1, perMs });
      return Math.max(Math.ceil(Number(row?.wait_ms ?? 0)), 0);
    },

    async getInput({ id, generationId = null }) {
      const [row] = await session.read(getInputStatement, { id, generationId });
      return row === undefined ? null : toInput(row);
    },

    async findInputs({ ownerId, ids }) {
      const rows = await session.write(findInputsStatements, { ownerId, ids: JSON.stringify(ids) });
      return rows.map(toInput);
    },

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

function toInput(row: SqlRow): InputRecord {
  return {
    id: String(row.id),
    ownerId: String(row.owner_id),
    storageKey: String(row.storage_key),
    contentType: String(row.content_type),
    byteLength: Number(row.byte_length),
    sha256: String(row.sha256),
    width: Number(row.width),
    height: Number(row.height),
  };
}
