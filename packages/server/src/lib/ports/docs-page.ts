/** The site of the docs. `pnpm manifests` writes this line. */
const site = "https://OWNER.example";

/** The address of the page of an error in the setup, or of a check of `safelight doctor`. */
export function docsPage(kind: "setup" | "doctor", code: string): string {
  return `${site}/${kind}/${code}`;
}
