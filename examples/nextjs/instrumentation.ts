/** Next calls this once in each server process. It starts the worker, and drains it before the process exits. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME === "nodejs" && process.env.SAFELIGHT_WORKER !== "request") {
    const { safelight } = await import("@/safelight");
    safelight.worker.start();
    const end = async () => {
      await safelight.close();
      process.exit(0);
    };
    process.once("SIGTERM", end).once("SIGINT", end);
  }
}
