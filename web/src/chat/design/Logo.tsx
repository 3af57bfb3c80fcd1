/** The sign of Bedside: something said, with care. */
export function Logo({ size }: { size: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 512 512" aria-hidden>
      <rect width="512" height="512" rx="150" fill="var(--accent)" />
      <path
        d="M256 104c-92 0-164 60-164 138 0 44 23 83 60 108l-14 58c-2 8 6 14 13 10l66-41c13 2 26 3 39 3 92 0 164-60 164-138S348 104 256 104z"
        fill="var(--on-accent)"
      />
      <path d="M256 178v128M192 242h128" stroke="var(--accent)" strokeWidth="34" strokeLinecap="round" />
    </svg>
  );
}
