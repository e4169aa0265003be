import { teamGalleryOf, teamOfGallery } from "../../generation/gallery-id.js";
import { invalidInput } from "../errors/invalid-input.js";
import type { ServiceContext } from "../service-context.js";
import { checkText } from "./check-text.js";
import { ownerErased, toErasureCheck, toOwnerMarks } from "./erasures.js";
import { newPseudonym } from "./pseudonym.js";

/** Max generations that one commit erases. Other writers wait for such a commit as long as for a few submits. */
const eraseBatch = 200;

/**
 * Moves everything of one owner to another in one commit, such as from a guest to the user who signed in.
 *
 * @throws {ServiceError} invalid_input, also when `credits` is `"move"` and the host keeps the credits itself, other owners have
 *   paid from `from`'s account, or one account cannot hold the credits of both; unavailable when `to` was deleted during the call
 */
export async function transferOwner(
  context: ServiceContext,
  transfer: { readonly from: string; readonly to: string; readonly credits: "move" | "leave" },
): Promise<void> {
  const { store, billing, erasures, eventBus } = context;
  const { from, to, credits } = transfer;
  checkText(from, "from");
  checkNoTeam(to, "to");
  if (from === to) throw invalidInput("Must be another owner than `from`.", ["to"]);
  if (credits !== "move" && credits !== "leave") throw invalidInput('Must be "move" or "leave".', ["credits"]);
  if (credits === "move" && billing?.host !== undefined) {
    throw invalidInput('The host keeps the credits itself: use "leave", and move them in its own system.', ["credits"]);
  }
  const after = await erasures.position();
  const verdict = await store.transferOwner({
    from,
    to,
    // Without billing there are no credits to move.
    credits: billing === null ? "leave" : credits,
    initialGrant: billing?.initialGrant ?? 0,
    erasures: await toErasureCheck(context, { ids: [to], after }),
  });
  if (verdict.type === "owner_erased") throw ownerErased(context);
  if (verdict.type === "too_much") throw invalidInput("The sum is more than one account can hold.", ["credits"]);
  if (verdict.type === "shared_account") {
    throw invalidInput('Other owners have paid from the account of `from`: use "leave".', ["credits"]);
  }
  eventBus.hint([from, to, ...verdict.teamIds.map(teamGalleryOf)]);
}

/**
 * Erases an owner: cancels active generations, deletes content and bytes, and replaces the id with a pseudonym. An account
 * that other owners have paid from stays. The worker ends and then erases a generation that cannot be canceled at once.
 * Calling again completes an erasure that a crash interrupted. Requests that began before the last commit write nothing
 * afterwards.
 *
 * @throws {ServiceError} invalid_input
 */
export async function deleteOwner(context: ServiceContext, { ownerId }: { readonly ownerId: string }): Promise<void> {
  const { store, erasures, ids, models, dispatcher, eventBus, reporter } = context;
  checkNoTeam(ownerId, "ownerId");
  const ownerMarks = await toOwnerMarks(context, ownerId);
  for (;;) {
    // A new pseudonym for each commit: an account with this id may be created between two commits, and must stay separate.
    const pseudonym = newPseudonym(ids);
    const noUnseen = { unseenLimit: 0, unseenForMs: 0, maxUnseenCount: 0 };
    const { active } = await store.listActive({ ownerId, scope: null, activeLimit: eraseBatch, ...noUnseen });
    const owners = new Set([ownerId]);
    // Announces no end: the generation is erased before a hook could read it.
    for (const { id, accountId } of active) {
      const canceled = await store.requestCancel({ ownerId, accountId, id });
      if (canceled?.applied && canceled.generation.state === "canceled") void reporter?.ended(id);
      owners.add(accountId);
    }
    const { isErased, generationId, teamIds } = await store.eraseOwner({
      ownerId,
      pseudonym,
      limit: eraseBatch,
      models: Object.keys(models),
      ownerMarks,
    });
    erasures.refresh();
    // The worker ends the flagged generations and removes the bytes, also of an owner with uploads only.
    dispatcher.enqueue({ generationId, dueInMs: 0 });
    eventBus.hint([...owners, ...teamIds.map(teamGalleryOf)]);
    if (isErased) return;
  }
}

/** The id of a team's gallery is not an owner. `transferOwner` still accepts it as `from`: an older owner may have such an id. */
function checkNoTeam(id: string, member: string): void {
  checkText(id, member);
  if (teamOfGallery(id) !== null) throw invalidInput('Must not start with "team:".', [member]);
}
