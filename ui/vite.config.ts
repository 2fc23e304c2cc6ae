import { svelte } from "@sveltejs/vite-plugin-svelte";
import { svelteTesting } from "@testing-library/svelte/vite";
import { defineConfig } from "vitest/config";

export default defineConfig({
  // The window loads its files from the application itself, under no fixed path.
  base: "./",
  plugins: [svelte(), svelteTesting()],
  build: {
    // WebKitGTK 2.50; an older target would rewrite light-dark() into something else.
    target: "safari18.4",
    cssTarget: "safari18.4",
    // The window's CSP allows no inline script, and every engine it meets preloads modules itself.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
  },
  test: {
    environment: "happy-dom",
    include: ["src/**/*.test.ts"],
    setupFiles: ["src/test/setup.ts"],
    // A zone with summer time, so that a mistake about it shows.
    env: { TZ: "Europe/Berlin" },
    // The machine may be slow, and busy with other work.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
