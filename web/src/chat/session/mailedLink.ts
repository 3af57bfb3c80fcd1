import { useEffect, useState } from "react";

/** What a mailed link is for, and its secret: `#reset=…` or `#confirm=…`. */
export type MailedLink = { purpose: "reset" | "confirm"; token: string };

/** Reads a mailed link out of the part of an address that browsers send to no server. */
export function mailedLink(hash: string): MailedLink | null {
  const found = /^#(reset|confirm)=(.+)$/.exec(hash);
  if (found?.[2] === undefined) return null;
  return { purpose: found[1] === "reset" ? "reset" : "confirm", token: decodeURIComponent(found[2]) };
}

/** The mailed link this page was opened by, and how to be done with it. */
export function useMailedLink(): [MailedLink | null, () => void] {
  const [link, setLink] = useState(() => mailedLink(location.hash));
  useEffect(() => {
    const read = () => setLink(mailedLink(location.hash));
    addEventListener("hashchange", read);
    return () => removeEventListener("hashchange", read);
  }, []);
  return [link, () => setLink(null)];
}
