/** Resolves to `null` for an error of the file system with this code; other errors are thrown. */
export async function unlessCode<T>(code: "ENOENT" | "EEXIST", work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === code) return null;
    throw error;
  }
}
