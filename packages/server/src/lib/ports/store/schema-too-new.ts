const marker = Symbol.for("safelight.SchemaTooNew");

/**
 * A newer release has migrated the database to a schema that this release cannot use. The message names the migration.
 */
export class SchemaTooNew extends Error {
  readonly [marker] = true;
  override readonly name = "SchemaTooNew";

  /** Recognizes the error across copies of the package. */
  static isInstance(error: unknown): error is SchemaTooNew {
    return typeof error === "object" && error !== null && marker in error;
  }
}
