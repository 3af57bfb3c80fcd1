import { useEffect, useState } from "react";
import { freshToken } from "../session/renewal";

const MOST = 300;
const files = new Map<string, Promise<string>>();

/** The bytes behind the `url` of an attachment, as an address that this page can show. */
function load(url: string): Promise<string> {
  const path = new URL(url, location.origin).pathname;
  const known = files.get(path);
  if (known) return known;
  const file = fetchFile(path);
  files.set(path, file);
  file.catch(() => files.delete(path));
  for (const [oldest, old] of files) {
    if (files.size <= MOST) break;
    files.delete(oldest);
    void old.then((address) => URL.revokeObjectURL(address));
  }
  return file;
}

async function fetchFile(path: string): Promise<string> {
  const answer = await fetch(path, { headers: { Authorization: `Bearer ${(await freshToken()) ?? ""}` } });
  if (!answer.ok) throw new Error(`the file was refused: ${answer.status}`);
  return URL.createObjectURL(await answer.blob());
}

/** Lets go of every file: they belong to whoever was signed in. */
export function forgetFiles(): void {
  for (const file of files.values()) {
    void file.then(
      (address) => URL.revokeObjectURL(address),
      () => undefined,
    );
  }
  files.clear();
}

/** A file to show: `undefined` until it is there, and when it cannot be had. For small pictures. */
export function useFile(url: string | null | undefined): string | undefined {
  const [file, setFile] = useState<{ url: string; address: string }>();
  useEffect(() => {
    if (!url) return;
    let isWanted = true;
    load(url).then(
      (address) => isWanted && setFile({ url, address }),
      () => undefined,
    );
    return () => {
      isWanted = false;
    };
  }, [url]);
  return file && file.url === url ? file.address : undefined;
}
