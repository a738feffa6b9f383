import { TextInput } from '@mantine/core'

/** A field for the name of a snapshot, with the focus. */
export function NameField({
  label,
  value,
  change,
  problem,
  placeholder,
  focus = true,
}: {
  label: string
  value: string
  change(value: string): void
  problem: string | undefined
  placeholder?: string
  focus?: boolean
}) {
  return (
    <TextInput
      {...(focus && { 'data-autofocus': true })}
      label={label}
      autoComplete="off"
      spellCheck={false}
      maxLength={63}
      {...(placeholder !== undefined && { placeholder })}
      className="machine-field"
      value={value}
      onChange={(event) => change(event.currentTarget.value)}
      error={problem && <span role="alert">{problem}</span>}
    />
  )
}
