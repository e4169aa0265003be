import type { ModelMap } from "@safelight/client/contract";
import type { Api } from "../../packages/server/src/lib/api/api.js";
import type { OwnedResources } from "./owner-generations.js";

/** Groups of Ada's: a queued one, and one that is canceled. No URL of a group has a signature. */
export async function ownerGroups(api: Api<ModelMap>): Promise<OwnedResources> {
  const submit = async () => (await api.submitMany({ ownerId: "ada" }, "demo", [{}, {}])).groupId;
  const canceled = await submit();
  await api.cancelGroup({ ownerId: "ada" }, canceled);
  return { ids: { queued: await submit(), canceled }, foreign: "", forged: "", other: "" };
}
