import type { Context } from "hono";
import { html } from "hono/html";

/** The page for a sign-in link that was used or is too old: what happened, and what to do. */
export function expiredLinkPage(context: Context) {
  context.header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'");
  context.header("Cache-Control", "no-store");
  context.header("Referrer-Policy", "no-referrer");
  return context.html(
    html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>This sign-in link no longer works</title>
<style>body { max-width: 34rem; margin: 12vh auto; padding: 0 1rem; font: 16px/1.6 system-ui, sans-serif; }</style>
</head>
<body>
<main>
<h1>This sign-in link no longer works</h1>
<p>It was used, or it is older than 10 minutes. A link signs in one browser, once, for 12 hours.</p>
<p>If this browser is signed in, <a href="/admin">open the operator page</a>. Otherwise start the demo again: its output has a new
link. Images that develop at that moment continue.</p>
</main>
</body>
</html>`,
    410,
  );
}
