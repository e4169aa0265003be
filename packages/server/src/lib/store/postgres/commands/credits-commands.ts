import type { CreditsStore } from "../../../ports/store/credits-store.js";
import { audit } from "../reads/audit.js";
import type { Session } from "./session.js";

/** Commands of the ledger. */
export function creditsCommands(session: Session): Pick<CreditsStore, "audit"> {
  return {
    async audit({ storingGraceMs } = { storingGraceMs: 3_600_000 }) {
      const violations = await session.read(audit, { storingGraceMs: Math.ceil(storingGraceMs) });
      return Object.entries(violations).flatMap(([check, rows]) => rows.map((row) => ({ check, ...row })));
    },
  };
}
