import { Link } from "wouter";
import { useCredits } from "../safelight.ts";
import { PhoneButton } from "../visitor/phone-button.tsx";
import { DevelopingIndicator } from "./developing-indicator.tsx";
import { CoinsIcon } from "./icons.tsx";
import "./header.css";
import { NavigationLinks } from "./navigation-links.tsx";
import { ThemeSwitch } from "./theme-switch.tsx";

/** Header of every page: navigation, active generation, credits, theme. */
export function Header() {
  const { balance } = useCredits();
  return (
    <header className="header">
      <div className="header-inner">
        <Link href="/" className="brand" aria-label="Safelight, to the Studio">
          <span className="brand-lamp" aria-hidden="true" />
          <span className="brand-name">Safelight</span>
        </Link>
        <nav className="header-navigation" aria-label="Pages">
          <NavigationLinks />
        </nav>
        <div className="header-end">
          <DevelopingIndicator />
          {balance !== null && (
            <Link href="/credits" className="balance">
              <CoinsIcon />
              <span className="balance-number">{balance.toLocaleString("en")}</span>{" "}
              <span className="balance-word">{balance === 1 ? "credit" : "credits"}</span>{" "}
              <span className="visually-hidden">left</span>
            </Link>
          )}
          <ThemeSwitch />
          <PhoneButton variant="icon" />
        </div>
      </div>
    </header>
  );
}
