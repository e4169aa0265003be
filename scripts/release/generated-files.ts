import { readRepositoryFile } from "../repository-files.ts";
import { blockRegistry } from "./block-items.ts";
import { projectLinks, repositoryName } from "./project-links.ts";
import { isPlaceholder, publicAddress } from "./public-address.ts";
import { toPublishedManifest } from "./published-manifest.ts";
import { manifestOf, packageFolders } from "./tarballs.ts";

/** Each file with generated parts: its text as `pnpm manifests` writes it, by its path relative to the root. */
export function generatedFiles(): ReadonlyMap<string, string> {
  const note = isPlaceholder(publicAddress) ? "     # OWNER is a placeholder until the repository is public" : "";
  return new Map([
    ...packageFolders.map((folder): [string, string] => [
      `packages/${folder}/package.json`,
      `${JSON.stringify(toPublishedManifest(folder, manifestOf(folder)), null, 2)}\n`,
    ]),
    ...packageFolders.map((folder) => withLinks(`packages/${folder}/README.md`)),
    ["registry.json", `${JSON.stringify(blockRegistry(), null, 2)}\n`],
    withLine("packages/server/src/lib/ports/docs-page.ts", {
      line: /^const site = .*$/m,
      text: `const site = "${publicAddress.site}";`,
    }),
    withLine("docs/blocks.md", {
      line: /^npx shadcn@latest add \S+\/safelight\/prompt-box.*$/m,
      text: `npx shadcn@latest add ${repositoryName}/prompt-box${note}`,
    }),
  ]);
}

/** A page of a package, which has no other files of the repository beside it, so that its links are addresses. */
function withLinks(path: string): [string, string] {
  const address = /https:\/\/github\.com\/[\w-]+\/safelight(?=\/)/g;
  return [path, readRepositoryFile(path).replace(address, () => projectLinks.repository)];
}

/** @throws {Error} if the file has no such line. */
function withLine(path: string, { line, text }: { readonly line: RegExp; readonly text: string }): [string, string] {
  const file = readRepositoryFile(path);
  if (!line.test(file)) throw new Error(`${path} has no line ${line}.`);
  return [path, file.replace(line, () => text)];
}
