import { ActionIcon, Button, Menu } from '@mantine/core'
import { IconDots } from '@tabler/icons-react'
import { useStore } from 'zustand'
import { portsToOpen } from '../../../shared/port-address.ts'
import type { ProjectSummary } from '../../../shared/project.ts'
import type { Settings } from '../../../shared/settings.ts'
import type { Version } from '../../../shared/version.ts'
import { client } from '../../client/client.ts'
import { Badges } from '../../components/Badges.tsx'
import { StateChip } from '../../components/StateChip.tsx'
import { shortPath } from '../../components/short-path.ts'
import { useAnswer } from '../../components/use-answer.ts'
import { useLost } from '../../components/use-lost.ts'
import { t } from '../../messages/messages.ts'
import { hrefOf } from '../../route.ts'
import { changeLayer } from '../../store/actions/layer.ts'
import { changeMark } from '../../store/actions/mark.ts'
import { act, openWith } from '../../store/actions/perform-action.ts'
import { changeAgent } from '../../store/actions/ssh-agent.ts'
import { showDialog } from '../../store/app/dialogs.ts'
import { engine } from '../../store/app/engine.ts'
import { notify, notifyFailure } from '../../store/app/notices.ts'
import { changeSettings, settings } from '../../store/app/settings.ts'
import {
  type Action,
  asLastKnown,
  type EnvironmentDisplay,
  environmentDisplay,
  isIdle,
  restOf,
} from '../../store/projects/environment-state.ts'

/** The environment's name, state and fixed buttons: one main action, secondary ones, and a menu of the rest. */
export function Header({ summary, versions }: { summary: ProjectSummary; versions: Version[] | undefined }) {
  const seen = environmentDisplay(
    summary,
    useStore(engine, (store) => store.engine),
  )
  const display = useLost() ? asLastKnown(seen) : seen
  const unasked = useStore(settings, (store) => store.settings?.resetUnasked.includes(summary.key) ?? false)
  const word = (action: Action) =>
    action === 'reset' && unasked ? t('action.resetNow') : t(`action.${action}`)
  const { main } = display
  return (
    <header className="environment-header">
      <div className="environment-who">
        <div className="crumb">
          <a href={hrefOf({ screen: 'home' })}>{t('shell.environments')}</a>
        </div>
        <div className="environment-name">
          <h1>{summary.name}</h1>
          <span className="chips" aria-live="polite">
            <StateChip display={display} />
            <Badges summary={summary} />
          </span>
        </div>
        <div className="faint mono environment-place" title={summary.path}>
          {shortPath(summary.path)}
          {summary.branch !== null && ` · ${summary.branch}`}
        </div>
      </div>
      <div className="environment-actions">
        {main && (
          <Button variant="filled" onClick={() => void act(main, summary)}>
            {word(main)}
          </Button>
        )}
        {display.beside.map((action) => (
          <Button key={action} onClick={() => void act(action, summary)}>
            {word(action)}
          </Button>
        ))}
        <More summary={summary} display={display} versions={versions} word={word} />
      </div>
    </header>
  )
}

function More({
  summary,
  display,
  versions,
  word,
}: {
  summary: ProjectSummary
  display: EnvironmentDisplay
  versions: Version[] | undefined
  word(action: Action): string
}) {
  const current = versions?.find((version) => version.current)
  const idle = isIdle(summary, display)
  const rest = restOf(summary, display)
  const chosen = useStore(settings, (store) => store.settings?.open[summary.key])
  const editors = useAnswer('editors', () => client.environment.editors()).value
  const inBrowser = portsToOpen(summary.ports).length > 0
  const opens = chosen ?? (inBrowser ? 'browser' : 'terminal')
  const choose = (how: Settings['open'][string]) => () => openWith(summary, how)
  const copyPath = () =>
    navigator.clipboard
      .writeText(summary.path)
      .then(() => notify({ tone: 'good', text: t('environment.pathCopied') }), notifyFailure)
  const ask = async () => {
    const resetUnasked = (settings.getState().settings?.resetUnasked ?? []).filter(
      (key) => key !== summary.key,
    )
    await changeSettings({ resetUnasked }).catch(notifyFailure)
  }
  const unasked = useStore(settings, (store) => store.settings?.resetUnasked.includes(summary.key) ?? false)
  // Another version may be one with it, or without.
  const layer = useAnswer(`layer ${summary.key} ${summary.version?.id}`, (signal) =>
    client.environment.layer({ project: summary.key }, { signal }),
  )
  const hasAgent = useStore(settings, (store) => store.settings?.sshAgent.includes(summary.key) ?? false)
  return (
    <Menu position="bottom-end" width={230} withinPortal>
      <Menu.Target>
        <ActionIcon aria-label={t('environment.more')}>
          <IconDots size={18} stroke={1.7} aria-hidden="true" />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {rest.map((action) => (
          <Menu.Item key={action} onClick={() => void act(action, summary)}>
            {word(action)}
          </Menu.Item>
        ))}
        {summary.state === 'ready' && idle && (
          <>
            {inBrowser && opens !== 'browser' && (
              <Menu.Item onClick={choose('browser')}>{t('environment.openBrowser')}</Menu.Item>
            )}
            {opens !== 'terminal' && (
              <Menu.Item onClick={choose('terminal')}>{t('environment.openTerminal')}</Menu.Item>
            )}
            {editors?.map(
              ({ id, name }) =>
                opens !== id && (
                  <Menu.Item key={id} onClick={choose(id)}>
                    {t('environment.openEditor', { name })}
                  </Menu.Item>
                ),
            )}
          </>
        )}
        {rest.length > 0 && <Menu.Divider />}
        {current && !current.knownGood && (
          <Menu.Item
            onClick={() =>
              void changeMark(() => client.versions.mark({ project: summary.key, version: current.id }))
            }
          >
            {t('versions.mark')}
          </Menu.Item>
        )}
        {current?.marked && (
          <Menu.Item onClick={() => void changeMark(() => client.versions.unmark({ project: summary.key }))}>
            {t('versions.unmark')}
          </Menu.Item>
        )}
        {unasked && <Menu.Item onClick={ask}>{t('environment.askReset')}</Menu.Item>}
        {(idle || hasAgent) && (
          <Menu.Item onClick={() => void changeAgent(summary, !hasAgent)}>
            {t(hasAgent ? 'environment.agentTake' : 'environment.agentGive')}
          </Menu.Item>
        )}
        {idle && layer.value && (layer.value.all || layer.value.project) && (
          <Menu.Item onClick={() => void changeLayer(summary, layer.value?.off === true).then(layer.again)}>
            {t(layer.value.off ? 'environment.layerOn' : 'environment.layerOff')}
          </Menu.Item>
        )}
        <Menu.Item onClick={() => void copyPath()}>{t('environment.copyPath')}</Menu.Item>
        {idle && (
          <Menu.Item
            color="bad"
            className="menu-bad"
            onClick={() => showDialog({ kind: 'remove', project: summary.key })}
          >
            {t('environment.remove')}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}
