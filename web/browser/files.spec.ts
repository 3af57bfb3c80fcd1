import { readFileSync } from "node:fs";
import { box, drop, expect, message, test, unique } from "./clinic";

test("a file that is dropped arrives and opens", async ({ clinic }) => {
  const id = await clinic.direct("ada", "noor");
  const ada = await clinic.enter("ada", `/chat/c/${id}`);
  const noor = await clinic.enter("noor", `/chat/c/${id}`);
  const words = "One tablet in the morning.\n";
  await drop(ada, { name: "plan.txt", type: "text/plain", bytes: [...new TextEncoder().encode(words)] });
  const text = unique("Your plan");
  await box(ada).fill(text);
  await box(ada).press("Enter");
  const arrived = message(noor, text);
  await expect(arrived).toContainText("plan.txt");
  const saving = noor.waitForEvent("download");
  await arrived.getByRole("button", { name: /Save plan\.txt/ }).click();
  const saved = await saving;
  expect(saved.suggestedFilename()).toBe("plan.txt");
  expect(readFileSync(await saved.path(), "utf8")).toBe(words);
});

test("what cannot be sent is said beside the draft, and the draft stays", async ({ clinic }) => {
  const id = await clinic.direct("ada", "noor");
  const ada = await clinic.enter("ada", `/chat/c/${id}`);
  await box(ada).fill("The pictures:");
  const large = { name: "scan.pdf", mimeType: "application/pdf", buffer: Buffer.alloc(11 * 1024 * 1024) };
  const choosing = ada.waitForEvent("filechooser");
  await ada.getByRole("button", { name: "Add a file or something else" }).click();
  await ada.getByRole("menuitem", { name: "Files and photos" }).click();
  await (await choosing).setFiles([large]);
  await expect(ada.getByText(/is larger than 10 MB/)).toBeVisible();
  // A program that calls itself a document.
  await drop(ada, { name: "letter.pdf", type: "application/pdf", bytes: [0x4d, 0x5a, 0x90, 0, 3, 0, 0, 0] });
  const refused = ada.getByRole("listitem").filter({ hasText: "letter.pdf" });
  await expect(refused.getByRole("alert")).toContainText("not what its name or type says");
  await ada.reload();
  await expect(box(ada)).toHaveValue("The pictures:");
  await box(ada).fill("");
});

test("a 5,001st character is told and not sent, and the text survives a reload", async ({ clinic }) => {
  const id = await clinic.direct("ada", "noor");
  const ada = await clinic.enter("ada", `/chat/c/${id}`);
  const long = unique("x".repeat(4_989)) + "y";
  expect(long).toHaveLength(5_001);
  await box(ada).fill(long);
  await expect(ada.getByText(/One character too many/)).toBeVisible();
  await box(ada).press("Enter");
  await expect(box(ada)).toHaveValue(long);
  await ada.reload();
  await expect(box(ada)).toHaveValue(long);
  await box(ada).fill(long.slice(0, -1));
  await box(ada).press("Enter");
  await expect(box(ada)).toHaveValue("");
  await expect.poll(() => clinic.texts("noor", id)).toContain(long.slice(0, -1));
});
