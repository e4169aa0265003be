import { withSetupCode } from "../ports/setup-error.js";

/**
 * Imports an optional peer dependency.
 *
 * @param load a literal `import(name)`, so that bundlers find it.
 * @throws {Error} with the command that installs it, if it is missing.
 */
export async function importPeer<Module>(name: string, load: () => Promise<Module>): Promise<Module> {
  try {
    return await load();
  } catch (error) {
    if (!isMissingModule(error)) throw error;
    throw withSetupCode("package_missing", new Error(`Install ${name}: npm install ${name}`, { cause: error }));
  }
}

function isMissingModule(error: unknown): boolean {
  if (!(error instanceof Error) || !("code" in error)) return false;
  // The second is the code of `require`, by which drivers load their native parts.
  return error.code === "ERR_MODULE_NOT_FOUND" || error.code === "MODULE_NOT_FOUND";
}
