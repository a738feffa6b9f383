import { Button, SegmentedControl, Switch } from '@mantine/core'
import { useEffect, useState } from 'react'
import type { Settings, SettingsChange } from '../../../shared/settings.ts'
import { client, type desktop } from '../../client/client.ts'
import { follow } from '../../client/follow.ts'
import { useAnswer } from '../../components/use-answer.ts'
import { t } from '../../messages/messages.ts'
import { notifyFailure } from '../../store/app/notices.ts'

type Shell = NonNullable<typeof desktop>
type Update = Awaited<ReturnType<Shell['update']['watch']>> extends AsyncIterable<infer Event> ? Event : never

/** Newer versions of the desktop app. */
export function Updates({
  shell,
  updates,
  change,
}: {
  shell: Shell
  updates: Settings['updates']
  change(change: SettingsChange): void
}) {
  const [update, setUpdate] = useState<Update>({ kind: 'none' })
  const about = useAnswer('about', () => client.app.about())
  useEffect(
    () => follow((signal) => shell.update.watch(undefined, { signal }), { event: setUpdate }),
    [shell],
  )
  return (
    <>
      <Switch
        label={t('settings.updatesCheck')}
        checked={updates.check}
        onChange={(event) => change({ updates: { ...updates, check: event.currentTarget.checked } })}
      />
      <div className="settings-row">
        <span id="channel">{t('settings.updatesChannel')}</span>
        <SegmentedControl
          aria-labelledby="channel"
          value={updates.channel}
          onChange={(channel) =>
            change({ updates: { ...updates, channel: channel as Settings['updates']['channel'] } })
          }
          data={(['stable', 'beta'] as const).map((value) => ({
            value,
            label: t(`settings.channels.${value}`),
          }))}
        />
      </div>
      <div className="settings-row">
        <span className="dim" role="status">
          {updateText(update, about.value?.version ?? '')}
        </span>
        {update.kind === 'ready' && (
          <Button variant="filled" onClick={() => shell.update.install().catch(notifyFailure)}>
            {t('settings.update.install')}
          </Button>
        )}
      </div>
    </>
  )
}

function updateText(update: Update, version: string): string {
  switch (update.kind) {
    case 'none':
      return t('settings.update.none', { version })
    case 'downloading':
      return t('settings.update.downloading', {
        version: update.version,
        percent: Math.round(update.percent),
      })
    case 'ready':
      return t('settings.update.ready', { version: update.version })
    case 'failed':
      return t('settings.update.failed', { problem: update.problem })
  }
}
