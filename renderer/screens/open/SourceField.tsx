import { TextInput } from '@mantine/core'
import type { ProductFailure } from '../../client/failure.ts'
import { t } from '../../messages/messages.ts'

/** The one field for a folder or a git URL; under it, why it could not be opened. */
export function SourceField({
  source,
  change,
  failure,
}: {
  source: string
  change(source: string): void
  failure: ProductFailure | undefined
}) {
  return (
    <TextInput
      data-autofocus
      label={t('open.source')}
      placeholder={t('open.example')}
      autoComplete="off"
      spellCheck={false}
      styles={{ input: { fontFamily: 'var(--mono)', fontSize: 13 } }}
      value={source}
      onChange={(event) => change(event.currentTarget.value)}
      error={
        failure && (
          <span role="alert">
            {failure.report.message} {failure.report.hint}
          </span>
        )
      }
    />
  )
}
