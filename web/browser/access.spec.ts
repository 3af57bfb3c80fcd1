import { box, expect, expectAccessible, message, PHONE, test, unique } from "./clinic";

test("by keyboard alone from the sign-in to a message", async ({ clinic }) => {
  const page = await clinic.browse();
  await page.goto("/chat");
  const name = page.getByRole("textbox", { name: "Username or email" });
  await expect(name).toBeVisible();
  const tabTo = async (target: ReturnType<typeof page.getByRole>) => {
    for (let steps = 0; steps < 60; steps++) {
      if (await target.evaluate((element) => element === document.activeElement)) return;
      await page.keyboard.press("Tab");
    }
    await expect(target).toBeFocused();
  };
  await tabTo(name);
  await page.keyboard.type("ada");
  await page.keyboard.press("Tab");
  await page.keyboard.type("quiet harbour lantern");
  await page.keyboard.press("Enter");
  const row = page
    .getByRole("region", { name: "Chats" })
    .getByRole("link", { name: /Noor Haddad/ })
    .first();
  await expect(row).toBeVisible();
  const first = page.getByRole("region", { name: "Chats" }).locator("[data-item]").first();
  await tabTo(first);
  for (let steps = 0; steps < 30; steps++) {
    if (await row.evaluate((element) => element === document.activeElement)) break;
    await page.keyboard.press("ArrowDown");
  }
  await page.keyboard.press("Enter");
  await expect(box(page)).toBeVisible();
  await tabTo(box(page));
  const text = unique("Written without a mouse");
  await page.keyboard.type(text);
  await page.keyboard.press("Enter");
  await expect(message(page, text)).toBeVisible();
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`nothing is in the way of anybody, ${colorScheme}`, async ({ clinic }) => {
    const guest = await clinic.browse({ colorScheme });
    await guest.goto("/chat");
    await expect(guest.getByRole("button", { name: "Sign in" })).toBeVisible();
    await expectAccessible(guest);
    const id = await clinic.direct("ada", "noor");
    const ada = await clinic.enter("ada", "/chat", { colorScheme });
    await expect(ada.locator("[data-conversation]").first()).toBeVisible();
    await expectAccessible(ada);
    await ada.goto(`/chat/c/${id}`);
    await expect(ada.getByRole("article").last()).toBeVisible();
    await expectAccessible(ada);
    await ada.goto("/chat/people/find");
    await expect(ada.getByRole("tabpanel").getByRole("link").first()).toBeVisible();
    await expectAccessible(ada);
    await ada.goto("/chat/settings/profile");
    await expect(ada.getByRole("textbox", { name: "Full name" })).toBeVisible();
    await expectAccessible(ada);
    const phone = await clinic.enter("noor", `/chat/c/${id}`, { ...PHONE, colorScheme });
    await expect(phone.getByRole("article").last()).toBeVisible();
    await expectAccessible(phone);
  });
}

test("the first view loads less than 200 KiB of script", async ({ clinic }) => {
  const page = await clinic.enter("ada");
  await expect(page.locator("[data-conversation]").first()).toBeVisible();
  const bytes = await page.evaluate(() =>
    performance
      .getEntriesByType("resource")
      .filter((entry): entry is PerformanceResourceTiming => entry.name.endsWith(".js"))
      .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0),
  );
  test.info().annotations.push({ type: "script", description: `${bytes} bytes` });
  expect(bytes).toBeGreaterThan(50_000);
  expect(bytes).toBeLessThan(200 * 1024);
});

test("the pictures that telephones show for the page are there", async ({ clinic, request }) => {
  const manifest = await request.get(`${clinic.address}/manifest.webmanifest`);
  const { icons } = (await manifest.json()) as { icons: { src: string; type: string }[] };
  const beside = ["/icons/badge-96.png", "/icons/apple-touch-icon.png"].map((src) => ({ src, type: "image/png" }));
  expect(icons.filter(({ type }) => type === "image/png").length).toBeGreaterThan(2);
  for (const { src, type } of [...icons, ...beside]) {
    const icon = await request.get(`${clinic.address}${src}`);
    expect([src, icon.status(), icon.headers()["content-type"]]).toEqual([src, 200, type]);
  }
});
