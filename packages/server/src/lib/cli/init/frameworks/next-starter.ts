import type { Framework } from "../framework.js";
import { starterFiles } from "../starter-files.js";
import { folderOf, next } from "./next.js";

/** Next.js with a page, sign-in, credits and a history. */
export const nextStarter: Framework = {
  ...next,
  hooksFolder: (facts) => `${folderOf(facts)}app/posters`,
  plan(facts, options) {
    const folder = folderOf(facts);
    const plan = next.plan(facts, options);
    const files = starterFiles([
      { from: "session.ts", to: `${folder}lib/session.ts` },
      { from: "next", to: folder },
      { from: "page", to: `${folder}app/posters/` },
    ]);
    return { ...plan, files: [...plan.files, ...files], next: [...plan.next, "open http://localhost:3000/posters"] };
  },
};
