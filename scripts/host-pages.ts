import { readRepositoryFile, repositoryFiles } from "./repository-files.ts";

/**
 * Pages of the docs whose files a host of `examples` compiles and runs, as its manifest's `documented` names them. A host with
 * `inConsumer` runs a part of its page, and the consumer project compiles all of it.
 */
export function hostPages(): readonly string[] {
  return repositoryFiles().flatMap((file) => {
    if (!/^examples\/(hosts\/[^/]+|recipes)\/package\.json$/.test(file)) return [];
    const manifest: HostManifest = JSON.parse(readRepositoryFile(file));
    const { documented = [], inConsumer = false } = manifest;
    return inConsumer ? [] : [documented].flat();
  });
}

/** The part of a host's manifest that names pages. */
interface HostManifest {
  readonly documented?: string | readonly string[];
  readonly inConsumer?: boolean;
}
