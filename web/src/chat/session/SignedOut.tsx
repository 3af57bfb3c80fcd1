import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Route, Switch, useLocation } from "wouter";
import { forgetOld } from "../unsent/kept";
import { Forgot } from "./Forgot";
import { Mailed } from "./Mailed";
import type { MailedLink } from "./mailedLink";
import { SignIn } from "./SignIn";
import { SignUp } from "./SignUp";
import { session, sessionHasEnded } from "./store";

type Props = { link: MailedLink | null; onLinkDone: () => void };

/** The pages of somebody who is not signed in. Any other address waits until they are. */
export default function SignedOut({ link, onLinkDone }: Props) {
  const { t } = useTranslation();
  const [, go] = useLocation();
  const [notice, setNotice] = useState(() => (sessionHasEnded() ? t("session.ended") : undefined));

  useEffect(() => {
    if (session() === null) void forgetOld();
  }, []);

  if (link) {
    const done = (said?: string) => {
      setNotice(said);
      // The secret of the link must not stay in the address.
      go("/", { replace: true });
      onLinkDone();
    };
    return <Mailed key={link.token} link={link} onDone={done} />;
  }
  return (
    <Switch>
      <Route path="/sign-up" component={SignUp} />
      <Route path="/forgot" component={Forgot} />
      <Route>
        <SignIn notice={notice} />
      </Route>
    </Switch>
  );
}
