import { TextInput } from '@mantine/core'
import type { DeclaredSecret } from '../../../shared/definition.ts'
import { exact } from '../../../shared/exact.ts'
import { t } from '../../messages/messages.ts'
import { OutsideLink } from './OutsideLink.tsx'

/** A field for the value of a secret, which shows nothing of it. Several lines can be pasted, such as a private key. */
export function SecretField({
  secret: { name, description, documentationUrl },
  value,
  problem,
  first,
  change,
}: {
  secret: DeclaredSecret
  value: string
  problem: string | undefined
  /** Whether it has the focus when the dialog opens. */
  first: boolean
  change(value: string): void
}) {
  const lines = value.split('\n').length
  return (
    <div className="secret-field">
      <TextInput
        type="password"
        label={name}
        description={description ? exact(description) : undefined}
        error={problem}
        // A browser's field holds one line only: of several it shows that they are there.
        value={lines > 1 ? '•'.repeat(12) : value}
        onChange={(event) => change(lines > 1 ? '' : event.currentTarget.value)}
        onPaste={(event) => {
          const text = event.clipboardData.getData('text').replaceAll('\r\n', '\n').replace(/\n$/, '')
          if (!text.includes('\n')) return
          event.preventDefault()
          change(text)
        }}
        // No browser is to keep it, nor to offer what it keeps for this address.
        autoComplete="new-password"
        data-autofocus={first || undefined}
        styles={{ label: { fontFamily: 'var(--mono)' } }}
      />
      <p className="faint" role="status">
        {lines > 1 && t('secrets.lines', { count: lines })}
      </p>
      {documentationUrl && (
        <p className="secret-link">
          <OutsideLink url={documentationUrl} />
        </p>
      )}
    </div>
  )
}
