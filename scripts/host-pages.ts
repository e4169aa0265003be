import { readRepositoryFile, repositoryFiles } from "./repository-files.ts";

/** Pages of the docs whose files a host of `examples` compiles and runs, as its manifest's `documented` names them. */
export function hostPages(): readonly string[] {
  return repositoryFiles().flatMap((file) => {
    if (!/^examples\/(hosts\/[^/]+|recipes)\/package\.json$/.test(file)) return [];
    const { documented }: { documented?: string | readonly string[] } = JSON.parse(readRepositoryFile(file));
    return documented ?? [];
  });
}
