/** The host mounted the router at another path than `basePath`, so every URL that it creates would be wrong. */
export class MountError extends Error {
  override readonly name = "MountError";

  constructor(basePath: string) {
    super(
      `Safelight handles only requests below ${basePath === "" ? "/" : basePath}, and this request has another path: ` +
        "mount it there without stripping the path, or set the option basePath to the path where it is mounted.",
    );
  }
}
