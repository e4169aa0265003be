import { ActivePill } from "./components/safelight/active-pill/active-pill";
import { CompareSlider } from "./components/safelight/compare-slider/compare-slider";
import { ConnectionBanner } from "./components/safelight/connection-banner/connection-banner";
import { CreditsBadge } from "./components/safelight/credits-badge/credits-badge";
import { DevtoolsScene } from "./devtools-scene";
import { picture } from "./picture";
import { StudioPage } from "./studio-page";

const url = (seed: string): string => `data:image/svg+xml,${encodeURIComponent(picture(seed))}`;

/** The pages under test, by `?scene=`. */
export const scenes = {
  /** The page of docs/blocks.md, which contains all blocks except the compare slider. */
  studio: () => <StudioPage />,
  devtools: () => <DevtoolsScene />,
  parts: () => (
    <main className="flex min-h-dvh flex-col gap-6 bg-background p-6 text-foreground">
      <h1 className="text-xl font-semibold">Parts</h1>
      <ConnectionBanner signInHref="#sign-in" />
      <div className="flex flex-wrap gap-3">
        <ActivePill />
        <CreditsBadge />
        <CreditsBadge href="#credits" />
      </div>
      <div className="w-full max-w-md">
        <CompareSlider
          before={{ src: url("before"), alt: "A valley in the morning", label: "Before" }}
          after={{ src: url("later"), alt: "The valley in the evening", label: "After" }}
        />
      </div>
    </main>
  ),
} as const;
