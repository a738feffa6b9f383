import { SegmentedControl, Skeleton, Switch } from '@mantine/core'
import type { ReactNode } from 'react'
import { useStore } from 'zustand'
import type { Settings, SettingsChange } from '../../../shared/settings.ts'
import { desktop } from '../../client/client.ts'
import { PageHead } from '../../components/PageHead.tsx'
import { t } from '../../messages/messages.ts'
import { notifyFailure } from '../../store/notices.ts'
import { changeSettings, settings as store } from '../../store/settings.ts'
import { CloneFolder } from './CloneFolder.tsx'
import { Diagnostics } from './Diagnostics.tsx'
import { DotfilesSettings } from './DotfilesSettings.tsx'
import { EngineSettings } from './EngineSettings.tsx'
import { LayerSettings } from './LayerSettings.tsx'
import { ProjectChoices } from './ProjectChoices.tsx'
import { Updates } from './Updates.tsx'
import './settings.css'

/** What a person chooses for all projects. Everything counts at once. */
export default function SettingsScreen() {
  const settings = useStore(store, (state) => state.settings)
  const change = (change: SettingsChange) => void changeSettings(change).catch(notifyFailure)
  return (
    <div>
      <PageHead title={t('settings.title')} />
      {settings ? <All settings={settings} change={change} /> : <Skeleton height={160} />}
    </div>
  )
}

function All({ settings, change }: { settings: Settings; change(change: SettingsChange): void }) {
  return (
    <div className="settings">
      <Group title={t('settings.general')}>
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
      </Group>
      <Group title={t('settings.personal')}>
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
      </Group>
      <Group title={t('settings.layer')}>
        <LayerSettings />
      </Group>
      <Group title={t('settings.engine')}>
        <EngineSettings address={settings.engine} />
      </Group>
      <Group title={t('settings.baseImages')}>
        <Switch
          label={t('settings.baseImagesText')}
          description={t('settings.baseImagesHint')}
          checked={settings.baseImages}
          onChange={(event) => change({ baseImages: event.currentTarget.checked })}
        />
      </Group>
      <Group title={t('settings.notifications')}>
        <Switch
          label={t('settings.notificationsText')}
          checked={settings.notifications}
          onChange={(event) => change({ notifications: event.currentTarget.checked })}
        />
      </Group>
      {desktop && (
        <Group title={t('settings.updates')}>
          <Updates shell={desktop} updates={settings.updates} change={change} />
        </Group>
      )}
      <Group title={t('settings.resets')}>
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
      </Group>
      <Group title={t('settings.diagnostics')}>
        <Diagnostics />
      </Group>
    </div>
  )
}

function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="card" aria-label={title}>
      <h2>{title}</h2>
      {children}
    </section>
  )
}
