import { createProduct } from "../server/product.ts";
import { fakeWebhookSecret } from "./event-sender.ts";
import { fakeApiKey, startFakeStripe } from "./fake-stripe.ts";

// Runs the product without any key: payments go to a fake Stripe, and images come from the demo provider.
const port = Number(process.env.PORT ?? 3000);
const url = `http://localhost:${port}`;
const stripe = await startFakeStripe();
stripe.events.webhookUrl = `${url}/api/stripe`;
const { app, safelight } = await createProduct({
  url,
  dataFolder: "data",
  // Only for trying it out: `main.ts` requires a secret from the environment.
  secret: "a secret of this machine for trying it out",
  stripe: { apiKey: fakeApiKey, webhookSecret: fakeWebhookSecret, apiOrigin: stripe.origin },
});
const server = app.listen(port, (error?: Error) => {
  if (error) {
    console.error(error.message);
    process.exit(1);
  }
  safelight.worker.start();
  console.log(`Open ${url}. Ctrl+C ends it.`);
});

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, async () => {
    server.close();
    stripe.close();
    await safelight.close();
    process.exit(0);
  });
}
