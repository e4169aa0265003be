import { prefetchActive } from "@safelight/react/query";
import { dehydrate, HydrationBoundary, QueryClient } from "@tanstack/react-query";
import type { Metadata } from "next";
import { headers } from "next/headers";
import { connection } from "next/server";
import type { ReactNode } from "react";
import { Header } from "@/components/header";
import { Providers } from "@/components/providers";
import { Toasts } from "@/components/toast";
import { safelight } from "@/safelight";
import "./globals.css";

export const metadata: Metadata = { title: "Posters", description: "Safelight in a Next app" };

/** Pages wait for the layout, so that their first bytes contain the active generations, also without JavaScript. */
export const instant = false;

/** Sends the active generations with the HTML of every page, so that the browser does not request them. */
export default async function RootLayout({ children }: { readonly children: ReactNode }) {
  // Prerendering stops here: the rest reads the request, the clock and the database.
  await connection();
  const queryClient = new QueryClient();
  await prefetchActive(queryClient, safelight.api, { headers: await headers() });
  return (
    <html lang="en">
      <body>
        <Providers>
          <HydrationBoundary state={dehydrate(queryClient)}>
            <Toasts>
              <Header />
              <main>{children}</main>
            </Toasts>
          </HydrationBoundary>
        </Providers>
      </body>
    </html>
  );
}
