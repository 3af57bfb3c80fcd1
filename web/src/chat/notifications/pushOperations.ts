import { graphql } from "../api/graphql";

export const Push = graphql(`
  query Push {
    push {
      publicKey
      isRegistered
    }
  }
`);

export const RegisterPush = graphql(`
  mutation RegisterPush($input: RegisterPushInput!) {
    registerPush(input: $input) {
      push {
        publicKey
        isRegistered
      }
      userErrors {
        code
        field
        message
      }
    }
  }
`);

export const RemovePush = graphql(`
  mutation RemovePush {
    removePush {
      push {
        publicKey
        isRegistered
      }
      userErrors {
        code
        field
        message
      }
    }
  }
`);
