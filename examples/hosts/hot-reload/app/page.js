import { safelight } from "../safelight.js";

export const dynamic = "force-dynamic";

/** A server component: Next may load another copy of the module for it. */
export default async function Page() {
  const { generations } = await safelight.api.list({ ownerId: "ann" });
  return <p>{`${generations.length} images`}</p>;
}
