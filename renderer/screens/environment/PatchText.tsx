import { TextBox } from '../../components/TextBox.tsx'

/** A patch in the unified format, its lines coloured by their signs. */
export function PatchText({ label, patch }: { label: string; patch: string }) {
  return (
    <TextBox className="diff" label={label}>
      {patch
        .trimEnd()
        .split('\n')
        .map((line, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other name.
          <span key={at} className={lookOf(line)}>
            {line}
            {'\n'}
          </span>
        ))}
    </TextBox>
  )
}

const lookOf = (line: string): string => {
  if (/^(?:---|\+\+\+|@@)/.test(line)) return 'diff-skip'
  return line.startsWith('+') ? 'diff-in' : line.startsWith('-') ? 'diff-out' : ''
}
