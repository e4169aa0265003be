import type { QueryClient } from "@tanstack/react-query";
import { createRootRouteWithContext, HeadContent, Outlet, Scripts } from "@tanstack/react-router";
import styles from "../app.css?url";

export const Route = createRootRouteWithContext<{ readonly queryClient: QueryClient }>()({
  head: () => ({
    meta: [
      { charSet: "utf-8" },
      { name: "viewport", content: "width=device-width, initial-scale=1" },
      { title: "Posters" },
    ],
    links: [
      { rel: "stylesheet", href: styles },
      { rel: "icon", href: "data:," },
    ],
  }),
  component: Root,
  notFoundComponent: () => <p>There is no such page.</p>,
});

function Root() {
  return (
    <html lang="en">
      <head>
        <HeadContent />
      </head>
      <body>
        <Outlet />
        <Scripts />
      </body>
    </html>
  );
}
