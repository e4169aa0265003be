import { Link, useLocation } from "wouter";
import { CoinsIcon, LampIcon, SheetIcon, TrayIcon } from "./icons.tsx";

const pages = [
  { href: "/", name: "Studio", icon: <TrayIcon /> },
  { href: "/history", name: "History", icon: <SheetIcon /> },
  { href: "/credits", name: "Credits", icon: <CoinsIcon /> },
  { href: "/about", name: "About", icon: <LampIcon /> },
] as const;

/** Links to all pages, with `aria-current` on the open one. */
export function NavigationLinks() {
  const [location] = useLocation();
  return pages.map(({ href, name, icon }) => (
    <Link
      key={href}
      href={href}
      className="navigation-link"
      aria-current={href === location || (href !== "/" && location.startsWith(href)) ? "page" : undefined}
    >
      {icon}
      <span>{name}</span>
    </Link>
  ));
}
