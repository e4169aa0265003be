import type { ReactNode } from "react";
import { Providers } from "@/components/providers";

/** The documented layout without `<Suspense>` and prefetch: Next prerenders everything below. */
export default function RootLayout({ children }: { readonly children: ReactNode }) {
  return (
    <html lang="en">
      <body>
        <Providers>{children}</Providers>
      </body>
    </html>
  );
}
