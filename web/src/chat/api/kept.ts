import { useState } from "react";

/** The newest value there was, while the next is on its way: what is shown does not go and come again. */
export function useKept<T>(value: T | null | undefined): T | null | undefined {
  const [kept, keep] = useState(value);
  if (value != null && value !== kept) keep(value);
  return value ?? kept;
}
