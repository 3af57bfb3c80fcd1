import { readFile } from "node:fs/promises";
import sharp from "sharp";
import type { Plugin } from "vite";

/** A PNG icon, the drawing it is made from, and how wide it is. */
const ICONS: readonly (readonly [name: string, drawing: string, width: number])[] = [
  ["icons/bedside-192.png", "bedside.svg", 192],
  ["icons/bedside-512.png", "bedside.svg", 512],
  ["icons/bedside-maskable-512.png", "bedside-maskable.svg", 512],
  ["icons/apple-touch-icon.png", "bedside-maskable.svg", 180],
  ["icons/badge-96.png", "badge.svg", 96],
];

/** Draws the icons for what shows no SVG: notifications and home screens of telephones. */
export function icons(): Plugin {
  return {
    name: "icons",
    apply: "build",
    async generateBundle() {
      for (const [fileName, drawing, width] of ICONS) {
        const svg = await readFile(new URL(`public/icons/${drawing}`, import.meta.url));
        const source = await sharp(svg).resize(width).png({ compressionLevel: 9 }).toBuffer();
        this.emitFile({ type: "asset", fileName, source });
      }
    },
  };
}
