import { box, expect, message, test, unique, write } from "./clinic";

const COUNT = 3_000;

test("a long history scrolls up without jumping", async ({ clinic }) => {
  test.setTimeout(240_000);
  const id = await clinic.direct("ada", "samuel");
  const words = (index: number) => " More words.".repeat((index * 7) % 23);
  const texts = Array.from({ length: COUNT }, (_, index) => `Entry ${index}.${words(index)}`);
  await clinic.sendAll("ada", id, texts);
  const read = "mutation($input: MarkReadInput!) { markRead(input: $input) { userErrors { code } } }";
  await clinic.ask("samuel", read, { input: { conversationId: id } });
  const page = await clinic.enter("samuel", `/chat/c/${id}`);
  const feed = page.getByRole("region", { name: "Messages" });
  await expect(page.getByRole("article").last()).toBeVisible();
  await feed.hover();
  for (let round = 0; round < 40; round++) {
    // What is in the middle must move down by as much as was scrolled, and by nothing else.
    const middle = await feed.evaluate((element) => {
      const frame = element.getBoundingClientRect();
      const there = [...element.querySelectorAll("[data-message]")].find(
        (each) => each.getBoundingClientRect().bottom > frame.top + 200,
      );
      return { id: there?.getAttribute("data-message") ?? "", top: there?.getBoundingClientRect().top ?? 0 };
    });
    await page.mouse.wheel(0, -300);
    await expect
      .poll(() => page.locator(`[data-message="${middle.id}"]`).evaluate((each) => each.getBoundingClientRect().top))
      .toBeCloseTo(middle.top + 300, -1);
  }
});

test("who writes while reading far up is brought to what they wrote", async ({ clinic }) => {
  const id = await clinic.direct("ada", "marek");
  const [beginning, end] = [unique("Where reading begins"), unique("The end")];
  const first = await clinic.send("ada", id, beginning);
  await clinic.sendAll("ada", id, [...Array.from({ length: 150 }, (_, index) => `Entry ${index}.`), end]);
  const page = await clinic.enter("marek", `/chat/c/${id}?at=${first}`);
  await expect(message(page, beginning)).toBeVisible();
  await expect(message(page, end)).toHaveCount(0);
  await write(page, unique("I have read it"));
  await expect(message(page, end)).toBeVisible();
  await expect(box(page)).toHaveValue("");
});
