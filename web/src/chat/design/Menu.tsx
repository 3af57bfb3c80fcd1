import { DropdownMenu } from "radix-ui";
import { clsx } from "clsx";
import { Check } from "lucide-react";
import type { ReactElement, ReactNode } from "react";
import { useLayer } from "./layers";
import styles from "./Menu.module.css";

type MenuProps = {
  trigger: ReactElement;
  children: ReactNode;
  align?: "start" | "end";
  /** For a menu that something else opens as well. */
  isOpen?: boolean;
  onOpenChange?: (isOpen: boolean) => void;
};

/** A button that opens a menu. `trigger` is one element that takes a ref, such as `IconButton`. */
export function Menu({ trigger, children, align = "end", isOpen, onOpenChange }: MenuProps) {
  const layer = useLayer();
  return (
    // A modal menu would lock scrolling with a style element, which the page's security policy forbids.
    <DropdownMenu.Root modal={false} {...(isOpen !== undefined && { open: isOpen })} onOpenChange={onOpenChange}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal container={layer}>
        <DropdownMenu.Content className={styles.menu} align={align} sideOffset={6} collisionPadding={8}>
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

type ItemProps = {
  icon?: ReactNode;
  children: ReactNode;
  onSelect: () => void;
  isDanger?: boolean;
  /** Why it cannot be chosen now; shown under its name. */
  reason?: string | null;
};

/** One thing to choose. */
export function MenuItem({ icon, children, onSelect, isDanger = false, reason }: ItemProps) {
  return (
    <DropdownMenu.Item
      className={clsx(styles.item, isDanger && styles.danger)}
      disabled={reason != null}
      onSelect={onSelect}
    >
      {icon}
      <span>
        {children}
        {reason != null && <span className={styles.reason}>{reason}</span>}
      </span>
    </DropdownMenu.Item>
  );
}

type ChoiceProps = {
  value: string;
  onChoose: (value: string) => void;
  choices: readonly (readonly [string, string])[];
};

/** Several things of which one is chosen. */
export function MenuChoice({ value, onChoose, choices }: ChoiceProps) {
  return (
    <DropdownMenu.RadioGroup value={value} onValueChange={onChoose}>
      {choices.map(([key, label]) => (
        <DropdownMenu.RadioItem key={key} value={key} className={styles.item}>
          <span className={styles.check}>
            <DropdownMenu.ItemIndicator>
              <Check size={16} aria-hidden />
            </DropdownMenu.ItemIndicator>
          </span>
          <span>{label}</span>
        </DropdownMenu.RadioItem>
      ))}
    </DropdownMenu.RadioGroup>
  );
}

/** A line between groups of things. */
export function MenuLine() {
  return <DropdownMenu.Separator className={styles.line} />;
}

type MenuAtProps = {
  at: { x: number; y: number };
  /** Told after it closed; the focus has to go on from there. */
  onClose: () => void;
  /** What it is a menu of. */
  label: string;
  children: ReactNode;
};

/** A menu that is open at a place on the screen, as long as it is rendered. */
export function MenuAt({ at, onClose, label, children }: MenuAtProps) {
  const layer = useLayer();
  return (
    <DropdownMenu.Root open modal={false} onOpenChange={(isOpen) => !isOpen && onClose()}>
      <DropdownMenu.Trigger asChild>
        <span className={styles.place} style={{ left: at.x, top: at.y }} aria-hidden />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal container={layer}>
        <DropdownMenu.Content
          className={styles.menu}
          align="start"
          sideOffset={4}
          collisionPadding={8}
          aria-label={label}
          onCloseAutoFocus={(event) => event.preventDefault()}
        >
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
