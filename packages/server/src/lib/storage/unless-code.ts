/** Resolves to `null` for a file system error with this code; rethrows other errors. */
export async function unlessCode<T>(code: "ENOENT" | "EEXIST", work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === code) return null;
    throw error;
  }
}
