import { clsx } from "clsx";
import type { ComponentProps, ReactNode } from "react";
import { Tooltip } from "./Tooltip";
import styles from "./IconButton.module.css";

type Props = ComponentProps<"button"> & {
  /** What it does: its name for screen readers and its tooltip. */
  label: string;
  icon: ReactNode;
  look?: "plain" | "solid";
};

/** A round button that is only an icon. */
export function IconButton({ label, icon, look = "plain", className, ...rest }: Props) {
  return (
    <Tooltip text={label}>
      <button type="button" aria-label={label} className={clsx(styles.button, styles[look], className)} {...rest}>
        {icon}
      </button>
    </Tooltip>
  );
}
