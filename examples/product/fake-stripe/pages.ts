import { html } from "hono/html";
import type { Session } from "./wire.ts";

/** The Checkout page. Nothing is charged. */
export function payPage({ name, amount_total, cancel_url }: Session) {
  return page(
    "Checkout",
    html`<p>${name}</p>
      <p>$${(amount_total / 100).toFixed(2)}</p>
      <form method="post"><button>Pay</button></form>
      <p><a href="${cancel_url}">Back</a></p>`,
  );
}

export function portalPage(returnUrl: string) {
  return page(
    "Payments",
    html`<p>Stripe shows invoices and subscriptions here.</p>
    <p><a href="${returnUrl}">Back</a></p>`,
  );
}

function page(title: string, body: ReturnType<typeof html>) {
  return html`<!doctype html>
    <html lang="en">
      <meta name="viewport" content="width=device-width" />
      <title>Fake Stripe: ${title}</title>
      <style>
        body { font: 1rem/1.5 system-ui; max-width: 24rem; margin: 4rem auto; padding: 0 1rem; color-scheme: light dark; }
        button { font: inherit; padding: 0.6rem 1.4rem; }
      </style>
      <h1>Fake Stripe</h1>
      ${body}
    </html>`;
}
