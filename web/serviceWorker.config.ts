import { createHash } from "node:crypto";
import { build, type Plugin, type Rolldown } from "vite";

/** Builds the service worker of the client beside its page, with the names of the files that the page consists of. */
export function serviceWorker(): Plugin {
  return {
    name: "service-worker",
    apply: "build",
    async generateBundle(_options, bundle) {
      const files = ["/icons/bedside.svg", ...[...filesOf(bundle, "chat")].map((name) => `/${name}`).sort()];
      const version = createHash("sha256").update(files.join()).digest("hex").slice(0, 12);
      const built = (await build({
        configFile: false,
        logLevel: "warn",
        publicDir: false,
        define: { PAGE_FILES: JSON.stringify(files), PAGE_VERSION: JSON.stringify(version) },
        build: {
          write: false,
          target: "es2023",
          rolldownOptions: { input: "src/worker/serviceWorker.ts", output: { format: "iife" } },
        },
      })) as Rolldown.RolldownOutput;
      this.emitFile({ type: "asset", fileName: "service-worker.js", source: built.output[0].code });
    },
  };
}

/** The scripts and styles that an entry may ever load. */
function filesOf(bundle: Rolldown.OutputBundle, entry: string): Set<string> {
  const files = new Set<string>();
  const visit = (fileName: string) => {
    const chunk = bundle[fileName];
    if (chunk?.type !== "chunk" || files.has(fileName)) return;
    files.add(fileName);
    for (const style of chunk.viteMetadata?.importedCss ?? []) files.add(style);
    for (const next of [...chunk.imports, ...chunk.dynamicImports]) visit(next);
  };
  for (const chunk of Object.values(bundle))
    if (chunk.type === "chunk" && chunk.isEntry && chunk.name === entry) visit(chunk.fileName);
  return files;
}
