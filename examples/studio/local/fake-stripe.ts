import { startFakeStripe } from "../../product/fake-stripe/fake-stripe.ts";

// The fake Stripe as a process of its own, for compose.yaml. Its payments are in memory.
const { FAKE_STRIPE_PAGES = "http://localhost:4242", FAKE_STRIPE_WEBHOOK = "" } = process.env;
const stripe = await startFakeStripe({ port: 4242, host: "0.0.0.0", pageOrigin: FAKE_STRIPE_PAGES });
stripe.events.webhookUrl = FAKE_STRIPE_WEBHOOK;
console.log(`Checkout pages are at ${FAKE_STRIPE_PAGES}, and events go to ${FAKE_STRIPE_WEBHOOK}.`);
process.on("SIGTERM", () => process.exit(0));
