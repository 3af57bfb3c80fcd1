import { defineConfig } from "@playwright/test";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./browser/freePort";

// Every worker reads this file again, and must find the same server.
const port = (process.env.BEDSIDE_TEST_PORT ??= String(await freePort()));
const data = (process.env.BEDSIDE_TEST_DATA ??= mkdtempSync(join(tmpdir(), "bedside-browser-")));
const binary = process.env.BEDSIDE_BIN ?? "../target/debug/bedside";
const baseURL = `http://127.0.0.1:${port}`;

export default defineConfig({
  testDir: "browser",
  outputDir: join(data, "results"),
  forbidOnly: true,
  workers: 1,
  reporter: "list",
  // Two cores run the server and both browsers.
  timeout: 90_000,
  expect: { timeout: 15_000 },
  use: {
    baseURL,
    viewport: { width: 1440, height: 900 },
    launchOptions: {
      executablePath: process.env.BEDSIDE_CHROMIUM ?? "/usr/bin/chromium",
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
  // Before the stories, so that the pictures show the clinic as it is made.
  projects: [
    { name: "pictures", testMatch: "pictures.spec.ts" },
    { name: "stories", testIgnore: "pictures.spec.ts" },
  ],
  webServer: {
    command: `"${binary}" dev --data-dir "${join(data, "clinic")}" --listen 127.0.0.1:${port}`,
    url: `${baseURL}/readyz`,
    // A long history is written faster than people write.
    env: { BEDSIDE_SENDS_PER_CONVERSATION: "100000", BEDSIDE_REQUESTS_PER_USER: "100000" },
    timeout: 180_000,
    gracefulShutdown: { signal: "SIGTERM", timeout: 10_000 },
  },
});
