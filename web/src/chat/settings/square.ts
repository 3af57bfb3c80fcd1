import type { PercentCrop } from "react-image-crop";

/** As large as a picture of a person is ever shown, on a sharp screen. */
const SIDE = 512;

/** The chosen part of a picture as a small square file. */
export async function square(picture: HTMLImageElement, crop: PercentCrop): Promise<File> {
  const [left, width] = [crop.x, crop.width].map((part) => (part / 100) * picture.naturalWidth) as [number, number];
  const [top, height] = [crop.y, crop.height].map((part) => (part / 100) * picture.naturalHeight) as [number, number];
  const side = Math.max(1, Math.min(SIDE, Math.round(width)));
  const canvas = new OffscreenCanvas(side, side);
  const context = canvas.getContext("2d");
  if (!context) throw new Error("this browser draws no pictures");
  context.imageSmoothingQuality = "high";
  // What is transparent would become black.
  context.fillStyle = "white";
  context.fillRect(0, 0, side, side);
  context.drawImage(picture, left, top, width, height, 0, 0, side, side);
  return new File([await canvas.convertToBlob({ type: "image/jpeg", quality: 0.9 })], "picture.jpg", {
    type: "image/jpeg",
  });
}
