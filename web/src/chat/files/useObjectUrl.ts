import { useEffect, useState } from "react";

/** An address of something in memory, as long as it is on screen. */
export function useObjectUrl(content: Blob): string | undefined {
  const [address, setAddress] = useState<string>();
  useEffect(() => {
    const made = URL.createObjectURL(content);
    // It has to be given back, so it is made with the screen and not while rendering.
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [content]);
  return address;
}
