/**
 * What each example is run with, by the name of its file. Braces stand for what the page finds when the example is
 * opened (see `places.ts`) or, for `new UUID` and `text file`, when it is sent.
 */
export const variablesOf: Record<string, object> = {
  "add-participants": inGroup({ userIds: ["{{a colleague}}"] }),
  "add-reaction": onMessage({ emoji: "👍" }),
  "annotate-attachment": {
    input: {
      attachmentId: "{{a picture}}",
      shape: { box: { left: 0.2, top: 0.1, right: 0.5, bottom: 0.4 } },
      label: "Look here",
    },
  },
  "archive-for-me": inConversation({ archived: true }),
  "attachment-link": { messageId: "{{a message with a file}}" },
  "block-user": onPerson(),
  "change-password": { input: { oldPassword: "{{your password}}", newPassword: "velvet harbour sings" } },
  changes: { after: "{{a place in the journal}}" },
  "confirm-email": { input: { token: "paste the token of the mailed link here", password: "copper lantern drifts" } },
  contacts: { filter: { state: "ACCEPTED" } },
  "create-group": {
    input: {
      clientId: "{{new UUID}}",
      title: "Ward round",
      participantIds: ["{{another person}}", "{{a colleague}}"],
    },
  },
  "create-service-account": { input: { username: "reminders", fullName: "Appointment reminders" } },
  "create-service-token": {
    input: {
      accountId: "{{a service account}}",
      name: "Reminders",
      scopes: ["SEND_MESSAGES"],
      expiresAt: "{{tomorrow}}",
    },
  },
  "delete-message": { input: { messageId: "{{a message of yours}}" } },
  "delete-notification": { input: { id: "{{a notification}}" } },
  directory: { filter: { role: "CLINICIAN" } },
  "disable-user": { input: { id: "{{somebody new}}", handOverTo: "{{another person}}" } },
  "discard-attachment": { input: { id: "{{an upload}}" } },
  "edit-message": { input: { messageId: "{{a message of yours}}", text: "Take one a day" } },
  "enable-user": { input: { id: "{{a disabled person}}" } },
  "forward-message": {
    input: { clientId: "{{new UUID}}", messageId: "{{a message}}", to: { userId: "{{another person}}" } },
  },
  "hide-message": onMessage(),
  history: { conversationId: "{{a conversation}}" },
  "history-around": { conversationId: "{{a conversation}}", messageId: "{{a message}}" },
  "invite-participants": inGroup({ userIds: ["{{a colleague}}"] }),
  "leave-conversation": inGroup(),
  login: { input: { name: "{{your username}}", password: "{{your password}}" } },
  "mark-delivered": inConversation({ upToMessageId: "{{a message}}" }),
  "mark-notifications-read": { input: { ids: ["{{a notification}}"] } },
  "mark-read": inConversation(),
  "mark-unread": inConversation({ fromMessageId: "{{a message}}" }),
  "message-added": { conversationId: "{{a conversation}}" },
  "message-versions": { messageId: "{{a message}}" },
  notifications: { filter: { unreadOnly: false } },
  "older-history": { conversationId: "{{a conversation}}", before: "{{a place in the history}}" },
  "open-direct-conversation": { input: { userId: "{{somebody new}}" } },
  participants: { conversationId: "{{a conversation}}" },
  "pin-message": onMessage(),
  "pinned-messages": { conversationId: "{{a conversation}}" },
  "presence-changed": { userIds: ["{{another person}}"] },
  receipts: { messageId: "{{a message}}" },
  "refresh-session": { input: { refreshToken: "paste a refresh token here" } },
  register: {
    input: {
      username: "sam.rivera",
      email: "sam.rivera@clinic.example",
      fullName: "Sam Rivera",
      role: "PATIENT",
      password: "copper lantern drifts",
    },
  },
  "register-push": {
    input: {
      endpoint: "paste the endpoint of the browser's PushSubscription here",
      p256dh: "and its key p256dh",
      auth: "and its key auth",
    },
  },
  "remove-annotation": { input: { annotationId: "{{a mark}}" } },
  "remove-contact": { input: { contactId: "{{a contact}}" } },
  "remove-participant": inGroup({ userId: "{{a member}}" }),
  "remove-reaction": onMessage({ emoji: "👍" }),
  "request-contact": { input: { userId: "{{somebody new}}" } },
  "request-password-reset": { input: { email: "sam.rivera@clinic.example" } },
  "reset-password": {
    input: { token: "paste the token of the mailed link here", newPassword: "velvet harbour sings" },
  },
  "respond-to-contact": { input: { contactId: "{{a request}}", accept: true } },
  "retract-message": { input: { messageId: "{{a message of another}}", reason: "Sent to the wrong group" } },
  "revoke-service-token": { input: { tokenId: "{{a service token}}" } },
  "revoke-session": { input: { sessionId: "{{another session}}" } },
  "search-messages": { query: "morning" },
  "send-card": {
    input: {
      clientId: "{{new UUID}}",
      to: { conversationId: "{{a conversation}}" },
      card: { prescription: { medication: "Rest", dose: "A week" } },
    },
  },
  "send-message": {
    input: { clientId: "{{new UUID}}", to: { conversationId: "{{a conversation}}" }, text: "Good morning" },
  },
  "set-conversation-state": inGroup({ state: "ARCHIVED" }),
  "set-notification-level": inConversation({ level: "MENTIONS" }),
  "set-presence": { input: { isShared: true } },
  "set-typing": inConversation(),
  "set-urgent": onMessage({ isUrgent: true }),
  statistics: { from: "{{a week ago}}", to: "{{tomorrow}}" },
  typing: { conversationId: "{{a conversation}}" },
  "unblock-user": onPerson(),
  "unpin-message": onMessage(),
  "update-contact": { input: { contactId: "{{a contact}}", nickname: "Bed 12" } },
  "update-conversation": inGroup({ title: "Ward round at nine" }),
  "update-participant": inGroup({ userId: "{{a member}}", role: "OBSERVER" }),
  "update-profile": { input: { institution: "Riverside Clinic" } },
  "update-settings": { input: { language: "EN", timeZone: "Europe/London" } },
  "upload-attachment": { input: { clientId: "{{new UUID}}", file: "{{text file}}" } },
  user: { id: "{{another person}}" },
  "verify-user": { input: { userId: "{{somebody new}}" } },
};

function inConversation(more: object = {}) {
  return { input: { conversationId: "{{a conversation}}", ...more } };
}

function inGroup(more: object = {}) {
  return { input: { conversationId: "{{a group}}", ...more } };
}

function onMessage(more: object = {}) {
  return { input: { messageId: "{{a message}}", ...more } };
}

function onPerson() {
  return { input: { userId: "{{another person}}" } };
}
