import type { Store } from "../../../ports/store/store.js";
import { firstPage } from "../../rows/first-page.js";
import { toGeneration } from "../../rows/generation-row.js";
import { toRemoveVerdict } from "../../rows/owner-verdict.js";
import { claimNotices } from "../functions/owner/claim-notices.js";
import { confirmNotices } from "../functions/owner/confirm-notices.js";
import { markSeen } from "../functions/owner/mark-seen.js";
import { remove } from "../functions/owner/remove.js";
import { findNotices } from "../reads/notices.js";
import type { StatementRunner } from "./statement-runner.js";

type OwnerWrite = "markSeen" | "claimNotices" | "confirmNotices" | "remove";

export const ownerWriteFunctions = [claimNotices, confirmNotices, markSeen, remove];

/** Writes of an owner to its ended generations. All have the owner as a condition. */
export function ownerWrites(runner: StatementRunner): Pick<Store, OwnerWrite> {
  return {
    async markSeen({ ownerId, ids }) {
      await runner.call(markSeen, { ownerId, ids: JSON.stringify(ids) });
    },

    async claimNotices({ ownerId, claim, limit, forMs, leaseMs }) {
      const args = { ownerId, claim, forMs, leaseMs: Math.ceil(leaseMs) };
      const { notices } = await runner.read(findNotices, { ...args, limit });
      if (notices.length === 0) return [];
      const held = notices.filter((notice) => notice.notice_claim === claim);
      const ids = JSON.stringify(firstPage(held.length > 0 ? held : notices).map(({ id }) => id));
      return ((await runner.call(claimNotices, { ...args, ids })) ?? []).map(toGeneration);
    },

    async confirmNotices({ ownerId, claim, ids }) {
      await runner.call(confirmNotices, { ownerId, claim, ids: JSON.stringify(ids) });
    },

    async remove({ ownerId, id }) {
      return toRemoveVerdict(await runner.call(remove, { ownerId, id }));
    },
  };
}
