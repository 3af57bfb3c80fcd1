import { useSyncExternalStore } from "react";

/**
 * Something chosen for this device, the same in all its tabs. The style sheets see it as `data-NAME` of the page when
 * it is not the first of the choices, which is what holds before anything was chosen.
 */
export function deviceChoice<T extends string>(name: string, choices: readonly [T, ...T[]]) {
  const key = `bedside.${name}`;
  const listeners = new Set<() => void>();
  const read = (): T => choices.find((choice) => choice === localStorage.getItem(key)) ?? choices[0];
  let current = read();

  const show = () => {
    document.documentElement.removeAttribute(`data-${name}`);
    if (current !== choices[0]) document.documentElement.setAttribute(`data-${name}`, current);
    for (const listener of listeners) listener();
  };
  addEventListener("storage", (event) => {
    if (event.key !== key) return;
    current = read();
    show();
  });

  return {
    now: () => current,
    show,
    choose: (choice: T) => {
      localStorage.setItem(key, choice);
      current = choice;
      show();
    },
    use: (): T =>
      useSyncExternalStore(
        (listener) => {
          listeners.add(listener);
          return () => listeners.delete(listener);
        },
        () => current,
      ),
  };
}
