import { Link, useLocation } from "wouter";
import { CoinsIcon, LampIcon, SheetIcon, TrayIcon } from "./icons.tsx";

const places = [
  { href: "/", name: "Studio", icon: <TrayIcon /> },
  { href: "/history", name: "History", icon: <SheetIcon /> },
  { href: "/credits", name: "Credits", icon: <CoinsIcon /> },
  { href: "/about", name: "About", icon: <LampIcon /> },
] as const;

/** Links to all pages; the one that is open is marked. */
export function NavigationLinks() {
  const [location] = useLocation();
  return places.map(({ href, name, icon }) => (
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
