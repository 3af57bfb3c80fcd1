import { box, expect, message, test, unique } from "./clinic";

test("an emoji is chosen by keyboard and stands where the caret was", async ({ clinic }) => {
  const id = await clinic.direct("ada", "noor");
  const ada = await clinic.enter("ada", `/chat/c/${id}`);
  const text = unique("Well done");
  await box(ada).fill(text);
  for (const key of ["Home", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight"]) await box(ada).press(key);
  await ada.keyboard.press("Tab");
  await expect(ada.getByRole("button", { name: "Insert an emoji" })).toBeFocused();
  await ada.keyboard.press("Enter");
  await expect(ada.getByRole("searchbox", { name: "Search emoji" })).toBeFocused();
  await ada.keyboard.type("tulip");
  await expect(ada.getByRole("dialog").getByRole("gridcell")).toHaveCount(1);
  await ada.keyboard.press("Enter");
  await expect(box(ada)).toHaveValue(text.replace("Well", "Well🌷"));
  await expect(box(ada)).toBeFocused();
  await ada.keyboard.type("!");
  const whole = text.replace("Well", "Well🌷!");
  await expect(box(ada)).toHaveValue(whole);
  await ada.keyboard.press("Enter");
  await expect(message(ada, whole)).toBeVisible();
});

test("Escape leaves the emoji for the text, which is as it was", async ({ clinic }) => {
  const id = await clinic.direct("ada", "noor");
  const ada = await clinic.enter("ada", `/chat/c/${id}`);
  await box(ada).fill("Nothing new");
  await ada.getByRole("button", { name: "Insert an emoji" }).click();
  await expect(ada.getByRole("searchbox", { name: "Search emoji" })).toBeFocused();
  await ada.keyboard.press("Escape");
  await expect(box(ada)).toBeFocused();
  await expect(box(ada)).toHaveValue("Nothing new");
  await box(ada).fill("");
});

test("whoever likes lines better sends with Control and Enter, after a reload as well", async ({ clinic }) => {
  const id = await clinic.direct("ada", "noor");
  const ada = await clinic.enter("ada", "/chat/settings/appearance");
  await ada.getByRole("group", { name: "The Enter key" }).getByText("New line", { exact: true }).click();
  await ada.goto(`/chat/c/${id}`);
  const text = unique("First line");
  await box(ada).fill(text);
  await box(ada).press("Enter");
  await ada.keyboard.type("second line");
  await expect(box(ada)).toHaveValue(`${text}\nsecond line`);
  await box(ada).press("Control+Enter");
  await expect(box(ada)).toHaveValue("");
  await expect.poll(() => clinic.texts("noor", id)).toContain(`${text}\nsecond line`);
});
