import { Button, TextInput } from '@mantine/core'
import { useState } from 'react'
import { t } from '../../messages/messages.ts'
import { notifyFailure } from '../../store/app/notices.ts'
import { changeSettings } from '../../store/app/settings.ts'

/** Where repositories are cloned into. */
export function CloneFolder({ folder }: { folder: string }) {
  const [text, setText] = useState(folder)
  const given = text.trim()
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        void changeSettings({ cloneFolder: given }).catch(notifyFailure)
      }}
    >
      <TextInput
        label={t('settings.cloneFolder')}
        description={t('settings.cloneFolderHint')}
        autoComplete="off"
        spellCheck={false}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        styles={{ input: { fontFamily: 'var(--mono)' } }}
        rightSectionWidth="auto"
        rightSection={
          <Button type="submit" size="compact-sm" mr={6} disabled={given === folder || given === ''}>
            {t('settings.cloneFolderSave')}
          </Button>
        }
      />
    </form>
  )
}
