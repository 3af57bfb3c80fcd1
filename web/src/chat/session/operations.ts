import { graphql } from "../api/graphql";

const SignedIn = graphql(`
  fragment SignedIn on SignInPayload {
    user {
      id
    }
    deviceToken
    tokens {
      accessToken
      accessTokenExpiresAt
      refreshToken
    }
    userErrors {
      code
      field
      message
    }
  }
`);

export const Login = graphql(
  `
    mutation Login($input: LoginInput!) {
      login(input: $input) {
        ...SignedIn
      }
    }
  `,
  [SignedIn],
);

export const RefreshSession = graphql(
  `
    mutation RefreshSession($input: RefreshSessionInput!) {
      refreshSession(input: $input) {
        ...SignedIn
      }
    }
  `,
  [SignedIn],
);

export const ConfirmEmail = graphql(
  `
    mutation ConfirmEmail($input: ConfirmEmailInput!) {
      confirmEmail(input: $input) {
        ...SignedIn
      }
    }
  `,
  [SignedIn],
);

export const Register = graphql(`
  mutation Register($input: RegisterInput!) {
    register(input: $input) {
      isMailed
      user {
        id
      }
      deviceToken
      tokens {
        accessToken
        accessTokenExpiresAt
        refreshToken
      }
      userErrors {
        code
        field
        message
      }
    }
  }
`);

export const RequestPasswordReset = graphql(`
  mutation RequestPasswordReset($input: RequestPasswordResetInput!) {
    requestPasswordReset(input: $input) {
      userErrors {
        code
        field
        message
      }
    }
  }
`);

export const ResetPassword = graphql(`
  mutation ResetPassword($input: ResetPasswordInput!) {
    resetPassword(input: $input) {
      deviceToken
      userErrors {
        code
        field
        message
      }
    }
  }
`);

export const Logout = graphql(`
  mutation Logout {
    logout {
      userErrors {
        code
        field
        message
      }
    }
  }
`);
