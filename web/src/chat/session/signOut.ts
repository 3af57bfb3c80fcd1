import { forgetAll } from "../unsent/kept";
import { anonymous } from "../api/anonymous";
import { forgetPush } from "../notifications/push";
import { Logout } from "./operations";
import { leaveSession, session } from "./store";

/** Ends the session on the server and in every tab of this browser. */
export async function signOut(): Promise<void> {
  const token = session()?.accessToken ?? "";
  const headers = { Authorization: `Bearer ${token}` };
  // Leaving works without the network as well; the session then ends on the server when its tokens do.
  const told = anonymous.mutation(Logout, {}, { fetchOptions: { headers } }).toPromise();
  leaveSession();
  await Promise.all([told, forgetAll(), forgetPush()]);
}
