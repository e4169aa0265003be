import type { ModelMap } from "@safelight/client/contract";
import type { Api } from "../../src/lib/api/api.js";
import { tinyPng } from "../../src/lib/testing/tiny-png.js";
import { forgedQuery, type Possessions } from "./adas-generations.js";

/** Has ada upload two pictures, and eve one. */
export async function adasPictures(api: Api<ModelMap>): Promise<Possessions> {
  const upload = async (ownerId: string) => {
    const { id, url } = await api.uploadInput({ ownerId }, tinyPng());
    return { id, query: url.slice(url.indexOf("?")) };
  };
  const [own, other, hers] = [await upload("ada"), await upload("ada"), await upload("eve")];
  return { ids: { uploaded: own.id }, hers: hers.query, forged: forgedQuery(own.query), other: other.query };
}
