export async function register() {
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  const { safelight } = await import("./safelight.ts");
  safelight.worker.start();
  process.once("SIGTERM", async () => {
    await safelight.close();
    process.exit(0);
  });
}
