import { docsPage } from "../../ports/docs-page.js";
import type { SetupFacts } from "../../ports/setup-error.js";

/** The host mounted the router at another path than `basePath`, so every URL that it creates would be wrong. */
export class MountError extends Error implements SetupFacts {
  override readonly name = "MountError";
  readonly code = "mounted_elsewhere";
  readonly docs = docsPage("setup", this.code);

  constructor(basePath: string) {
    const path = basePath === "" ? "/" : basePath;
    super(
      `This request is not below \`basePath\` (${path}). Mount Safelight at ${path} without stripping the prefix, or ` +
        "set `basePath` to the mount path.",
    );
  }
}
