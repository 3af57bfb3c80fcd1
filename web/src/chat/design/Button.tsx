import { clsx } from "clsx";
import type { ComponentProps, ReactNode } from "react";
import { Spinner } from "./Spinner";
import styles from "./Button.module.css";

type Props = ComponentProps<"button"> & {
  look?: "solid" | "soft" | "plain" | "danger";
  /** Something runs that this button began: it stays where it is, and takes no second press. */
  isBusy?: boolean;
  icon?: ReactNode;
};

/** A button with words. */
export function Button({ look = "solid", isBusy = false, icon, className, children, onClick, ...rest }: Props) {
  return (
    <button
      type="button"
      className={clsx(styles.button, styles[look], className)}
      aria-busy={isBusy || undefined}
      onClick={isBusy ? (event) => event.preventDefault() : onClick}
      {...rest}
    >
      {isBusy ? <Spinner /> : icon}
      {children}
    </button>
  );
}
