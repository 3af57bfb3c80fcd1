import { box, expect, PHONE, test } from "./clinic";

const IMAGES = "../docs/images";

test("pictures for the README", async ({ clinic }) => {
  const id = await clinic.direct("ada", "noor");
  for (const colorScheme of ["light", "dark"] as const) {
    const page = await clinic.enter("ada", `/chat/c/${id}`, { colorScheme, viewport: { width: 1280, height: 860 } });
    await expect(page.getByRole("article").last()).toBeVisible();
    await expect(box(page)).toBeVisible();
    await page.getByRole("button", { name: "Hide this notice" }).click();
    // What is open is read.
    await expect(page.getByRole("link", { name: /Noor Haddad.*unread/ })).toHaveCount(0);
    await page.mouse.move(0, 0);
    await page.screenshot({ path: `${IMAGES}/chat-${colorScheme}.png`, animations: "disabled" });
  }
  const phone = await clinic.enter("noor", `/chat/c/${id}`, PHONE);
  await expect(phone.getByRole("article").last()).toBeVisible();
  await phone.getByRole("button", { name: "Hide this notice" }).click();
  await phone.screenshot({ path: `${IMAGES}/chat-phone.png`, animations: "disabled" });
});
