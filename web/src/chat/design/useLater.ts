import { useEffect, useState } from "react";

/** The value, once it has not changed for a while: for a search that is still being written. */
export function useLater<T>(value: T, after = 250): T {
  const [later, setLater] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setLater(value), after);
    return () => clearTimeout(timer);
  }, [value, after]);
  return later;
}
