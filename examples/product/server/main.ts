import { createProduct } from "./product.ts";
import { readSettings } from "./settings.ts";

const { app, safelight } = await createProduct(readSettings(process.env));
const port = Number(process.env.PORT ?? 3000);
const server = app.listen(port, (error?: Error) => {
  // For example, another process uses the port.
  if (error) {
    console.error(error.message);
    process.exit(1);
  }
  safelight.worker.start();
  console.log(`Fernpost listens on port ${port}.`);
});

// Lets requests to providers finish before the process ends.
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, async () => {
    server.close();
    await safelight.close();
    process.exit(0);
  });
}
