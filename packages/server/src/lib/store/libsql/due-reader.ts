import type { DueGeneration } from "../../ports/store-commands.js";
import type { SqlRow } from "./executor.js";
import type { Session } from "./session.js";
import { findDueByOwnerStatement, findDueStatement } from "./statements/claim.js";

/** So many more than there is room for are read, so that there is something to choose from. */
const spareRows = 64;
/** Owners whose first due generation is read at once. */
const ownersAtOnce = 16;

/** Reads what may be claimed. It remembers only where the turn of the owners is: losing that costs nothing. */
export class DueReader {
  readonly #session: Session;
  #ownersAfter = "";

  constructor(session: Session) {
    this.#session = session;
  }

  /** The longest due first. */
  async longestDue(models: readonly string[], limit: number): Promise<readonly DueGeneration[]> {
    const rows = await this.#session.read(findDueStatement, { models: JSON.stringify(models), limit });
    return rows.map(toDue);
  }

  /** The longest due first; where more is due than is read, also the first of other owners, who take turns. */
  async due(models: readonly string[], room: number): Promise<readonly DueGeneration[]> {
    const longest = await this.longestDue(models, room + spareRows);
    if (longest.length < room + spareRows) return longest;
    const args = { models: JSON.stringify(models), owners: ownersAtOnce, ownersAfter: this.#ownersAfter };
    const owners = await this.#session.read(findDueByOwnerStatement, args);
    // After the last owner, the first one is next.
    this.#ownersAfter = owners.length < ownersAtOnce ? "" : String(owners.at(-1)?.owner_id);
    const seen = new Set(longest.map(({ id }) => id));
    const heads = owners.filter(({ id }) => id !== null).map(toDue);
    return [...longest, ...heads.filter(({ id }) => !seen.has(id))];
  }
}

function toDue({ id, owner_id, model }: SqlRow): DueGeneration {
  return { id: String(id), ownerId: String(owner_id), model: String(model) };
}
