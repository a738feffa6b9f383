import type { ReactNode, Ref } from 'react'
import './text-box.css'

/** Text that a machine wrote, which scrolls, by keyboard too. `label` describes it. */
export function TextBox({
  label,
  className,
  children,
  ref,
}: {
  label: string
  className: string
  children: ReactNode
  ref?: Ref<HTMLPreElement>
}) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a section keeps no line breaks.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to scroll by keyboard, too.
    <pre ref={ref} className={className} tabIndex={0} role="region" aria-label={label}>
      {children}
    </pre>
  )
}
