import { beforeEach, expect, test } from "vitest";
import { examplePerson } from "../../conversation/example";
import { Notifications } from "../../notifications/operations";
import { FakeServer, page } from "./fakeServer";

let server: FakeServer;
beforeEach(() => {
  server = new FakeServer().follow();
});

const entry = (id: string, isRead = false) => ({
  ...{ __typename: "Notification", id, kind: "MENTION", isRead, isSilent: false, createdAt: "2026-01-01T00:00:00Z" },
  ...{ actor: examplePerson("user_2"), conversation: null, message: null, invitation: null, contact: null },
});

function watchInbox(): () => string[] {
  const seen = server.watch(Notifications, { after: null }, (data) =>
    data.notifications?.nodes.map(({ id, isRead }) => `${id} ${isRead ? "read" : "unread"}`),
  );
  server.answer("Notifications", { notifications: page("NotificationConnection", [entry("ntf_1")]) });
  return seen;
}

test("what the viewer is told of stands in front of the inbox, once", async () => {
  const seen = watchInbox();
  server.tell({ __typename: "NotificationAdded", node: entry("ntf_2") });
  server.tell({ __typename: "NotificationAdded", node: entry("ntf_2") });
  await expect.poll(seen).toEqual(["ntf_2 unread", "ntf_1 unread"]);
});

test("what was read or deleted on another device is so here", async () => {
  const seen = watchInbox();
  server.tell({ __typename: "NotificationAdded", node: entry("ntf_2") });
  const ids = ["ntf_1", "ntf_2"];
  server.tell({
    __typename: "NotificationsChanged",
    notificationIds: ids,
    notifications: [entry("ntf_1", true)],
  });
  await expect.poll(seen).toEqual(["ntf_1 read"]);
});
