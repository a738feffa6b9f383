/** The sign of Pristine: a closed box. */
export function Logo({ size = 20 }: { size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.7"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d="M12 2.5l7.5 5.2v8.6L12 21.5l-7.5-5.2V7.7L12 2.5z" />
      <path d="M4.5 7.7L12 12l7.5-4.3M12 12v9.5" />
    </svg>
  )
}
