export async function register() {
  if (process.env.NEXT_RUNTIME === "nodejs") {
    const { safelight } = await import("./safelight.js");
    safelight.worker.start();
    process.once("SIGTERM", async () => {
      await safelight.close();
      process.exit(0);
    });
  }
}
