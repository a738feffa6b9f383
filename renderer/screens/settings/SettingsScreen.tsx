import { SegmentedControl, Skeleton, Switch, TextInput } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'
import { useStore } from 'zustand'
import type { Settings, SettingsChange } from '../../../shared/settings.ts'
import { desktop } from '../../client/client.ts'
import { FailureBox } from '../../components/FailureBox.tsx'
import { PageHead } from '../../components/PageHead.tsx'
import { t } from '../../messages/messages.ts'
import { notifyFailure } from '../../store/app/notices.ts'
import { changeSettings, readSettings, settings as store } from '../../store/app/settings.ts'
import { type Section, sectionsWith } from '../../store/app/settings-search.ts'
import { CloneFolder } from './CloneFolder.tsx'
import { Diagnostics } from './Diagnostics.tsx'
import { DotfilesSettings } from './DotfilesSettings.tsx'
import { EngineSettings } from './EngineSettings.tsx'
import { LayerSettings } from './LayerSettings.tsx'
import { ProjectChoices } from './ProjectChoices.tsx'
import { sectionTexts } from './section-texts.ts'
import { Updates } from './Updates.tsx'
import './settings.css'

type Change = (change: SettingsChange) => void

/** What a person chooses for all projects, in sections that can be searched. Everything counts at once. */
export default function SettingsScreen() {
  const { settings, failure } = useStore(store)
  const [search, setSearch] = useState('')
  const found = sectionsWith(search, sectionTexts()).filter((section) => section !== 'updates' || desktop)
  const change = (change: SettingsChange) => void changeSettings(change).catch(notifyFailure)
  return (
    <div>
      <PageHead title={t('settings.title')}>
        <TextInput
          className="settings-search"
          type="search"
          aria-label={t('settings.search')}
          placeholder={t('settings.search')}
          leftSection={<IconSearch size={15} aria-hidden="true" />}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape') setSearch('')
          }}
        />
      </PageHead>
      {!settings && failure && <FailureBox report={failure.report} retry={() => void readSettings()} />}
      {!settings && !failure && <Skeleton height={160} />}
      {settings && (
        <div className="settings-frame">
          <nav className="settings-sections" aria-label={t('settings.sections')}>
            {found.map((section) => (
              <button key={section} type="button" onClick={() => show(section)}>
                {t(`settings.${section}`)}
              </button>
            ))}
          </nav>
          <div className="settings">
            {found.map((section) => (
              <section key={section} id={`settings-${section}`} aria-label={t(`settings.${section}`)}>
                <h2 tabIndex={-1}>{t(`settings.${section}`)}</h2>
                {contentOf(section, settings, change)}
              </section>
            ))}
            {found.length === 0 && (
              <p className="empty" role="status">
                {t('settings.nothingFound', { text: search })}
              </p>
            )}
          </div>
        </div>
      )}
    </div>
  )
}

/** Goes to a section, with the keyboard, too. */
function show(section: Section): void {
  const heading = document.querySelector<HTMLElement>(`#settings-${section} h2`)
  heading?.scrollIntoView({ block: 'start' })
  heading?.focus({ preventScroll: true })
}

function contentOf(section: Section, settings: Settings, change: Change): ReactNode {
  switch (section) {
    case 'general':
      return <General settings={settings} change={change} />
    case 'personal':
      return <Personal settings={settings} change={change} />
    case 'layer':
      return <LayerSettings />
    case 'engine':
      return <EngineSettings address={settings.engine} />
    case 'baseImages':
      return (
        <Switch
          label={t('settings.baseImagesText')}
          description={t('settings.baseImagesHint')}
          checked={settings.baseImages}
          onChange={(event) => change({ baseImages: event.currentTarget.checked })}
        />
      )
    case 'notifications':
      return (
        <Switch
          label={t('settings.notificationsText')}
          checked={settings.notifications}
          onChange={(event) => change({ notifications: event.currentTarget.checked })}
        />
      )
    case 'updates':
      return desktop && <Updates shell={desktop} updates={settings.updates} change={change} />
    case 'resets':
      return (
        <ProjectChoices
          chosen={settings.resetUnasked}
          words={{
            none: t('settings.resetsNone'),
            text: t('settings.resetsText'),
            back: t('settings.ask'),
            backOf: (name) => t('settings.askOf', { name }),
          }}
          change={(resetUnasked) => change({ resetUnasked })}
        />
      )
    case 'diagnostics':
      return <Diagnostics />
  }
}

function General({ settings, change }: { settings: Settings; change: Change }) {
  return (
    <>
      <div className="settings-row">
        <span id="theme">{t('settings.theme')}</span>
        <SegmentedControl
          aria-labelledby="theme"
          value={settings.theme}
          onChange={(theme) => change({ theme: theme as Settings['theme'] })}
          data={(['system', 'light', 'dark'] as const).map((value) => ({
            value,
            label: t(`settings.themes.${value}`),
          }))}
        />
      </div>
      <CloneFolder folder={settings.cloneFolder} />
      {desktop && (
        <Switch
          label={t('settings.tray')}
          checked={settings.tray}
          onChange={(event) => change({ tray: event.currentTarget.checked })}
        />
      )}
    </>
  )
}

function Personal({ settings, change }: { settings: Settings; change: Change }) {
  return (
    <>
      <p className="dim">{t('settings.personalText')}</p>
      <Switch
        label={t('settings.gitIdentity')}
        checked={settings.gitIdentity}
        onChange={(event) => change({ gitIdentity: event.currentTarget.checked })}
      />
      <DotfilesSettings dotfiles={settings.dotfiles} />
      <ProjectChoices
        chosen={settings.sshAgent}
        words={{
          none: t('settings.agentNone'),
          text: t('settings.agentText'),
          back: t('settings.agentBack'),
          backOf: (name) => t('settings.agentBackOf', { name }),
        }}
        change={(sshAgent) => change({ sshAgent })}
      />
    </>
  )
}
