import { useEffect, useRef } from "react";

/** Calls `onSight` when the end of a list comes near. */
export function OnSight({ onSight }: { onSight: () => void }) {
  const end = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = end.current;
    if (!element) return;
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && onSight(), {
      rootMargin: "400px",
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [onSight]);
  return <div ref={end} aria-hidden />;
}
