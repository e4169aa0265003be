const page = `<!doctype html>
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
<p>It was used, or it is of an earlier run of the command. A link signs in one browser, once, until the command ends.</p>
<p>If this browser is signed in, go back to the operator page. Otherwise end <code>safelight admin</code> and start it again: its
output has a new link.</p>
</main>
</body>
</html>`;

/** The page for an address that was used, or that an earlier run of the command has printed: what happened, and what to do. */
export function expiredLinkPage(): Response {
  return new Response(page, {
    status: 410,
    headers: {
      "Content-Type": "text/html; charset=UTF-8",
      "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
      "Cache-Control": "no-store",
      "Referrer-Policy": "no-referrer",
    },
  });
}
