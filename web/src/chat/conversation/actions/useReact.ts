import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { useMutation } from "urql";
import { errorText } from "../../api/errors";
import { say } from "../../design/toasts";
import { AddReaction, RemoveReaction } from "./operations";

/** Puts a reaction of the viewer on a message, or takes it away; it is seen at once. */
export function useReact(): (messageId: string, emoji: string, isOn: boolean) => Promise<void> {
  const { t } = useTranslation();
  const [, add] = useMutation(AddReaction);
  const [, remove] = useMutation(RemoveReaction);
  return useCallback(
    async (messageId, emoji, isOn) => {
      const input = { messageId, emoji };
      const { error, refused } = isOn
        ? await add({ input }).then(({ data, error }) => ({ error, refused: data?.addReaction }))
        : await remove({ input }).then(({ data, error }) => ({ error, refused: data?.removeReaction }));
      const problem = error ? errorText(error, t) : refused?.userErrors[0]?.message;
      if (problem !== undefined) say(problem, { isProblem: true });
    },
    [t, add, remove],
  );
}
