import DefaultTheme from "vitepress/theme-without-fonts";
import "@fontsource-variable/hanken-grotesk/wght.css";
import "@fontsource-variable/newsreader/wght.css";
import "./safelight.css";
import "./live-demo.css";
import type { Theme } from "vitepress";
import { h } from "vue";
import { LiveDemo } from "./live-demo.ts";

export default {
  extends: DefaultTheme,
  Layout: () => h(DefaultTheme.Layout, null, { "home-hero-after": () => h(LiveDemo) }),
} satisfies Theme;
