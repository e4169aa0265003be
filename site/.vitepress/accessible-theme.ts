/** Elements of VitePress that a screen reader or axe finds faulty: the component's source, and its replacement. */
const repairs: Readonly<Record<string, readonly (readonly [from: string | RegExp, to: string])[]>> = {
  // The home page has no main landmark.
  "VPHome.vue": [
    [/<div\s+class="VPHome"/, '<main class="VPHome"'],
    ["</div>\n</template>", "</main>\n</template>"],
  ],
  // The name of the button lacks the letter of its key, which `safelight.css` adds instead.
  "VPNavBarSearchButton.vue": [[">K</kbd>", ' data-key="K"></kbd>']],
  // The heading of a section is a button with another button inside, and does not state whether it is open.
  "VPSidebarItem.vue": [
    [/role="button"\s+aria-label="toggle section"/, ""],
    [/@keydown\.enter="onCaretClick"\s+tabindex="0"/, ""],
    [':role="itemRole"', ':role="itemRole" :aria-expanded="item.items && !collapsed"'],
  ],
};

/** Repairs the components of VitePress before Vue compiles them. Fails the build after an update that changes their source. */
export const accessibleTheme = {
  name: "accessible-theme",
  enforce: "pre",
  transform(code: string, id: string): string | null {
    const [, name = ""] = /\/theme-default\/components\/(\w+\.vue)$/.exec(id) ?? [];
    return (repairs[name] ?? []).reduce<string | null>((source, [from, to]) => {
      const repaired = (source ?? code).replace(from, to);
      if (repaired === (source ?? code)) throw new Error(`${name} of VitePress no longer has ${from}.`);
      return repaired;
    }, null);
  },
} as const;
