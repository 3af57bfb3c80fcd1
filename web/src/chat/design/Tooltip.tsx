import { Tooltip as Radix } from "radix-ui";
import type { ReactElement } from "react";
import { useLayer } from "./layers";
import styles from "./Tooltip.module.css";

/** Shows a word on hover and on focus. `children` is one element that takes a ref. */
export function Tooltip({ text, children }: { text: string; children: ReactElement }) {
  const layer = useLayer();
  return (
    <Radix.Root delayDuration={500} disableHoverableContent>
      <Radix.Trigger asChild>{children}</Radix.Trigger>
      <Radix.Portal container={layer}>
        <Radix.Content className={styles.tooltip} sideOffset={6} collisionPadding={8}>
          {text}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** Stands around everything that has tooltips. */
export const TooltipProvider = Radix.Provider;
