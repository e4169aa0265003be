import type { Store } from "../../../ports/store/store.js";
import { toGeneration, toOutput } from "../rows/generation-row.js";
import { claimNoticesStatements, confirmNoticesStatements, findNoticesStatement } from "../statements/notices.js";
import {
  changedAfterStatements,
  getOutputStatement,
  getPreviewStatement,
  getStatement,
  listActiveStatements,
  listStatements,
  sequencesStatement,
} from "../statements/owner-reads.js";
import { markSeenStatements, removeStatements } from "../statements/owner-writes.js";
import { requestCancelStatements } from "../statements/settle.js";
import type { Session } from "./session.js";

type OwnerCommand =
  | "get"
  | "getOutput"
  | "getPreview"
  | "listActive"
  | "list"
  | "sequencesOf"
  | "changedAfter"
  | "requestCancel"
  | "markSeen"
  | "claimNotices"
  | "confirmNotices"
  | "remove";

/** Reads and commands of an owner. Every statement has the owner as a condition. */
export function ownerCommands(session: Session): Pick<Store, OwnerCommand> {
  return {
    async get({ ownerId, id }) {
      const [row] = await session.read(getStatement, { ownerId, id });
      return row === undefined ? null : toGeneration(row);
    },

    async getOutput({ id, index }) {
      const [row] = await session.read(getOutputStatement, { id, index });
      return row === undefined ? null : toOutput(row);
    },

    async getPreview({ id }) {
      const [row] = await session.read(getPreviewStatement, { id });
      if (row === undefined) return null;
      return { storageKey: String(row.preview_key), contentType: String(row.preview_content_type) };
    },

    async listActive({ ownerId, scope, activeLimit, unseenLimit, unseenForMs, maxUnseenCount }) {
      const args = { ownerId, scope, activeLimit: activeLimit + 1, unseenLimit, unseenForMs, maxUnseenCount };
      const [found = [], unseen, count, clock] = await session.readAll(listActiveStatements, args);
      const active = found.slice(0, activeLimit).map(toGeneration);
      const hasMore = Number(found[0]?.found ?? 0) > active.length;
      return {
        // Ids sort by creation time.
        active: active.toSorted((left, right) => (left.id < right.id ? 1 : -1)),
        hasMore,
        unseen: (unseen ?? []).map(toGeneration),
        unseenCount: Number(count?.[0]?.count),
        sequence: Number((hasMore ? active.at(-1) : clock?.[0])?.sequence),
        now: Number(clock?.[0]?.now),
      };
    },

    async list({ ownerId, limit, after, status, model, scope }) {
      const args = { ownerId, after, model, scope, limit: limit + 1 };
      const [rows = [], owner] = await session.readAll(listStatements(status), args);
      const page = rows.slice(0, limit);
      return {
        generations: page.map(toGeneration),
        hasMore: Number(rows[0]?.found ?? 0) > page.length,
        sequence: Number(owner?.[0]?.sequence),
      };
    },

    async sequencesOf(ownerIds) {
      const rows = await session.read(sequencesStatement, { ownerIds: JSON.stringify(ownerIds) });
      return new Map(rows.map((row) => [String(row.id), Number(row.sequence)]));
    },

    async changedAfter({ ownerId, sequence, limit }) {
      const args = { ownerId, sequence, limit: limit + 1 };
      const [changes, owner] = await session.readAll(changedAfterStatements, args);
      const end = Number(owner?.[0]?.sequence);
      if (owner?.[0]?.resync === 1) return { changed: [], deleted: [], sequence: end, hasMore: false, resync: true };
      const rows = (changes ?? []).slice(0, limit);
      const hasMore = Number(changes?.[0]?.found ?? 0) > rows.length;
      return {
        changed: rows.filter((row) => row.deleted_at === null).map(toGeneration),
        deleted: rows
          .filter((row) => row.deleted_at !== null)
          .map((row) => ({ id: String(row.id), sequence: Number(row.sequence) })),
        sequence: hasMore ? Number(rows.at(-1)?.sequence) : end,
        hasMore,
        resync: false,
      };
    },

    async requestCancel({ ownerId, id, announceTo = [] }) {
      const args = { ownerId, id, token: session.createToken(), announceTo: JSON.stringify(announceTo) };
      const [row] = await session.write(requestCancelStatements, args);
      return row === undefined ? null : { applied: row.applied === 1, generation: toGeneration(row) };
    },

    async markSeen({ ownerId, ids }) {
      await session.write(markSeenStatements, { ownerId, ids: JSON.stringify(ids) });
    },

    async claimNotices({ ownerId, claim, limit, forMs, leaseMs }) {
      const args = { ownerId, claim, forMs, leaseMs: Math.ceil(leaseMs) };
      const found = await session.read(findNoticesStatement, { ...args, limit });
      const held = found.filter((row) => row.notice_claim === claim);
      const ids = JSON.stringify((held.length > 0 ? held : found).map((row) => row.id));
      if (found.length === 0) return [];
      const rows = await session.write(claimNoticesStatements, { ...args, ids });
      return rows.map(toGeneration);
    },

    async confirmNotices({ ownerId, claim, ids }) {
      await session.write(confirmNoticesStatements, { ownerId, claim, ids: JSON.stringify(ids) });
    },

    async remove({ ownerId, id }) {
      const [row] = await session.write(removeStatements, { ownerId, id });
      if (row === undefined) return "not_found";
      return row.deleted_at === null ? "not_terminal" : "removed";
    },
  };
}
