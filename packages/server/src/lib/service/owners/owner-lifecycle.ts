import { invalidInput } from "../errors/invalid-input.js";
import type { ServiceContext } from "../service-context.js";
import { checkText } from "./check-text.js";

/** Generations that one commit of a deletion forgets: it keeps others waiting for no longer than a few submits would. */
const eraseBatch = 200;

/**
 * Gives everything of one owner to another, at once: what a guest made is there after signing in.
 *
 * @throws {ServiceError} invalid_input, also when `credits` is `"move"` and others have paid from `from`'s account, or one
 *   account cannot hold the credits of both
 */
export async function transferOwner(
  { store, billing, eventBus }: ServiceContext,
  transfer: { readonly from: string; readonly to: string; readonly credits: "move" | "leave" },
): Promise<void> {
  const { from, to, credits } = transfer;
  checkText(from, "from");
  checkText(to, "to");
  if (from === to) throw invalidInput("Another owner than `from`.", ["to"]);
  if (credits !== "move" && credits !== "leave") throw invalidInput('"move" or "leave".', ["credits"]);
  const verdict = await store.transferOwner({
    from,
    to,
    // Where nothing is billed there is nothing to move.
    credits: billing === null ? "leave" : credits,
    initialGrant: billing?.initialGrant ?? 0,
  });
  if (verdict === "too_much") throw invalidInput("More credits than one account can hold.", ["credits"]);
  if (verdict === "shared_account") {
    throw invalidInput('Other owners have paid from the account of `from`: its credits can only be left ("leave").', [
      "credits",
    ]);
  }
  eventBus.hint([from, to]);
}

/**
 * Forgets an owner: cancels what is active, deletes content and bytes, and puts a pseudonym in the place of the id. An account
 * that others have paid from stays. What cannot be canceled at once is ended by the worker and forgotten with its end. Calling again finishes what a crash left.
 *
 * @throws {ServiceError} invalid_input
 */
export async function deleteOwner(
  { store, ids, dispatcher, eventBus }: ServiceContext,
  { ownerId }: { readonly ownerId: string },
): Promise<void> {
  checkText(ownerId, "ownerId");
  for (;;) {
    // One for each command: an account that comes back meanwhile cannot become one with the first.
    const pseudonym = `deleted_${ids.newStoragePrefix()}`;
    const { active } = await store.listActive({ ownerId, scope: null, unseenLimit: 0, unseenForMs: 0 });
    for (const { id } of active) await store.requestCancel({ ownerId, id });
    const { isErased, generationId } = await store.eraseOwner({ ownerId, pseudonym, limit: eraseBatch });
    // The worker ends what was flagged, and removes the bytes, also those of an owner who has only uploaded.
    dispatcher.enqueue({ generationId, dueInMs: 0 });
    eventBus.hint([ownerId]);
    if (isErased) return;
  }
}
