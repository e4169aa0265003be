import type { Caller } from "../../model/define-model.js";
import type { InputRecord } from "../../ports/store/input-store.js";
import type { ServiceContext } from "../service-context.js";

/** As `touchInputs`, without a write: neither a quote nor a validation extends the lifetime of an upload. */
export async function readInputs(
  { store }: Pick<ServiceContext, "store">,
  { caller: { ownerId }, ids }: { readonly caller: Caller; readonly ids: readonly string[] },
): Promise<readonly InputRecord[]> {
  const found = await Promise.all(ids.map((id) => store.getInput({ id })));
  return found.filter((input) => input !== null).filter((input) => input.ownerId === ownerId);
}
