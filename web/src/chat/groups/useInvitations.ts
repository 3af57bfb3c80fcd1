import { useQuery } from "urql";
import type { Invitation } from "./group";
import { Invitations } from "./operations";

/** The groups the viewer is asked to join, live; `undefined` until they are known. */
export function useInvitations(): readonly Invitation[] | undefined {
  const [{ data }] = useQuery({ query: Invitations });
  return data?.invitations?.nodes;
}
