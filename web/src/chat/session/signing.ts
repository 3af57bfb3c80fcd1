import { anonymous } from "../api/anonymous";
import { ConfirmEmail, Login, Register } from "./operations";
import { deviceToken, rememberDevice, sessionOf, setSession } from "./store";
import type { VariablesOf } from "../api/graphql";

type Signed = {
  user: { id: string } | null;
  deviceToken: string | null;
  tokens: { accessToken: string; accessTokenExpiresAt: string; refreshToken: string } | null;
};

function begin(name: string, signed: Signed | null | undefined): void {
  if (!signed?.tokens || !signed.user) return;
  rememberDevice(name, signed.deviceToken);
  setSession(sessionOf(signed.user.id, signed.tokens));
}

/** Signs in by username or mail address. */
export async function signIn(name: string, password: string) {
  const input = { name, password, deviceToken: deviceToken(name) };
  const { data, error } = await anonymous.mutation(Login, { input }).toPromise();
  begin(name, data?.login);
  return { error, outcome: data?.login };
}

/** Makes an account; signs in, unless the mail address has to be confirmed first. */
export async function signUp(input: VariablesOf<typeof Register>["input"]) {
  const { data, error } = await anonymous.mutation(Register, { input }).toPromise();
  begin(input.username, data?.register);
  return { error, outcome: data?.register };
}

/** Makes the account whose link was mailed, and signs in. */
export async function confirmEmail(token: string, password: string) {
  const { data, error } = await anonymous.mutation(ConfirmEmail, { input: { token, password } }).toPromise();
  begin("", data?.confirmEmail);
  return { error, outcome: data?.confirmEmail };
}
