import type { OptimisticMutationResolver } from "@urql/exchange-graphcache";
import { MessageFields } from "../conversation/fields";
import { session } from "../session/store";
import { graphql, type FragmentOf } from "./graphql";

const Me = graphql(`
  fragment Me on User {
    id
    fullName
  }
`);

type Reaction = FragmentOf<typeof MessageFields>["reactions"][number];
type Input = { messageId: string; emoji: string; isUrgent: boolean };

/** The reactions as they will be when the viewer puts one, or takes theirs away. */
export function reacted(
  reactions: readonly Reaction[],
  emoji: string,
  me: Reaction["users"][number],
  isOn: boolean,
): Reaction[] {
  const known = reactions.find((reaction) => reaction.emoji === emoji);
  if (!known) return isOn ? [...reactions, { emoji, count: 1, viewerHasReacted: true, users: [me] }] : [...reactions];
  if (known.viewerHasReacted === isOn) return [...reactions];
  const others = known.users.filter(({ id }) => id !== me.id);
  const changed = {
    emoji,
    count: known.count + (isOn ? 1 : -1),
    viewerHasReacted: isOn,
    users: isOn ? [...others, me] : others,
  };
  return reactions.flatMap((each) => (each !== known ? [each] : changed.count > 0 ? [changed] : []));
}

const payload = (message: object) => ({ __typename: "ChangeMessagePayload", message, userErrors: [] });

function react(isOn: boolean): OptimisticMutationResolver {
  return (args, cache) => {
    const { messageId, emoji } = args.input as Input;
    const id = session()?.userId;
    const message = cache.readFragment(MessageFields, { __typename: "Message", id: messageId });
    const me = id === undefined ? null : cache.readFragment(Me, { __typename: "User", id });
    if (!message || !me) return null;
    const reactions = reacted(message.reactions, emoji, me, isOn).map((reaction) => ({
      __typename: "Reaction",
      ...reaction,
      users: reaction.users.map((user) => ({ __typename: "User", ...user })),
    }));
    return payload({ __typename: "Message", id: messageId, reactions });
  };
}

/** What the page shows at once, before the server said so; undone when it says no. */
export const optimistic: Record<string, OptimisticMutationResolver> = {
  addReaction: react(true),
  removeReaction: react(false),
  setUrgent: (args) => {
    const { messageId, isUrgent } = args.input as Input;
    return payload({ __typename: "Message", id: messageId, isUrgent });
  },
};
