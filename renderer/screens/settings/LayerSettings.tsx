import { Button, Skeleton, Textarea } from '@mantine/core'
import { useState } from 'react'
import type { LayerText } from '../../../shared/layer.ts'
import { client } from '../../client/client.ts'
import { type ProductFailure, toFailure } from '../../client/failure.ts'
import { FailureBox } from '../../components/FailureBox.tsx'
import { useAnswer } from '../../components/use-answer.ts'
import { t } from '../../messages/messages.ts'

const EXAMPLE = `{
  "features": { "ghcr.io/devcontainers/features/github-cli:1": {} },
  "mounts": ["type=volume,source=history,target=/history"],
  "containerEnv": { "HISTFILE": "/history/shell" }
}`

/** The person's own layer for all projects. */
export function LayerSettings() {
  const layer = useAnswer('layer', (signal) => client.settings.layer(undefined, { signal }))
  return (
    <>
      <p className="dim">{t('settings.layerText')}</p>
      {layer.value !== undefined ? (
        <LayerEditor saved={layer.value} />
      ) : layer.failure ? (
        <FailureBox report={layer.failure.report} retry={layer.again} />
      ) : (
        <Skeleton height={160} />
      )}
    </>
  )
}

function LayerEditor({ saved: found }: { saved: LayerText | null }) {
  const [saved, setSaved] = useState(found)
  const [text, setText] = useState(found?.text ?? '')
  const [failure, setFailure] = useState<ProductFailure>()
  const [saving, setSaving] = useState(false)
  const given = text.trim() === '' ? null : text
  const isSaved = given === (saved?.text ?? null)
  const save = async () => {
    setFailure(undefined)
    setSaving(true)
    try {
      setSaved(await client.settings.setLayer({ text: given }))
    } catch (error) {
      setFailure(toFailure(error))
    } finally {
      setSaving(false)
    }
  }
  return (
    <form
      className="settings-layer"
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
    >
      <Textarea
        label={t('settings.layerLabel')}
        description={t('settings.layerHint')}
        placeholder={EXAMPLE}
        autoComplete="off"
        spellCheck={false}
        autosize
        minRows={6}
        maxRows={24}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        error={failure && problemOf(failure)}
        styles={{ input: { fontFamily: 'var(--mono)' } }}
      />
      <div className="settings-row">
        <span className="dim" role="status">
          {t(isSaved ? (saved ? 'settings.layerSaved' : 'settings.layerNone') : 'settings.layerUnsaved')}
        </span>
        <Button
          type="submit"
          {...(given === null && { variant: 'outline', color: 'bad' })}
          loading={saving}
          disabled={isSaved}
        >
          {t(given === null ? 'settings.layerRemove' : 'settings.layerSave')}
        </Button>
      </div>
    </form>
  )
}

/** What is wrong with the text, and where; it is there to be corrected. */
function problemOf({ report: { code, message, why, hint, data } }: ProductFailure): string {
  const { line, column } = data
  return code === 'layer-invalid' && typeof line === 'number'
    ? t('settings.layerProblem', { line, column: Number(column), why })
    : [message, why, hint].join(' ')
}
