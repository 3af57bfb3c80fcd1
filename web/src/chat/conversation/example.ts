const PERSON = { __typename: "User", username: "noor", fullName: "Noor Haddad", title: null, role: "PATIENT" };

/** A person for tests, as the server answers them. */
export function examplePerson(id: string) {
  return { ...PERSON, id, isVerified: false, avatar: null, presence: null };
}

/** A message for tests, as the server answers it: the first was sent one second after 1970 began. */
export function exampleMessage(number: number) {
  const id = `msg_${number}`;
  return {
    ...{ __typename: "Message", id, cursor: String(number), clientId: null, kind: "TEXT", text: id, excerpt: id },
    ...{ createdAt: new Date(number * 1000).toISOString(), editedAt: null, deletedAt: null, deleteReason: null },
    ...{ deletedBy: null, expiresAt: null, isUrgent: false, isForwarded: false, forwardedFrom: null, pinnedAt: null },
    ...{ status: null, mentions: [], reactions: [], replyTo: null, attachments: [], card: null, system: null },
    sender: examplePerson("user_2"),
    conversation: { __typename: "Conversation", id: "conv_1" },
  };
}

/** The line of a conversation for tests, as the server answers it. */
export function exampleRow(id: string, lastMessage: ReturnType<typeof exampleMessage> | null, more: object = {}) {
  return {
    ...{ __typename: "Conversation", id, kind: "DIRECT", title: null, purpose: "GENERAL", state: "ACTIVE", tags: [] },
    ...{ unreadCount: 0, viewerHasArchived: false, viewerNotificationLevel: "ALL", viewerQuietUntil: null },
    updatedAt: lastMessage?.createdAt ?? new Date(0).toISOString(),
    partner: { ...examplePerson("user_2"), isBlockedByViewer: false, contactWithViewer: null },
    lastMessage,
    ...more,
  };
}

/** The event of such a message, in such a conversation. */
export function exampleAdded(number: number) {
  const message = exampleMessage(number);
  const node = { ...message, conversation: exampleRow("conv_1", message) };
  return { __typename: "MessageAdded", cursor: `cursor_${number}`, occurredAt: message.createdAt, node };
}
