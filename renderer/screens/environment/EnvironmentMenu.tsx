import { useStore } from 'zustand'
import { portsToOpen } from '../../../shared/port-address.ts'
import type { ProjectSummary } from '../../../shared/project.ts'
import type { Version } from '../../../shared/version.ts'
import { client } from '../../client/client.ts'
import { MoreMenu } from '../../components/MoreMenu.tsx'
import { useAnswer } from '../../components/use-answer.ts'
import { t } from '../../messages/messages.ts'
import { changeLayer } from '../../store/actions/layer.ts'
import { changeMark } from '../../store/actions/mark.ts'
import { act, openWith } from '../../store/actions/perform-action.ts'
import { askBeforeReset } from '../../store/actions/reset.ts'
import { changeAgent } from '../../store/actions/ssh-agent.ts'
import { copyFromMenu } from '../../store/app/clipboard.ts'
import { showDialog } from '../../store/app/dialogs.ts'
import { resetsUnasked, settings } from '../../store/app/settings.ts'
import {
  type Action,
  canOpen,
  type EnvironmentDisplay,
  isIdle,
  restOf,
} from '../../store/projects/environment-state.ts'
import { opensWith } from '../../store/projects/open-choice.ts'
import { canMark } from '../../store/versions/mark-choice.ts'

/** What else can be done with an environment. `word` names an action. */
export function EnvironmentMenu({
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
  const { key: project } = summary
  const current = versions?.find((version) => version.current)
  const idle = isIdle(summary, display)
  const chosen = useStore(settings, (store) => store.settings?.open[project])
  const unasked = useStore(settings, resetsUnasked(project))
  const hasAgent = useStore(settings, (store) => store.settings?.sshAgent.includes(project) ?? false)
  const editors = useAnswer('editors', () => client.environment.editors()).value
  // Another version may be one with it, or without.
  const layer = useAnswer(`layer ${project} ${summary.version?.id}`, (signal) =>
    client.environment.layer({ project }, { signal }),
  )
  const inBrowser = portsToOpen(summary.ports).length > 0
  const opens = opensWith(chosen, summary.ports)
  const openable = canOpen(summary, display)
  return (
    <MoreMenu
      label={t('environment.more')}
      groups={[
        [
          ...restOf(summary, display).map((action) => ({
            label: word(action),
            run: () => act(action, summary),
          })),
          openable &&
            inBrowser &&
            opens !== 'browser' && {
              label: t('environment.openBrowser'),
              run: () => openWith(summary, 'browser'),
            },
          openable &&
            opens !== 'terminal' && {
              label: t('environment.openTerminal'),
              run: () => openWith(summary, 'terminal'),
            },
          ...(editors ?? []).map(
            ({ id, name }) =>
              openable &&
              opens !== id && {
                label: t('environment.openEditor', { name }),
                run: () => openWith(summary, id),
              },
          ),
        ],
        [
          current &&
            canMark(current) && {
              label: t('versions.mark'),
              run: () => changeMark(() => client.versions.mark({ project, version: current.id })),
            },
          current?.marked && {
            label: t('versions.unmark'),
            run: () => changeMark(() => client.versions.unmark({ project })),
          },
          unasked && { label: t('environment.askReset'), run: () => askBeforeReset(project) },
          (idle || hasAgent) && {
            label: t(hasAgent ? 'environment.agentTake' : 'environment.agentGive'),
            run: () => changeAgent(summary, !hasAgent),
          },
          idle &&
            layer.value &&
            (layer.value.all || layer.value.project) && {
              label: t(layer.value.off ? 'environment.layerOn' : 'environment.layerOff'),
              run: () => changeLayer(summary, layer.value?.off === true).then(layer.again),
            },
          {
            label: t('environment.copyPath'),
            run: () => copyFromMenu(summary.path, t('environment.pathCopied')),
          },
          idle && {
            label: t('environment.remove'),
            run: () => showDialog({ kind: 'remove', project }),
            destructive: true,
          },
        ],
      ]}
    />
  )
}
