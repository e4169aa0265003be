import { prefetchActive } from "@safelight/react/query";
import { dehydrate, HydrationBoundary, QueryClient } from "@tanstack/react-query";
import type { Metadata } from "next";
import { headers } from "next/headers";
import type { ReactNode } from "react";
import { Header } from "@/components/header";
import { Providers } from "@/components/providers";
import { Toasts } from "@/components/toast";
import { safelight } from "@/safelight";
import "./globals.css";

export const metadata: Metadata = { title: "Posters", description: "Safelight in a Next app" };

/** Every page comes with what is in progress: it is in the HTML, and the browser does not ask for it. */
export default async function RootLayout({ children }: { readonly children: ReactNode }) {
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
