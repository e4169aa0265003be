import { constants } from "node:fs";
import { access, stat, statfs } from "node:fs/promises";
import { dirname, isAbsolute, join } from "node:path";
import { formatBytes } from "../../bytes/format-bytes.js";
import { type Finding, finding } from "./finding.js";
import type { Project } from "./project.js";

const minFreeBytes = 1_073_741_824;

/** The folders of `fileStorage`, as the sources name them. */
export function mediaFoldersOf({ servers }: Pick<Project, "servers">): readonly string[] {
  return servers.flatMap(({ text }) =>
    [...text.matchAll(/\bfileStorage\(\s*["'`]([^"'`$]+)["'`]/g)].map(([, path = ""]) => path),
  );
}

/** Checks the folders of `fileStorage`. `fileStorage` creates a missing one. */
export async function checkStorage(project: Project): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const path of mediaFoldersOf(project)) {
    const folder = isAbsolute(path) ? path : join(project.folder, path);
    const found = await stat(folder).catch(() => null);
    if (found !== null && !found.isDirectory()) {
      const message = `The media folder ${path} is a file.`;
      findings.push(
        finding("storage-folder", { message, fix: "Move the file away, or pass another folder to fileStorage." }),
      );
      continue;
    }
    const existing = found === null ? dirname(folder) : folder;
    const canWrite = await access(existing, constants.W_OK).then(
      () => true,
      () => false,
    );
    if (!canWrite) {
      const message = `The user of this process cannot write to the media folder ${path}.`;
      findings.push(finding("storage-folder", { message, fix: `Change the owner or the mode of ${existing}.` }));
      continue;
    }
    const { bavail, bsize } = await statfs(existing);
    findings.push(...checkDiskSpace(path, bavail * bsize));
  }
  return findings;
}

/** @param freeBytes of the volume, for this user. */
export function checkDiskSpace(path: string, freeBytes: number): readonly Finding[] {
  if (freeBytes >= minFreeBytes) return [];
  const message = `The volume of ${path} has ${formatBytes(freeBytes)} left.`;
  return [finding("disk-space", { message, fix: "Free at least 1 GiB, or move the folder to another volume." })];
}
