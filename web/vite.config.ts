import react from "@vitejs/plugin-react";
import type { Connect, Plugin } from "vite";
import { compression } from "vite-plugin-compression2";
import { defineConfig } from "vitest/config";
import { icons } from "./icons.config.ts";
import { serviceWorker } from "./serviceWorker.config.ts";

const bedside = process.env.BEDSIDE_URL ?? "http://127.0.0.1:8080";
const proxy = Object.fromEntries(
  ["/graphql", "/attachments", "/demo.json"].map((path) => [path, { target: bedside, ws: path === "/graphql" }]),
);

// As the server of Bedside says.
const CHAT_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; " +
  "font-src 'self'; connect-src 'self'; worker-src 'self' blob:; manifest-src 'self'";
const GRAPHIQL_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
  "font-src 'self' data:; connect-src 'self'; worker-src 'self'";

/** Shows the pages at the addresses where the server of Bedside shows them. */
function pages(): Plugin {
  const rewrite: Connect.NextHandleFunction = (request, _response, next) => {
    const path = request.url?.replace(/[?#].*/, "");
    if (path === "/") request.url = "/graphiql.html";
    else if (path === "/chat" || path?.startsWith("/chat/")) request.url = "/chat.html";
    next();
  };
  return {
    name: "pages",
    configureServer: ({ middlewares }) => void middlewares.use(rewrite),
    configurePreviewServer({ middlewares }) {
      middlewares.use((request, response, next) => {
        response.setHeader("Content-Security-Policy", request.url === "/" ? GRAPHIQL_POLICY : CHAT_POLICY);
        rewrite(request, response, next);
      });
    },
  };
}

export default defineConfig({
  plugins: [
    react(),
    pages(),
    icons(),
    serviceWorker(),
    compression({ include: /\.(html|js|css|svg|webmanifest|json|wasm|ttf)$/, algorithms: ["gzip", "brotliCompress"] }),
  ],
  build: {
    target: "es2023",
    // A file inlined as data: URL would be fetched again with every page, and fonts so inlined are forbidden anyway.
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: { graphiql: "graphiql.html", chat: "chat.html" },
      // GraphiQL is compiled already, and brings directives for the compiler that mean nothing any more.
      checks: { moduleLevelDirective: false },
    },
  },
  // Its imports of workers are for Vite, which does not see them in a bundled dependency.
  optimizeDeps: {
    exclude: ["graphiql/setup-workers/vite", "@graphiql/react/setup-workers/vite"],
    include: ["@graphiql/react > monaco-graphql > picomatch-browser", "@graphiql/react > graphql-language-service"],
  },
  server: {
    fs: { allow: [".", "../examples/operations"] },
    proxy,
  },
  preview: { proxy },
  test: { environment: "happy-dom", include: ["src/**/*.test.{ts,tsx}"] },
});
