import { TextInput } from '@mantine/core'
import type { ProductFailure } from '../../client/failure.ts'
import { t } from '../../messages/messages.ts'
import type { OpenWanted } from '../../store/app/dialogs.ts'
import { cloneFields } from './open-source.ts'
import './open.css'

const mono = { input: { fontFamily: 'var(--mono)' } }

/** The one field for a folder or a git URL, and for a URL where it goes and which branch; under it, why it failed. */
export function SourceField({
  wanted,
  change,
  failure,
}: {
  wanted: OpenWanted
  change(wanted: OpenWanted): void
  failure: ProductFailure | undefined
}) {
  const fields = cloneFields(wanted)
  return (
    <div className="source">
      <TextInput
        data-autofocus
        label={t('open.source')}
        placeholder={t('open.example')}
        autoComplete="off"
        spellCheck={false}
        styles={mono}
        value={wanted.source}
        onChange={(event) => change({ ...wanted, source: event.currentTarget.value })}
        error={
          failure && (
            <span role="alert">
              {failure.report.message} {failure.report.why} {failure.report.hint}
            </span>
          )
        }
      />
      {fields && (
        <div className="source-clone">
          <TextInput
            label={t('open.into')}
            autoComplete="off"
            spellCheck={false}
            styles={mono}
            value={fields.destination}
            onChange={(event) => change({ ...wanted, destination: event.currentTarget.value })}
          />
          <TextInput
            label={t('open.branch')}
            placeholder={t('open.branchUsual')}
            autoComplete="off"
            spellCheck={false}
            styles={mono}
            value={fields.reference}
            onChange={(event) => change({ ...wanted, reference: event.currentTarget.value })}
          />
        </div>
      )}
    </div>
  )
}
