import { graphql } from "../api/graphql";
import { PersonFields } from "../people/person";

export const Profile = graphql(
  `
    query Profile {
      viewer {
        id
        timeZone
        user {
          ...PersonFields
          email
          specialization
          institution
          bio
        }
      }
    }
  `,
  [PersonFields],
);

export const UpdateProfile = graphql(
  `
    mutation UpdateProfile($input: UpdateProfileInput!) {
      updateProfile(input: $input) {
        user {
          ...PersonFields
          specialization
          institution
          bio
        }
        userErrors {
          code
          field
          message
        }
      }
    }
  `,
  [PersonFields],
);

export const UploadPicture = graphql(`
  mutation UploadPicture($input: UploadAttachmentInput!) {
    uploadAttachment(input: $input) {
      attachment {
        id
      }
      userErrors {
        code
        field
        message
      }
    }
  }
`);

export const ChangePassword = graphql(`
  mutation ChangePassword($input: ChangePasswordInput!) {
    changePassword(input: $input) {
      deviceToken
      userErrors {
        code
        field
        message
      }
    }
  }
`);

export const UpdateSettings = graphql(`
  mutation UpdateSettings($input: UpdateSettingsInput!) {
    updateSettings(input: $input) {
      viewer {
        id
        language
        timeZone
        sharesReadReceipts
      }
      userErrors {
        code
        field
        message
      }
    }
  }
`);

export const SetPresence = graphql(`
  mutation SetPresence($input: SetPresenceInput!) {
    setPresence(input: $input) {
      viewer {
        id
        sharesPresence
      }
      userErrors {
        code
        field
        message
      }
    }
  }
`);

export const Sessions = graphql(`
  query Sessions {
    viewer {
      id
      sessions {
        id
        device
        createdAt
        lastUsedAt
        isCurrent
      }
    }
  }
`);

export const RevokeSession = graphql(`
  mutation RevokeSession($input: RevokeSessionInput!) {
    revokeSession(input: $input) {
      sessionId
      userErrors {
        code
        field
        message
      }
    }
  }
`);

export const EndOtherSessions = graphql(`
  mutation EndOtherSessions {
    endOtherSessions {
      viewer {
        id
        sessions {
          id
          device
          createdAt
          lastUsedAt
          isCurrent
        }
      }
      userErrors {
        code
        field
        message
      }
    }
  }
`);
