import { Button, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useStore } from 'zustand'
import { type ProductFailure, toFailure } from '../../client/failure.ts'
import { t } from '../../messages/messages.ts'
import { engineText } from '../../shell/engine-text.ts'
import { engine } from '../../store/app/engine.ts'
import { changeSettings } from '../../store/app/settings.ts'

/** Which engine is used. */
export function EngineSettings({ address }: { address: string | null }) {
  const state = useStore(engine, (store) => store.engine)
  const [text, setText] = useState(address ?? '')
  const [failure, setFailure] = useState<ProductFailure>()
  const save = async () => {
    setFailure(undefined)
    await changeSettings({ engine: text.trim() || null }).catch((error: unknown) =>
      setFailure(toFailure(error)),
    )
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
    >
      <TextInput
        label={t('settings.engineAddress')}
        description={t('settings.engineHint')}
        autoComplete="off"
        spellCheck={false}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        error={failure && `${failure.report.message} ${failure.report.hint}`}
        styles={{ input: { fontFamily: 'var(--mono)' } }}
      />
      <div className="settings-row" style={{ marginTop: 14 }}>
        <span className="dim" role="status">
          {t('settings.engineNow', { engine: engineText(state) })}
        </span>
        <Button type="submit" disabled={text.trim() === (address ?? '')}>
          {t('settings.engineSave')}
        </Button>
      </div>
    </form>
  )
}
