import { Button, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { Dotfiles } from '../../../shared/settings.ts'
import { type ProductFailure, toFailure } from '../../client/failure.ts'
import { t } from '../../messages/messages.ts'
import { setDotfiles } from '../../store/app/settings.ts'

const MONO = { input: { fontFamily: 'var(--mono)' } }

/** Where the person's dotfiles come from, and what installs them. */
export function DotfilesSettings({ dotfiles }: { dotfiles: Dotfiles | null }) {
  const [source, setSource] = useState(dotfiles?.source ?? '')
  const [install, setInstall] = useState(dotfiles?.install ?? '')
  const [failure, setFailure] = useState<ProductFailure>()
  const [fetching, setFetching] = useState(false)
  const given = source.trim()
  const save = async () => {
    setFailure(undefined)
    setFetching(true)
    try {
      await setDotfiles(given === '' ? null : { source: given, install: install.trim() || null })
      if (given === '') setInstall('')
    } catch (error) {
      setFailure(toFailure(error))
    } finally {
      setFetching(false)
    }
  }
  return (
    <form
      className="settings-dotfiles"
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
    >
      <TextInput
        label={t('settings.dotfiles')}
        description={t('settings.dotfilesHint')}
        autoComplete="off"
        spellCheck={false}
        value={source}
        onChange={(event) => setSource(event.currentTarget.value)}
        error={failure && [failure.report.message, failure.report.why, failure.report.hint].join(' ')}
        styles={MONO}
      />
      <TextInput
        label={t('settings.dotfilesInstall')}
        description={t('settings.dotfilesInstallHint')}
        autoComplete="off"
        spellCheck={false}
        disabled={given === ''}
        value={install}
        onChange={(event) => setInstall(event.currentTarget.value)}
        styles={MONO}
      />
      <div className="settings-row">
        <span className="dim" role="status">
          {dotfiles
            ? t('settings.dotfilesNow', { commit: dotfiles.commit.slice(0, 7) })
            : t('settings.dotfilesNone')}
        </span>
        <Button type="submit" loading={fetching} disabled={given === '' && !dotfiles}>
          {t(given === '' ? 'settings.dotfilesStop' : 'settings.dotfilesFetch')}
        </Button>
      </div>
    </form>
  )
}
