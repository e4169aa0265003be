import type { ModelMap } from "@safelight/client/contract";
import type { Api } from "../../packages/server/src/lib/api/api.js";
import { tinyPng } from "../../packages/server/testing/tiny-png.js";
import { forgedQuery, type OwnedResources } from "./owner-generations.js";

/** Uploads two images as Ada, and one as Eve. */
export async function ownerImages(api: Api<ModelMap>): Promise<OwnedResources> {
  const upload = async (ownerId: string) => {
    const { id, url } = await api.uploadInput({ ownerId }, tinyPng());
    return { id, query: url.slice(url.indexOf("?")) };
  };
  const [own, other, foreign] = [await upload("ada"), await upload("ada"), await upload("eve")];
  return { ids: { uploaded: own.id }, foreign: foreign.query, forged: forgedQuery(own.query), other: other.query };
}
