/** The host mounted the router at another place than `basePath`: every URL that it makes would be wrong. */
export class MountError extends Error {
  override readonly name = "MountError";

  constructor(basePath: string) {
    super(
      `Safelight answers below ${basePath === "" ? "/" : basePath} alone, and this request came in elsewhere: ` +
        "mount it there without stripping the path, or set the option basePath to where it is mounted.",
    );
  }
}
