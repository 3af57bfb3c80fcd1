import { expect, test } from "vitest";
import { aboutPerson, byFavourite, calledName, fits } from "./naming";
import type { ListedPerson } from "./person";

const t = ((key: string) => key) as never;

const ines: ListedPerson = {
  ...{ id: "user_1", username: "ines", fullName: "Inês Duarte", title: "Midwife", role: "CLINICIAN" },
  ...{ isVerified: true, avatar: null, presence: null, isBlockedByViewer: false },
  ...{ specialization: "Antenatal care", institution: null, contactWithViewer: null },
};

const called = (nickname: string | null, isFavourite = false) => ({
  ...{ id: "contact_1", state: "ACCEPTED" as const, isFavourite, nickname, createdAt: "2026-01-01T00:00:00Z" },
});

test("a nickname stands for the name, which is told beside it", () => {
  const known = { ...ines, contactWithViewer: called("Delivery ward") };
  expect(calledName(known)).toBe("Delivery ward");
  expect(aboutPerson(known, t)).toBe("Inês Duarte · Midwife · Antenatal care");
  expect(aboutPerson({ ...ines, title: null }, t)).toBe("roles.CLINICIAN · Antenatal care");
});

test("contacts are found by beginnings of words, whatever the accents and the case", () => {
  const known = { ...ines, contactWithViewer: called("Delivery ward") };
  expect(fits(known, "INES ward")).toBe(true);
  expect(fits(known, " ante ")).toBe(true);
  expect(fits(known, "uarte")).toBe(false);
  expect(fits(known, "")).toBe(true);
});

test("favourites come first, and each part by name", () => {
  const contact = (fullName: string, nickname: string | null, isFavourite: boolean) => ({
    ...called(nickname, isFavourite),
    user: { ...ines, fullName },
  });
  const contacts = [contact("Zoé", null, false), contact("Bo", "éa", false), contact("Ada", null, true)];
  const { favourites, others } = byFavourite(contacts, "fr");
  expect(favourites.map(({ user }) => user.fullName)).toEqual(["Ada"]);
  expect(others.map(({ user }) => user.fullName)).toEqual(["Bo", "Zoé"]);
});
